"""When an order does not move: what is wrong, what happens next, and who acts. Nothing is hidden, nobody is blamed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from gateway.exchange import journal, tasks
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.tasks import Task
from gateway.findings import Finding
from gateway.orders.book import EventRow, OrderRow
from gateway.orders.lifecycle import Event, State
from shop.remarks import Remark
from web.languages import N_


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """A message to the unit. `tone` is wait or bad; `detail` and `findings` are the technical reason, shown folded."""

    tone: str
    remark: Remark
    detail: str = ""
    findings: tuple[Finding, ...] = ()


_WAITING = {
    State.PROPOSED: N_("%(supplier)s offers something else than was ordered. The purchasing office answers."),
    State.CHANGE_PENDING: N_("%(supplier)s has been asked to change the order. Until they answer it stands as it was."),
    State.CANCEL_PENDING: N_("%(supplier)s has been asked to cancel the order. Until they answer it stands."),
}


def trouble_of(conn: sa.Connection, row: OrderRow, events: Sequence[EventRow], names: dict[str, str]) -> Trouble | None:
    """What the unit should know, None when all is well."""
    if row.state is State.AWAITING_APPROVAL:
        return Trouble(tone="wait", remark=Remark(N_("The order waits for approval. Nothing is sent before that.")))
    if row.state is State.CANCELLED:
        return _cancelled(row, events, names)
    if row.state in _WAITING:
        return Trouble(tone="wait", remark=Remark(_WAITING[row.state], {"supplier": _seller(row)}))
    if row.state is State.REJECTED:
        return _rejected(row)
    if row.state is State.BY_HAND:
        return _by_hand(_open_task(conn, row), names)
    sending = [message for message in journal.of_order(conn, row.id) if message.direction == "out"]
    if row.state in (State.PLACED, State.HELD) and sending:
        return _sending(conn, row, sending[-1], names)
    return None


def _sending(conn: sa.Connection, row: OrderRow, message: Message, names: dict[str, str]) -> Trouble | None:
    tried = journal.attempts_of(conn, message.id)
    detail = tried[-1].evidence if tried else ""
    supplier = _seller(row)
    if message.state is MessageState.WAITING and message.next_at:
        text = N_("%(supplier)s cannot be reached. We try again %(at)s; you need not do anything.")
        return Trouble(tone="wait", remark=Remark(text, {"supplier": supplier, "at": message.next_at}), detail=detail)
    if message.state is not MessageState.HELD:
        return None
    task = _open_task(conn, row)
    who = names.get(task.taken_by, task.taken_by) if task and task.taken_by else None
    text = N_(
        "The order could not be sent to %(supplier)s. The purchasing office sees to it; you need not do anything."
    )
    values = {"supplier": supplier}
    if who:
        text = N_("The order could not be sent to %(supplier)s. %(who)s is seeing to it; you need not do anything.")
        values["who"] = who
    findings = tuple(journal.findings_of(conn, message.id))
    told = "" if findings else detail or (task.finding if task else "") or ""
    return Trouble(tone="bad", remark=Remark(text, values), detail=told, findings=findings)


def _by_hand(task: Task | None, names: dict[str, str]) -> Trouble:
    if task and task.taken_by:
        text = N_("This supplier is ordered from by hand. %(who)s took it %(at)s.")
        values = {"who": names.get(task.taken_by, task.taken_by), "at": task.taken_at}
        return Trouble(tone="wait", remark=Remark(text, values))
    text = N_("This supplier is ordered from by hand. The purchasing office orders for you; you need not do anything.")
    return Trouble(tone="wait", remark=Remark(text))


def _rejected(row: OrderRow) -> Trouble:
    text = N_("%(supplier)s does not deliver this order. Nothing will come: order the goods somewhere else.")
    return Trouble(tone="bad", remark=Remark(text, {"supplier": _seller(row)}))


def _seller(row: OrderRow) -> str:
    return row.order.seller.name or row.supplier_id


def _cancelled(row: OrderRow, events: Sequence[EventRow], names: dict[str, str]) -> Trouble:
    if any(event.event is Event.CANCELLED_BY_SELLER for event in events):
        text = N_("%(supplier)s has cancelled the order. Nothing will come: order the goods somewhere else.")
        return Trouble(tone="bad", remark=Remark(text, {"supplier": _seller(row)}))
    if any(event.event is Event.CANCEL_ASKED for event in events):
        text = N_("The order is cancelled and %(supplier)s knows. Nothing will come.")
        return Trouble(tone="wait", remark=Remark(text, {"supplier": _seller(row)}))
    last = next((event for event in reversed(events) if event.event is Event.CANCELLED), None)
    if last is not None and last.detail.get("withdrawn"):
        text = N_("%(who)s took the order back before it was approved. Nothing was sent.")
        return Trouble(tone="wait", remark=Remark(text, {"who": names.get(last.actor, last.actor)}))
    reason = str(last.detail.get("reason", "")) if last else ""
    if last is None or not reason:
        return Trouble(tone="bad", remark=Remark(N_("The order is cancelled and was not sent.")))
    text = N_("%(who)s did not approve the order: “%(reason)s” Nothing was sent.")
    return Trouble(tone="bad", remark=Remark(text, {"who": names.get(last.actor, last.actor), "reason": reason}))


def _open_task(conn: sa.Connection, row: OrderRow) -> Task | None:
    waiting = [task for task in tasks.for_order(conn, row.id) if task.closed_at is None]
    return waiting[-1] if waiting else None
