"""Reading, comparing, approving and declining an import, each in a transaction; what may be decided by itself is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.findings import Rejected
from shop.catalogue import jobs
from shop.catalogue.compare import compare, is_big, newest, reasons, refuse_twice
from shop.catalogue.force import Version, one_at_a_time, put
from shop.catalogue.found import Collected
from shop.catalogue.jobs import MOST_TAKEN, Import, State
from shop.catalogue.staging import Taken, Tools, stage
from shop.catalogue.tables import catalogue_changes, catalogue_findings, catalogue_lines
from shop.catalogue.terms import terms_of
from web.languages import N_

ITSELF = "avrop"
"""Who approves what is so small that nobody needs to look."""


class CannotDecide(Exception):
    """`message` is a message id."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def read(tools: Tools, job: Import) -> Import:
    """Reads a claimed job through to its diff, and approves it where that is small; the import as it then stands.

    Whoever began it anew may find findings of the first time: they go first. Raises Taken.
    """
    supplier = tools.suppliers.get(job.supplier_id)
    try:
        with tools.engine.begin() as conn:
            _forget(conn, job)
            if supplier is None:
                return _failed(conn, job, f"there is no supplier {job.supplier_id}")
            if job.taken > MOST_TAKEN:
                return _failed(conn, job, f"it was begun {MOST_TAKEN} times and never read to its end")
            facts = stage(conn, tools, job, supplier)
            _reviewed(conn, tools, job, facts)
    except Rejected as rejected:
        with tools.engine.begin() as conn:
            _forget(conn, job)
            collected = Collected()
            collected.add(job.number, rejected.findings, None)
            collected.write(conn)
            return _failed(conn, job, str(next(one for one in rejected.findings if one.fatal)))
    return settle(tools, job.id)


def settle(tools: Tools, id: UUID, *, most: int | None = None) -> Import:
    """Puts an approved import in force where its day has come; of more than `most` changes a worker sees to it."""
    with tools.engine.begin() as conn:
        job = jobs.get(conn, id, lock=True)
        assert job is not None
        supplier = tools.suppliers.get(job.supplier_id)
        if job.state is not State.APPROVED or supplier is None:
            return job
        if job.takes_effect is not None and job.takes_effect > tools.today():
            return job
        if (
            most is not None
            and sum(job.counts.get(kind, 0) for kind in ("new", "gone", "unit", "price", "other")) > most
        ):
            return job
        one_at_a_time(conn, job.supplier_id)
        if _is_stale(conn, job):
            return _anew(conn, job)
        put(conn, job, supplier, job.decided_by or ITSELF, tools.now())
        jobs.change(conn, id, state=State.IN_FORCE.value)
        conn.execute(catalogue_lines.delete().where(catalogue_lines.c.import_number == job.number))
        return _got(conn, id)


def approve(tools: Tools, id: UUID, by: str, *, only_small: bool = False) -> Import:
    """Approves all changes, or only those within the contract's limits; the others are left as they stand.

    Raises CannotDecide: it is decided already, or what stands has changed, and the diff is made anew.
    """
    with tools.engine.begin() as conn:
        job = _undecided(conn, id)
        one_at_a_time(conn, job.supplier_id)
        if _is_stale(conn, job):
            _anew(conn, job)
        else:
            _approved(conn, job, by, tools.now(), only_small=only_small)
    if _got_of(tools, id).state is State.WAITING:
        raise CannotDecide(N_("What stands has changed since. The comparison is made anew: look at it again."))
    return _got_of(tools, id)


def decline(tools: Tools, id: UUID, by: str, reason: str) -> Import:
    """Nothing of it is taken over. Raises CannotDecide where it is decided already."""
    with tools.engine.begin() as conn:
        job = jobs.get(conn, id, lock=True)
        if job is None or job.state not in {State.WAITING, State.READING, State.REVIEW, State.APPROVED}:
            raise CannotDecide(N_("This catalogue is decided already."))
        decided = {"decided_by": by, "decided_at": tools.now(), "reason": reason}
        jobs.change(conn, id, state=State.DECLINED.value, lease_until=None, **decided)
        conn.execute(catalogue_lines.delete().where(catalogue_lines.c.import_number == job.number))
        return _got(conn, id)


def _reviewed(conn: sa.Connection, tools: Tools, job: Import, facts: dict[str, object]) -> None:
    """The diff, and what follows from it, if the job is still ours."""
    contract = str(facts["contract"])
    twice = refuse_twice(conn, job, "item.seller_id")
    bad = int(str(facts["rows_bad"])) + twice
    one_at_a_time(conn, job.supplier_id)
    base = newest(conn, job.supplier_id)
    says = tuple(str(one) for one in facts["says"])  # type: ignore[attr-defined]
    decisive = {"contract": contract, "replaces": facts["replaces"], "ends": facts["ends"]}
    counts = compare(conn, job, says, decisive)
    terms = terms_of(conn, job.supplier_id, contract)
    assert terms is not None
    why = reasons(conn, job, terms, counts, bad)
    more = {"rows_bad": bad, "base": base, "counts": counts, "reasons": msgspec.to_builtins(why, enc_hook=str)}
    if not jobs.renew(conn, job, tools.now(), **{**facts, **more}):
        raise Taken
    jobs.change(conn, job.id, state=State.REVIEW.value, lease_until=None)
    if terms.auto and not why:
        _approved(conn, _got(conn, job.id), ITSELF, tools.now(), only_small=False)


def _approved(conn: sa.Connection, job: Import, by: str, now: datetime, *, only_small: bool) -> None:
    if only_small:
        terms = terms_of(conn, job.supplier_id, job.contract or "")
        assert terms is not None
        mine = catalogue_changes.c.import_number == job.number
        conn.execute(catalogue_changes.update().where(mine, is_big(terms)).values(held=True))
    jobs.change(conn, job.id, state=State.APPROVED.value, decided_by=by, decided_at=now)


def _is_stale(conn: sa.Connection, job: Import) -> bool:
    """Whether something came in force since it was compared, or what was staged is gone with a crash."""
    staged = sa.select(sa.func.count()).where(catalogue_lines.c.import_number == job.number)
    there: int = conn.execute(staged.select_from(catalogue_lines)).scalar_one()
    return newest(conn, job.supplier_id) != job.base or there != job.counts.get("staged")


def _anew(conn: sa.Connection, job: Import) -> Import:
    waiting = {"decided_by": None, "decided_at": None, "lease_until": None, "taken": 0}
    jobs.change(conn, job.id, state=State.WAITING.value, **waiting)
    return _got(conn, job.id)


def _undecided(conn: sa.Connection, id: UUID) -> Import:
    job = jobs.get(conn, id, lock=True)
    if job is None or job.state is not State.REVIEW:
        raise CannotDecide(N_("This catalogue is decided already, or not yet read."))
    return job


def _forget(conn: sa.Connection, job: Import) -> None:
    conn.execute(catalogue_findings.delete().where(catalogue_findings.c.import_number == job.number))


def _failed(conn: sa.Connection, job: Import, why: str) -> Import:
    why = why.replace("\0", "\ufffd")[:1000]
    jobs.change(conn, job.id, state=State.FAILED.value, lease_until=None, reason=why)
    return _got(conn, job.id)


def _got(conn: sa.Connection, id: UUID) -> Import:
    found = jobs.get(conn, id)
    assert found is not None
    return found


def _got_of(tools: Tools, id: UUID) -> Import:
    with tools.engine.connect() as conn:
        return _got(conn, id)


__all__ = ["ITSELF", "CannotDecide", "Version", "approve", "decline", "read", "settle"]
