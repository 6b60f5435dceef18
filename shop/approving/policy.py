"""What must be approved, by whom and in which order: rules of a municipality, kept version by version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
import sqlalchemy as sa

from shop.approving.tables import approval_policies
from web.languages import N_

AT_UNIT = "approver"
"""The role that the approvers of the order's own unit have (`unit_members`); the policy gives all others."""


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """One step: a holder of `role` for the unit, or one of `logins`. Steps of one `place` are taken side by side."""

    name: str
    place: int = 1
    role: str = ""
    logins: tuple[str, ...] = ()


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """For which purchases it holds: more than `above` without VAT, of a category (or UNSPSC digits), of a unit or a
    department; what is empty holds for all. The amount is that of the whole basket: several suppliers split nothing."""

    id: str
    name: str
    above: Decimal = Decimal(0)
    category: str = ""
    unit_id: str = ""
    department_id: str = ""
    steps: tuple[Need, ...] = ()


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's role: at a unit, at a department and all below it, or everywhere."""

    role: str
    login: str
    unit_id: str = ""
    department_id: str = ""

    def covers(self, unit_id: str, departments: Sequence[str]) -> bool:
        """Whether the role is held for this unit, which these departments stand above."""
        if self.unit_id:
            return self.unit_id == unit_id
        return not self.department_id or self.department_id in departments


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """`lock_days`: so long is the price guaranteed. Reminders after working days: of the approver, then of the next."""

    rules: tuple[Rule, ...] = ()
    holders: tuple[Holder, ...] = ()
    lock_days: int = 30
    remind_after: int = 2
    escalate_after: int = 4

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role that a step may ask for."""
        return (AT_UNIT, *sorted({holder.role for holder in self.holders}))


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody did to the policy."""

    version: int
    at: datetime
    by: str
    what: str
    about: str
    policy: Policy


class ChangedMeanwhile(Exception):
    """Somebody else changed the policy after the form was opened."""


UNDONE = N_("Went back to version %(about)s")


def current(conn: sa.Connection) -> tuple[int, Policy]:
    """The policy in force and its version, 0 where nobody has written one."""
    newest = sa.select(approval_policies).order_by(approval_policies.c.version.desc()).limit(1)
    row = conn.execute(newest).first()
    return (row.version, _policy(row.document)) if row is not None else (0, Policy())


def history(conn: sa.Connection, limit: int = 30) -> list[Version]:
    """The newest first."""
    found = sa.select(approval_policies).order_by(approval_policies.c.version.desc()).limit(limit)
    return [_version(row) for row in conn.execute(found)]


def write(conn: sa.Connection, policy: Policy, after: int, by: str, now: datetime, what: str, about: str = "") -> int:
    """A further version, made from version `after`; its number. Raises ChangedMeanwhile."""
    conn.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('avrop approval policy'))"))
    if current(conn)[0] != after:
        raise ChangedMeanwhile
    row = {"version": after + 1, "at": now, "by": by, "what": what, "about": about}
    document = msgspec.to_builtins(policy, builtin_types=())
    conn.execute(approval_policies.insert().values(row | {"document": document}))
    return after + 1


def back_to(conn: sa.Connection, version: int, by: str, now: datetime) -> bool:
    """What held then holds again, as a new version; False where there is no such version. 0 is nothing at all."""
    found = sa.select(approval_policies.c.document).where(approval_policies.c.version == version)
    document = conn.execute(found).scalar()
    if document is None and version != 0:
        return False
    policy = _policy(document) if document is not None else Policy()
    write(conn, policy, current(conn)[0], by, now, UNDONE, str(version))
    return True


def _policy(document: object) -> Policy:
    return msgspec.convert(document, Policy, strict=False)


def _version(row: sa.Row[tuple[object, ...]]) -> Version:
    found = dict(row._mapping)
    return Version(policy=_policy(found.pop("document")), **found)
