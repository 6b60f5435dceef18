"""A self-test from its first step to its record's end, and what is done with one that stopped in between."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange import journal, tasks
from gateway.exchange.documents import takes_changes
from gateway.exchange.journal import MessageState
from gateway.exchange.selftest import connection
from gateway.exchange.selftest import record as records
from gateway.exchange.selftest.journey import Journey
from gateway.exchange.selftest.record import Record, Step
from gateway.exchange.selftest.scenario import CONNECTION, STEPS, Scenario, takes
from gateway.exchange.selftest.tools import Told, Tools, alone
from gateway.exchange.selftest.watching import Ended
from gateway.suppliers.supplier import Supplier

ALL = tuple(Scenario)
_OPEN = (MessageState.QUEUED, MessageState.WAITING, MessageState.HELD)


def not_applicable(tools: Tools, supplier: Supplier, scenario: Scenario) -> str:
    """Why a scenario cannot be asked of this supplier; "" where it can."""
    office = tools.office
    dialect = office.dialects.get(supplier.dialect)
    if supplier.by_hand or dialect is None or supplier.transport not in office.transports:
        return "orders to it are made by hand: nothing is sent, and nothing comes back by itself"
    if not takes(dialect, "OrderResponse") or not comes_back(supplier):
        return "its answers are typed in by a person: there is nothing to judge"
    if scenario is Scenario.CANCEL and not takes_changes(dialect):
        return f"{dialect.name} has no order cancellation: it is told by telephone or e-mail"
    return ""


def comes_back(supplier: Supplier) -> bool:
    """Whether the supplier's way has a place for answers."""
    return supplier.transport != "email" and getattr(supplier.settings, "outbox", None) != ""


def try_out(
    tools: Tools,
    supplier: Supplier,
    by: object,
    scenarios: Sequence[Scenario] = (Scenario.ACCEPT,),
    steps: Collection[str] = STEPS[CONNECTION],
) -> list[Record]:
    """The connection's steps, then each scenario in turn; after a connection that failed no order is sent.

    Raises Busy where this supplier is tested already.
    """
    with alone(tools.office.engine, supplier.id):
        done = [_run(tools, supplier, _begin(tools, supplier, CONNECTION, by), steps)] if steps else []
        for scenario in scenarios:
            if done and done[0].good is False:
                break
            if not not_applicable(tools, supplier, scenario):
                done.append(_run(tools, supplier, _begin(tools, supplier, scenario.value, by)))
    return done


def resume(tools: Tools, supplier: Supplier, record_id: int) -> Record:
    """Goes on with a record that nobody works at: its process died, or its last step failed. Busy, ValueError."""
    engine = tools.office.engine
    with alone(engine, supplier.id):
        with engine.begin() as conn:
            found = records.reopen(conn, record_id)
        return _run(tools, supplier, found)


def end(conn: sa.Connection, record_id: int, who: object, now: datetime) -> Record:
    """Ends a record by hand: not good, and what was not sent is not sent any more."""
    found = records.locked(conn, record_id)
    if found.ended_at is None and (name := found.next_step) is not None:
        step = Step(step=name, good=False, evidence=f"{who} ended the self-test here", at=now)
        records.add_step(conn, record_id, step)
    records.end(conn, record_id, False, now)
    wind_up(conn, found, who, now)
    return records.get(conn, record_id) or found


def wind_up(conn: sa.Connection, found: Record, who: object, now: datetime) -> None:
    """What is left of a test order troubles nobody: unsent messages are closed, and so are its tasks."""
    if found.order_id is None:
        return
    for message in journal.of_order(conn, found.order_id):
        if message.direction == "out" and message.state in _OPEN:
            journal.change(conn, message.id, state=MessageState.CLOSED.value, next_at=None, done_at=now)
    for task in tasks.for_order(conn, found.order_id):
        if task.closed_at is None:
            tasks.close(conn, task.id, who, "self-test", now)


def _begin(tools: Tools, supplier: Supplier, scenario: str, by: object) -> Record:
    with tools.office.engine.begin() as conn:
        record_id = records.begin(conn, supplier.id, scenario, by, tools.office.clock())
        found = records.get(conn, record_id)
    assert found is not None
    return found


def _run(tools: Tools, supplier: Supplier, found: Record, wanted: Collection[str] = STEPS[CONNECTION]) -> Record:
    tools.tell(Told(record_id=found.id, scenario=found.scenario, began=True))
    engine, good = tools.office.engine, True
    try:
        for step in _steps(tools, supplier, found, wanted):
            clean = replace(step, evidence=journal.storable(step.evidence))
            with engine.begin() as conn:
                if not records.add_step(conn, found.id, clean):
                    raise Ended
            tools.tell(Told(record_id=found.id, scenario=found.scenario, step=clean))
            good = step.good is not False
            if not good and found.scenario != CONNECTION:
                break
    except Ended:
        good = False
    with engine.begin() as conn:
        now = tools.office.clock()
        ended = records.get(conn, found.id) or found
        records.end(conn, found.id, good and all(step.good is not False for step in ended.steps), now)
        wind_up(conn, ended, "self-test", now)
        return records.get(conn, found.id) or ended


def _steps(tools: Tools, supplier: Supplier, found: Record, wanted: Collection[str]) -> Iterator[Step]:
    if found.scenario == CONNECTION:
        left = [name for name in wanted if name not in {step.step for step in found.steps}]
        yield from connection.steps_of(tools, supplier, left)
        return
    journey = Journey(tools, supplier, found)
    done = {step.step for step in found.steps}
    yield from (journey.take(name) for name in STEPS[found.scenario] if name not in done)
