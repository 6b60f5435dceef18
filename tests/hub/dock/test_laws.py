"""Any order of scans, corrections and deliveries ends alike, and goods never vanish.

Several people with scanners work side by side. Each does their own acts in their order, as each phone sends its own;
how the acts of different people fall between each other is drawn. A van may be told of before the dock is.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import msgspec
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.orders import book
from hub import decide, store
from hub.late.asking import give_up
from hub.parcel import Parcel, State
from hub.receiving import deliver, expect, scan, send_out, undo
from hub.tables import parcel_moves, parcels
from tests.hub.advices import advice, line, sscc, unit
from tests.hub.conftest import NOW
from tests.orders.samples import sample_order

BOXES = 3
PEOPLE = ("Alva Exempel", "Bo Exempel")
QUICK = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Act(msgspec.Struct, frozen=True):
    who: str
    what: str
    box: int = 0


scans = st.builds(Act, st.sampled_from(PEOPLE), st.sampled_from(["scan", "scan", "take back"]), st.integers(1, BOXES))
DRIVER = "Charlie Exempel"
drives = st.lists(
    st.builds(Act, st.just(DRIVER), st.sampled_from(["load", "hand over"]), st.integers(1, BOXES)), max_size=4
)


@st.composite
def mornings(draw: st.DrawFn) -> tuple[list[Act], list[Act]]:
    """What happened, in the order it was done, and one other order in which it may be heard of."""
    known = Act(DRIVER, "announce")  # a driver's list holds what is announced
    done = [*draw(st.lists(scans, min_size=1, max_size=9)), known, *draw(drives)]
    turns = draw(st.permutations([act.who for act in done]))
    theirs = {who: iter([act for act in done if act.who == who]) for who in set(turns)}
    return done, [next(theirs[who]) for who in turns]


class Dock:
    """Takes acts as the pages take them; what a correction takes back is the person's own last scan of the box."""

    def __init__(self, conn: sa.Connection, number: str) -> None:
        self.conn = conn
        self.base = int(number.rsplit("-", maxsplit=1)[-1]) * 10
        order_id = book.add(conn, sample_order(number), "papperslagret", "bjorken", "Kim", NOW, "confirmed")
        row = book.get(conn, order_id)
        assert row is not None
        self.row, self.batches = row, {}

    def code(self, box: int) -> str:
        return sscc(self.base + box)

    def take(self, act: Act) -> None:
        getattr(self, "_" + act.what.replace(" ", "_"))(act)

    def _announce(self, act: Act) -> None:
        packing = tuple(unit(self.base + box, str(box)) for box in range(1, BOXES + 1))
        lines = tuple(line(str(box)) for box in range(1, BOXES + 1))
        expect(self.conn, self.row, advice(*packing, lines=lines, number=f"DA-{self.base}"), NOW)

    def _scan(self, act: Act) -> None:
        batch = scan(self.conn, self.code(act.box), act.who, NOW).batch
        if batch:
            self.batches[act.who, act.box] = batch

    def _take_back(self, act: Act) -> None:
        batch = self.batches.pop((act.who, act.box), None)
        if batch:
            undo(self.conn, batch, act.who, NOW)

    def _load(self, act: Act) -> None:
        send_out(self.conn, (), act.who, NOW, self._ids(act.box), seen=True)

    def _hand_over(self, act: Act) -> None:
        deliver(self.conn, self._ids(act.box), act.who, "Lo Exempel", NOW, seen=True)

    def _ids(self, box: int) -> list[UUID]:
        return [row.id for row in store.find(self.conn, parcels.c.key == self.code(box)) if row.order_id]

    def rows(self) -> tuple[Parcel, ...]:
        return store.find(self.conn, parcels.c.order_id == self.row.id)

    def stock(self) -> list[tuple[int, str]]:
        return [(row.position, row.state.value) for row in self.rows()]

    def stage(self) -> State | None:
        return decide.order_stage(row.state for row in decide.boxes(self.rows()))

    def told(self) -> str:
        row = book.get(self.conn, self.row.id)
        assert row is not None
        return row.state.value


def both(engine: sa.Engine, morning: tuple[list[Act], list[Act]]) -> Iterator[Dock]:
    """The same morning twice, on two orders: heard of as it was done, and in the other order."""
    with engine.connect() as conn:
        for number, acts in zip(("26-000011", "26-000012"), morning, strict=True):
            dock = Dock(conn, number)
            for act in acts:
                dock.take(act)
            yield dock
        conn.rollback()


@QUICK
@given(morning=mornings())
def test_any_order_of_scans_corrections_and_deliveries_ends_with_the_same_stock(engine, morning):
    found = [(dock.stock(), dock.stage()) for dock in both(engine, morning)]
    assert found[0] == found[1]


@QUICK
@given(morning=mornings())
def test_without_corrections_the_order_book_too_says_the_same(engine, morning):
    forward = tuple([act for act in acts if act.what != "take back"] for acts in morning)
    found = [(dock.stock(), dock.told()) for dock in both(engine, forward)]
    assert found[0] == found[1]


@QUICK
@given(morning=mornings(), lost=st.sets(st.integers(1, BOXES)))
def test_goods_never_vanish(engine, morning, lost):
    for dock in both(engine, morning):
        given_up = [row.id for row in dock.rows() if row.position in lost]
        give_up(dock.conn, given_up, PEOPLE[0], NOW)
        balanced(dock)


def balanced(dock: Dock) -> None:
    """Stamps, states and the moves are three tellings of one thing; each adds up, and they agree."""
    rows = dock.rows()
    announced = [row for row in rows if row.announced_at]
    received = [row for row in rows if row.received_at]
    delivered = [row for row in rows if row.delivered_at]
    missing = [row for row in rows if row.state in (State.EXPECTED, State.MISSING)]
    in_the_house = [row for row in rows if row.state in (State.RECEIVED, State.OUT)]
    assert len(announced) == BOXES == len({row.key for row in rows})
    assert len(announced) == len(received) + len(missing)
    assert len(received) == len(delivered) + len(in_the_house)
    for row in rows:
        standing = parcel_moves.c.undone_at.is_(None) & (parcel_moves.c.parcel_id == row.id)
        reached = set(dock.conn.scalars(sa.select(parcel_moves.c.after).where(standing)))
        assert ("received" in reached) == (row in received), row
        assert ("delivered" in reached) == (row in delivered), row
