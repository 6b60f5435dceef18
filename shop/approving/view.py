"""What the page of an order shows of its approval: the chain as a picture, both prices, what was taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from fastapi import Request

from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import State
from shop import approval as approvals
from shop import units
from shop.approving import coded, lines_out, prices, steps
from shop.approving.chain import APPROVED, DECLINED, open_steps
from shop.approving.coding_now import coding_of
from shop.approving.rebuild import refused_lines
from shop.approving.steps import Approval, Kept
from shop.desk import today, viewer
from shop.remarks import Remark
from shop.way import DONE, LATER, NOW, STUCK
from web import accounts
from web.access import BUYER
from web.languages import N_


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the chain: `state` as in `shop.way`, `notes` who and when."""

    label: str
    state: str
    notes: tuple[Remark, ...] = ()


def approval_context(conn: sa.Connection, request: Request, row: OrderRow) -> Mapping[str, Any]:
    """For `approving/decide.html` and `approving/outcome.html`."""
    person, day = viewer(request), today(request)
    approval = steps.of_order(conn, row)
    found = approvals.chances(conn, row, person, day, approval)
    chance = next((one for one in found if not one.kept), None)
    out = lines_out.of_order(conn, row.id)
    names = _names(conn, approval, [one.taken_by for one in out] + [one.acted_for or "" for one in out])
    waits = row.state is State.AWAITING_APPROVAL
    buys = BUYER in person.roles and row.unit_id in units.ids_of_user(conn, person.id, [units.BUYER], day)
    return {
        "chain": chain_of(approval, row.state, names),
        "chance": chance,
        "kept_back": found[0] if found and chance is None else None,
        "step_name": approval.named(chance.step).name if chance and len(approval.steps) > 1 else "",
        "acts_for": names.get(chance.acts_for, chance.acts_for) if chance and chance.acts_for else None,
        "drifts": prices.drifts(conn, row.supplier_id, row.order.lines) if waits else {},
        "price_over": waits and prices.is_over(approval.guaranteed_to, day),
        "guaranteed_to": approval.guaranteed_to,
        "approval_rules": approval.rules,
        "taken_out": out,
        "approval_names": names,
        "may_withdraw": waits and row.placed_by == person.login,
        "may_rebuild": buys and bool(refused_lines(conn, row)),
        "nobody": waits and not any(step.people - approval.barred for step in open_steps(approval.steps)),
        "coded_lines": _coded(conn, request, row),
    }


def chain_of(approval: Approval, state: State, names: Mapping[str, str]) -> list[Link]:
    """The steps as a picture, in their order."""
    now = {step.number for step in open_steps(approval.steps)} if state is State.AWAITING_APPROVAL else set()
    people = {step.number: step.people - approval.barred for step in approval.steps}
    return [_link(kept, kept.number in now, people[kept.number], names) for kept in approval.kept]


def _link(kept: Kept, open_now: bool, people: frozenset[str], names: Mapping[str, str]) -> Link:
    if kept.state in (APPROVED, DECLINED) and kept.decided_by:
        notes = [Remark("%(at)s", {"at": kept.decided_at}), Remark("%(who)s", {"who": _name(kept.decided_by, names)})]
        if kept.acted_for:
            notes.append(Remark(N_("for %(name)s"), {"name": _name(kept.acted_for, names)}))
        if kept.state == DECLINED:
            notes.append(Remark(N_("said no")))
        return Link(label=kept.name, state=DONE if kept.state == APPROVED else STUCK, notes=tuple(notes))
    who = ", ".join(sorted(_name(login, names) for login in people)[:3]) + (" …" if len(people) > 3 else "")
    waits = Remark(N_("waits for %(who)s"), {"who": who}) if who else Remark(N_("nobody can take it"))
    return Link(label=kept.name, state=NOW if open_now else LATER, notes=(waits,) if open_now else ())


def _coded(conn: sa.Connection, request: Request, row: OrderRow) -> list[tuple[str, list[tuple[str, str]]]]:
    """By line its coding in the dimensions' own names; once where all lines are coded alike."""
    coding, found = coding_of(request.app.state.settings), coded.of_order(conn, row.id)
    names = {one.id: one.name for one in coding.dimensions}
    order = list(names)

    def pairs(values: Mapping[str, str]) -> list[tuple[str, str]]:
        known = sorted(values, key=lambda id: (order.index(id) if id in names else len(order), id))
        return [(names.get(id, id), values[id]) for id in known]

    shown = [(line.item.name, pairs(found[line.id])) for line in row.order.lines if line.id in found]
    if len({tuple(values) for _, values in shown}) == 1:
        return [("", shown[0][1])]
    return shown


def _names(conn: sa.Connection, approval: Approval, more: list[str]) -> dict[str, str]:
    people = {login for step in approval.steps for login in step.people}
    acted = {name for step in approval.steps for name in (step.decided_by, step.acted_for) if name}
    return accounts.names(conn, {*people, *acted, *more})


def _name(login: str, names: Mapping[str, str]) -> str:
    return names.get(login, login)
