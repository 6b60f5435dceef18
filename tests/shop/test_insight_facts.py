"""The flat facts and every sum of them equal a reading of the orders in plain Python, also when filled bit by bit."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.orders import book
from gateway.orders.tables import orders
from gateway.settings import EXAMPLE
from gateway.suppliers.supplier import Suppliers
from shop import units
from shop.articles import COLUMNS, Article
from shop.document import Terms, Wanted, build_order
from shop.insight import drift, filling, punctual, sums
from shop.insight.asked import Asked, month_after, read, span_of
from shop.insight.tables import purchase_mark, purchase_prices, purchase_sums, purchases
from shop.tables import articles, contracts
from web.figures import LOCAL

NOW = datetime(2026, 11, 20, 8, 12, tzinfo=UTC)
FATES = (
    "placed",
    "confirmed",
    "less",
    "offered",
    "dearer",
    "delivered",
    "short",
    "rejected",
    "cancelled",
    "waiting",
    "test",
)
NOTHING = {"rejected", "cancelled", "waiting", "test"}


class Case:
    """One random order and what must be read of it."""

    def __init__(self, unit: int, first: int, quantities: list[int], back: int, fate: str, late: int) -> None:
        self.unit, self.first, self.quantities, self.back = unit, first, quantities, back
        self.fate, self.late = fate, late

    def __repr__(self) -> str:
        return f"Case({self.unit}, {self.first}, {self.quantities}, {self.back}, {self.fate!r}, {self.late})"


CASES = st.builds(
    Case,
    st.integers(1, 4),
    st.integers(0, 40),
    st.lists(st.integers(1, 9), min_size=1, max_size=3),
    st.integers(0, 500),
    st.sampled_from(FATES),
    st.integers(-2, 9),
)


def goods(conn: sa.Connection, supplier: str) -> list[Article]:
    wanted = sa.select(*COLUMNS).where(articles.c.supplier_id == supplier, articles.c.listed).order_by(articles.c.id)
    return [Article(**row._mapping) for row in conn.execute(wanted)]


def enter(conn: sa.Connection, case: Case, suppliers: Suppliers, number: int) -> tuple[UUID, list[Article]]:
    """Places the order and lets happen to it what its fate is."""
    sellers = sorted({row[0] for row in conn.execute(sa.select(articles.c.supplier_id).distinct())})
    shelf = goods(conn, sellers[case.first % len(sellers)])
    picked = [shelf[(case.first + place) % len(shelf)] for place in range(min(len(case.quantities), len(shelf)))]
    unit = units.get(conn, f"unit-{case.unit:04d}")
    assert unit is not None
    at = NOW - timedelta(days=case.back)
    wanted = [Wanted(article=one, quantity=Decimal(n)) for one, n in zip(picked, case.quantities, strict=False)]
    supplier = suppliers.by_id[picked[0].supplier_id]
    terms = Terms(customer_reference="4100")
    order = build_order(f"26-{number:06d}", at.astimezone(LOCAL), EXAMPLE, supplier, unit, "Kim", wanted, terms)
    state = "awaiting_approval" if case.fate == "waiting" else "placed"
    order_id = book.add(conn, order, supplier.id, unit.id, "kim", at, state, test=case.fate == "test")
    happen(conn, case, order_id, at)
    return order_id, picked


def happen(conn: sa.Connection, case: Case, order_id: UUID, at: datetime) -> None:
    promised = {"promised": {"end_date": (at + timedelta(days=3)).date().isoformat()}}
    lines = [{"line": str(place), "status": "5"} | promised for place in range(1, len(case.quantities) + 1)]
    if case.fate in NOTHING:
        if case.fate in {"rejected", "cancelled"}:
            book.record(conn, order_id, case.fate, "x", at + timedelta(hours=1))
        return
    if case.fate == "placed":
        return
    book.record(conn, order_id, "sent", "avrop", at + timedelta(minutes=5))
    first = lines[0] | {"status": "3"}
    if case.fate in {"less", "offered"}:
        first |= {"quantity": {"value": str(case.quantities[0] - 1), "unit": "C62"}}
    if case.fate == "dearer":
        first |= {"price": {"amount": {"value": "11.50", "currency": "SEK"}}}
    event = {"less": "changed", "dearer": "changed", "offered": "proposed"}.get(case.fate, "confirmed")
    said = lines if event == "confirmed" else [first, *lines[1:]]
    book.record(conn, order_id, event, "x", at + timedelta(hours=6), {"lines": said})
    if case.fate in {"delivered", "short"}:
        there = at + timedelta(days=3 + case.late) if case.late > -3 else at
        if case.fate == "short":
            book.record(conn, order_id, "short", "dani", there, {"line": "1", "quantity": "1"})
        book.record(conn, order_id, "at_hub", "dani", there)
        book.record(conn, order_id, "delivered", "dani", there + timedelta(days=1))


class Line:
    """What must be read of a line, worked out without the code under test."""

    def __init__(self, case: Case, place: int, article: Article, closed: set[tuple[str, str]]) -> None:
        ordered = Decimal(case.quantities[place])
        self.less = place == 0 and case.fate in {"less", "short"}
        self.quantity = ordered - 1 if self.less else ordered
        each = Decimal("11.50") if place == 0 and case.fate == "dearer" else article.price
        self.net = (self.quantity * each).quantize(Decimal("0.01"))
        self.day = (NOW - timedelta(days=case.back)).astimezone(LOCAL).date()
        self.month, self.unit, self.article = self.day.replace(day=1), f"unit-{case.unit:04d}", article
        self.contract = article.contract
        off = article.contract is None or (article.supplier_id, article.contract) in closed
        self.standing = "off" if off else "on"
        self.base = self.quantity * article.content if article.content else self.quantity
        self.base_unit = article.content_unit if article.content else article.unit
        self.came, self.late = case.fate in {"delivered", "short"}, case.late
        self.short = place == 0 and case.fate == "short"


def expected(case: Case, picked: list[Article], closed: set[tuple[str, str]]) -> list[Line]:
    if case.fate in NOTHING:
        return []
    return [Line(case, place, one, closed) for place, one in enumerate(picked)]


@pytest.fixture
def closed(stocked: sa.Engine) -> set[tuple[str, str]]:
    """One contract that was over before all orders."""
    with stocked.begin() as conn:
        row = conn.execute(sa.select(contracts.c.supplier_id, contracts.c.number).order_by(contracts.c.number)).first()
        assert row is not None
        own = (contracts.c.supplier_id == row[0]) & (contracts.c.number == row[1])
        conn.execute(contracts.update().where(own).values(valid_to=date(2020, 1, 1)))
    return {(row[0], row[1])}


def everything(conn: sa.Connection) -> tuple[list[Any], list[Any]]:
    facts = conn.execute(sa.select(purchases).order_by(purchases.c.order_id, purchases.c.line)).all()
    added = [tuple(row) for table in (purchase_sums, purchase_prices) for row in conn.execute(sa.select(table))]
    return list(facts), sorted(added, key=str)


def clear(conn: sa.Connection) -> None:
    for name in (
        "purchases",
        "purchase_sums",
        "purchase_prices",
        "purchase_mark",
        "order_events",
        "order_versions",
        "orders",
    ):
        conn.exec_driver_sql(f"DELETE FROM {name}")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cases=st.lists(CASES, min_size=1, max_size=14), period=st.sampled_from(["12", "2025", "2026-3", "2026"]))
def test_every_figure_equals_a_reading_in_plain_python(
    stocked: sa.Engine, suppliers: Suppliers, closed: set[tuple[str, str]], cases: list[Case], period: str
) -> None:
    with stocked.begin() as conn:
        clear(conn)
    told: list[Line] = []
    for number, case in enumerate(cases, start=1):
        with stocked.begin() as conn:
            _, picked = enter(conn, case, suppliers, number)
        told += expected(case, picked, closed)
        if number % 4 == 0:
            filling.fill(stocked, suppliers, NOW)
    filling.fill(stocked, suppliers, NOW)
    with stocked.begin() as conn:
        bit_by_bit = everything(conn)
    filling.rebuild(stocked, suppliers, NOW)
    with stocked.begin() as conn:
        assert everything(conn) == bit_by_bit
        asked = read(conn, {"period": period}, NOW.date(), None)
        here = [one for one in told if asked.start <= one.day < asked.end]
        check_splits(conn, asked, here)
        check_totals(conn, asked, here)
        check_days(conn, asked, here)
        check_drift(conn, asked, here)


def check_splits(conn: sa.Connection, asked: Asked, here: list[Line]) -> None:
    found = sums.splits(conn, asked)
    for name, key in (("month", "month"), ("unit_id", "unit"), ("category", "category")):
        want: dict[Any, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for one in here:
            want[one.article.category if key == "category" else getattr(one, key)][one.standing] += one.net
        assert {k: (split.on, split.off, split.unknown) for k, split in found[name].items()} == {
            k: (parts["on"], parts["off"], Decimal(0)) for k, parts in want.items()
        }


def check_totals(conn: sa.Connection, asked: Asked, here: list[Line]) -> None:
    found = sums.totals(conn, asked)
    want: dict[Any, Decimal] = defaultdict(Decimal)
    for one in here:
        want[one.article.supplier_id, one.contract or ""] += one.net
    assert found["contract"] == dict(want)
    assert sum(found["month"].values(), Decimal(0)) == sum((one.net for one in here), Decimal(0))


def check_days(conn: sa.Connection, asked: Asked, here: list[Line]) -> None:
    whole = punctual.whole(punctual.by_month(conn, asked))
    came = [one for one in here if one.came]
    assert (whole.came, whole.in_time) == (len(came), sum(one.late <= 0 for one in came))
    assert (whole.received, whole.short) == (len(came), sum(one.short for one in came))
    late = dict(punctual.lateness(conn, asked))
    assert sum(late.values()) == len(came)
    assert late["2–3 days late"] == sum(2 <= one.late <= 3 for one in came)


def check_drift(conn: sa.Connection, asked: Asked, here: list[Line]) -> None:
    found = drift.figures(conn, asked).months
    some = msgspec.structs.replace(asked, within=frozenset(f"unit-{n:04d}" for n in range(1, 13)))
    assert drift.figures(conn, some).months == found, "the lines say what was added up"
    first = month_after(asked.start, 3)
    base: dict[Any, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    compared = [one for one in here if one.base > 0]
    for one in compared:
        if one.day < first:
            base[one.article.id][0] += one.net
            base[one.article.id][1] += one.base
    for month in {one.month for one in compared}:
        mine = [one for one in compared if one.month == month and base.get(one.article.id, [0])[0] > 0]
        then = sum((one.base * base[one.article.id][0] / base[one.article.id][1] for one in mine), Decimal(0))
        paid = sum((one.net for one in mine), Decimal(0))
        want = (100 * paid / then).quantize(Decimal("0.1")) if then else None
        assert found[month].value == want


def test_an_event_with_a_lower_number_that_is_committed_later_is_read(stocked: sa.Engine, suppliers: Suppliers) -> None:
    slow, quick = Case(1, 3, [2], 10, "placed", 0), Case(2, 5, [4], 9, "placed", 0)
    with stocked.connect() as waiting, waiting.begin():
        slow_id, _ = enter(waiting, slow, suppliers, 1)
        with stocked.begin() as conn:
            enter(conn, quick, suppliers, 2)
        filling.fill(stocked, suppliers, NOW)
        filling.fill(stocked, suppliers, NOW)
    filling.fill(stocked, suppliers, NOW)
    with stocked.begin() as conn:
        assert slow_id in set(conn.scalars(sa.select(purchases.c.order_id)))
        assert conn.execute(sa.select(purchase_mark.c.event_id)).scalar_one() >= 0
        assert filling.as_of(conn) == NOW


def test_a_changed_version_is_followed_and_a_cancelled_order_goes(stocked: sa.Engine, suppliers: Suppliers) -> None:
    with stocked.begin() as conn:
        order_id, _ = enter(conn, Case(1, 3, [2, 5], 10, "confirmed", 0), suppliers, 1)
    filling.fill(stocked, suppliers, NOW)
    with stocked.begin() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(purchases)) == 2
        conn.execute(orders.update().where(orders.c.id == order_id).values(state="sent"))
        book.record(conn, order_id, "cancelled_by_seller", "x", NOW)
    filling.fill(stocked, suppliers, NOW)
    with stocked.begin() as conn:
        assert everything(conn) == ([], [])


def test_periods() -> None:
    today = date(2026, 11, 20)
    assert span_of("12", today) == (date(2025, 12, 1), date(2026, 12, 1))
    assert span_of("2025", today) == (date(2025, 1, 1), date(2026, 1, 1))
    assert span_of("2026-4", today) == (date(2026, 10, 1), date(2027, 1, 1))
    assert span_of("nonsense", today) == span_of("12", today)
    assert month_after(date(2026, 1, 1), -1) == date(2025, 12, 1)
