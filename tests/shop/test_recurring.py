"""Recurring orders: on the unit's days, once per day whatever happens, and never what the owner would not want."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from gateway.exchange.chores import do
from gateway.exchange.office import Handlers, Office
from gateway.orders import book as orders
from gateway.orders.tables import orders as orders_table
from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers
from shop import basket, units
from shop.articles import Article
from shop.checkout import orders_of
from shop.lists import book, recurring, turns
from shop.lists.chore import RECURRING
from shop.lists.recurring import Turn
from shop.lists.turns import House, place_due
from shop.tables import articles, unit_members
from shop.tables import units as units_table
from tests.shop.conftest import NOW, person, send
from tests.shop.lists_stage import a_list, a_recurring, at, some

TODAY = NOW.date()


@pytest.fixture
def house(suppliers: Suppliers) -> House:
    return House(suppliers, load_settings({}).municipality)


class Stage:
    """A list of three articles, ordered every week for the first unit from its first day that can be kept."""

    def __init__(self, engine: sa.Engine, **facts: Any) -> None:
        self.engine = engine
        with engine.begin() as conn:
            unit = units.get(conn, "unit-0001")
            assert unit is not None
            self.unit, self.goods = unit, some(conn)
            self.list_id = a_list(conn, self.goods)
            self.lead = recurring.lead_days(book.lines_of(conn, self.list_id))
            first = recurring.first_day(TODAY, unit, self.lead, TODAY + timedelta(days=14))
            self.first = recurring.delivery_from(first, unit)
            self.id = a_recurring(conn, self.list_id, self.first, **facts)

    @property
    def ordered_on(self) -> date:
        return self.coming()[0].ordered_on

    def coming(self) -> list[recurring.Coming]:
        with self.engine.connect() as conn:
            found, unit = recurring.get(conn, self.id), units.get(conn, "unit-0001")
            assert found is not None
            assert unit is not None
            return recurring.coming(found, unit, recurring.turns(conn, self.id), self.lead)

    def turns(self) -> list[Turn]:
        with self.engine.connect() as conn:
            return recurring.turns(conn, self.id)

    def count(self) -> int:
        with self.engine.connect() as conn:
            return conn.execute(sa.select(sa.func.count()).select_from(orders_table)).scalar_one()

    def change(self, article: Article, **values: Any) -> None:
        with self.engine.begin() as conn:
            conn.execute(articles.update().where(articles.c.id == article.id).values(values))


def test_it_is_ordered_in_time_for_its_day_and_once(stocked: sa.Engine, house: House) -> None:
    stage = Stage(stocked)
    day, on = stage.first, stage.ordered_on
    assert on < day
    assert place_due(stocked, house, at(on - timedelta(days=1))) == 0
    assert place_due(stocked, house, at(on)) == 1
    assert place_due(stocked, house, at(on, hour=9)) == 0
    (turn,) = stage.turns()
    assert (turn.state, turn.day, turn.actor) == ("ordered", day, "avrop")
    with stocked.connect() as conn:
        assert turn.basket_id is not None
        rows = [orders.get(conn, id) for id in orders_of(conn, turn.basket_id)]
        mine = basket.open_basket(conn, person(conn, "kim").id, "unit-0001", NOW)
    assert not mine.kept, "the owner's own basket is not touched"
    assert {row.supplier_id for row in rows if row} == {one.supplier_id for one in stage.goods}
    for row in rows:
        assert row is not None
        assert (row.placed_by, row.order.customer_reference) == ("kim", "REF-1")
        assert row.order.delivery.requested is not None
        assert row.order.delivery.requested.end_date == day
    assert stage.coming()[0].day == day + timedelta(days=7)


def test_a_high_sum_waits_for_its_approver(stocked: sa.Engine, house: House) -> None:
    stage = Stage(stocked)
    with stocked.begin() as conn:
        conn.execute(units_table.update().values(approval_limit=Decimal(1)))
    assert place_due(stocked, house, at(stage.ordered_on)) == 1
    with stocked.connect() as conn:
        assert set(conn.scalars(sa.select(orders_table.c.state))) == {"awaiting_approval"}


def test_the_worker_does_it(stocked: sa.Engine, house: House, suppliers: Suppliers) -> None:
    stage = Stage(stocked)
    due = at(stage.ordered_on)
    desk = Office(
        engine=stocked,
        suppliers=suppliers,
        dialects={},
        transports={},
        handlers=Handlers(chores=(RECURRING,)),
        settings=load_settings({}),
        clock=lambda: due,
    )
    assert do(desk, RECURRING)
    assert do(desk, RECURRING)
    assert [turn.state for turn in stage.turns()] == ["ordered"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"active": False}, "It has left the supplier's range."),
        ({"valid_to": TODAY}, "It can no longer be ordered."),
    ],
)
def test_what_cannot_be_bought_waits_for_the_owner(
    stocked: sa.Engine, house: House, change: dict[str, Any], said: str
) -> None:
    stage = Stage(stocked)
    stage.change(stage.goods[0], **change)
    assert place_due(stocked, house, at(stage.ordered_on)) == 0
    (turn,) = stage.turns()
    assert (turn.state, turn.basket_id) == ("waiting", None)
    assert [problem.values["why"] for problem in turn.problems] == [said]
    assert stage.count() == 0


@pytest.mark.parametrize(("factor", "state"), [("1.10", "ordered"), ("1.11", "waiting"), ("0.5", "ordered")])
def test_a_price_above_the_limit_waits(stocked: sa.Engine, house: House, factor: str, state: str) -> None:
    stage = Stage(stocked)
    price = (stage.goods[0].price * Decimal(factor)).quantize(Decimal("0.0001"))
    stage.change(stage.goods[0], price=price)
    place_due(stocked, house, at(stage.ordered_on))
    (turn,) = stage.turns()
    assert turn.state == state
    assert bool(turn.problems) is (state == "waiting")


def test_an_owner_without_the_role_waits_and_a_colleague_takes_over(
    stocked: sa.Engine, house: House, browser: Callable[..., Any], clock: Any
) -> None:
    stage = Stage(stocked)
    with stocked.begin() as conn:
        kim = person(conn, "kim").id
        conn.execute(unit_members.delete().where(unit_members.c.user_id == kim, unit_members.c.unit_id == "unit-0001"))
    clock.time = at(stage.ordered_on)
    place_due(stocked, house, clock.time)
    assert [turn.state for turn in stage.turns()] == ["waiting"]
    anna = browser("anna")
    page = anna.get(f"/recurring/{stage.id}").text
    assert "beställer inte längre för enheten" in page
    assert send(anna, f"/recurring/{stage.id}/decide", day=stage.first.isoformat()).status_code == 409
    send(anna, f"/recurring/{stage.id}/take-over")
    page = send(anna, f"/recurring/{stage.id}/decide", day=stage.first.isoformat(), choice="order").text
    assert 'href="/orders/26-' in page
    with stocked.connect() as conn:
        assert set(conn.scalars(sa.select(orders_table.c.placed_by))) == {"anna"}


def test_days_that_move_are_followed_and_the_week_is_served_once(stocked: sa.Engine, house: House) -> None:
    stage = Stage(stocked)
    place_due(stocked, house, at(stage.ordered_on))
    later = [number for number in (1, 2, 3, 4, 5) if number != stage.first.isoweekday()]
    with stocked.begin() as conn:
        conn.execute(units_table.update().where(units_table.c.id == "unit-0001").values(weekdays=later))
    coming = stage.coming()
    assert len(coming) == 3
    assert all(one.day.isoweekday() in later for one in coming)
    assert coming[0].day.isocalendar().week != stage.first.isocalendar().week


def test_what_a_long_stop_made_impossible_is_told_and_not_ordered(stocked: sa.Engine, house: House) -> None:
    stage = Stage(stocked)
    place_due(stocked, house, at(stage.first + timedelta(days=8)))
    states = {turn.day: turn.state for turn in stage.turns()}
    assert states[stage.first] == "missed"
    assert states[stage.first + timedelta(days=7)] == "missed"
    assert stage.count() == len({one.supplier_id for one in stage.goods}) * list(states.values()).count("ordered")


_VICTIM = """
import sys
from datetime import datetime
import sqlalchemy as sa
from gateway.settings import load_settings
from gateway.suppliers.invent import DIALECTS, invent
from gateway.suppliers.load import load
from gateway.transports import TRANSPORTS
from gateway import database
from shop.lists.turns import House, place_due
import shop.tables
suppliers = load(invent(40), "suppliers.yaml", TRANSPORTS, DIALECTS)
print("ready", flush=True)
house = House(suppliers, load_settings({}).municipality)
place_due(database.engine(sys.argv[1]), house, datetime.fromisoformat(sys.argv[2]))
"""


def test_killed_in_the_middle_it_is_ordered_once(stocked: sa.Engine, house: House) -> None:
    stage = Stage(stocked)
    due = at(stage.ordered_on)
    url = stocked.url.render_as_string(hide_password=False)
    with stocked.connect() as holding:
        # Order numbers are held, so the victim stands in the middle of its checkout when it is killed.
        orders.next_number(holding, due.year)
        victim = subprocess.Popen([sys.executable, "-c", _VICTIM, url, due.isoformat()], stdout=subprocess.PIPE)
        try:
            assert victim.stdout is not None
            assert victim.stdout.readline() == b"ready\n"
            assert _until(lambda: _blocked(stocked) == 1), "it waits for a number"
        finally:
            os.kill(victim.pid, signal.SIGKILL)
            victim.wait(10)
            victim.stdout.close()
        holding.rollback()
    assert _until(lambda: _blocked(stocked) == 0)
    assert _until(lambda: _free(stocked, stage.id)), "the server gives the dead one's row free"
    assert stage.turns() == []
    assert stage.count() == 0
    assert place_due(stocked, house, due) == 1
    assert stage.count() == len({one.supplier_id for one in stage.goods})


def _until(true: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _blocked(engine: sa.Engine) -> int:
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with engine.connect() as conn:
        return conn.exec_driver_sql(waits).scalar_one()


def _free(engine: sa.Engine, recurring_id: UUID) -> bool:
    with engine.connect() as conn:
        return recurring.get(conn, recurring_id, lock=True) is not None


def test_two_workers_at_once_order_once(stocked: sa.Engine, house: House) -> None:
    """Both go through the list at the same time; and both try the very same turn, past each other's row lock."""
    stage = Stage(stocked)
    due, placed, start = at(stage.ordered_on), [], threading.Barrier(4)

    def work() -> None:
        start.wait()
        placed.append(place_due(stocked, house, due))

    def same_turn() -> None:
        with stocked.begin() as conn:
            found = recurring.get(conn, stage.id)
            assert found is not None
            start.wait()
            placed.append(turns.take(conn, house, found, stage.first, "avrop", due) == "ordered")

    threads = [threading.Thread(target=one) for one in (work, work, same_turn, same_turn)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(placed) == [0, 0, 0, 1]
    assert len(stage.turns()) == 1
    assert stage.count() == len({one.supplier_id for one in stage.goods})


def test_one_that_fails_keeps_no_other_from_its_day(
    stocked: sa.Engine, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = Stage(stocked), Stage(stocked)
    real = turns.problems_of

    def fail(conn: sa.Connection, known: Any, found: recurring.Recurring, *rest: Any) -> Any:
        if found.id == broken.id:
            raise ValueError("the list is torn")
        return real(conn, known, found, *rest)

    monkeypatch.setattr(turns, "problems_of", fail)
    assert place_due(stocked, house, at(sound.ordered_on)) == 1
    assert (broken.turns(), len(sound.turns())) == ([], 1)


def test_the_page_from_making_it_to_its_history(stocked: sa.Engine, browser: Callable[..., Any], clock: Any) -> None:
    kim = browser("kim")
    with stocked.begin() as conn:
        list_id = a_list(conn, some(conn))
    form = kim.get(f"/recurring/new?list={list_id}").text
    assert "Fredagsfika" in form
    wrong = send(kim, "/recurring/new", list=str(list_id), every="yearly", begins="snart", price_limit="-1")
    assert wrong.status_code == 422
    for said in ("Välj hur ofta.", "Skriv ett datum", "mellan 0 och 100", "Skriv er referens"):
        assert said in wrong.text
    facts = {"every": "week", "price_limit": "12,5 %", "customer_reference": "REF-1", "accounting_cost": "4010"}
    made = send(kim, "/recurring/new", list=str(list_id), **facts)
    address = made.url.path
    assert len(re.findall(r"beställs (?:i dag|\w{3} \d)", made.text)) == 3
    with stocked.connect() as conn:
        found = recurring.get(conn, UUID(address.rsplit("/", 1)[1]))
        assert found is not None
        assert found.price_limit == Decimal("12.5")
        day = found.begins.isoformat()
    assert "Överhoppad:" in send(kim, f"{address}/skip", day=day).text
    assert send(kim, f"{address}/skip", day=day).status_code == 409, "the next day is another one now"
    assert "Överhoppad:" not in send(kim, f"{address}/unskip", day=day).text
    page = send(kim, f"{address}/now", day=day).text
    assert 'href="/orders/26-' in page
    send(kim, f"{address}/now", day=day)
    with stocked.connect() as conn:
        assert len(recurring.turns(conn, found.id)) == 1, "pressed twice it orders once"
    assert "Den är pausad" in send(kim, f"{address}/pause").text
    clock.pass_by(days=30)
    kim = browser("kim")
    resumed = send(kim, f"{address}/resume").text
    assert "Den är pausad" not in resumed
    assert "beställs i dag" not in resumed, "nothing is ordered before one has seen when"
    facts = {"ends": "", "price_limit": "150", "customer_reference": "REF-2", "accounting_cost": ""}
    assert "mellan 0 och 100" in send(kim, f"{address}/settings", **facts).text
    saved = send(kim, f"{address}/settings", **facts | {"price_limit": "20"}).text
    assert ('value="20"' in saved, 'value="REF-2"' in saved) == (True, True)
    assert "Den är avslutad" in send(kim, f"{address}/end").text
    assert browser("dani", None).get(address).status_code == 403


def test_a_waiting_turn_is_shown_and_decided(
    stocked: sa.Engine, house: House, browser: Callable[..., Any], clock: Any
) -> None:
    stage = Stage(stocked)
    stage.change(stage.goods[0], active=False)
    stage.change(stage.goods[1], price=stage.goods[1].price * 2)
    clock.time = at(stage.ordered_on)
    place_due(stocked, house, clock.time)
    kim = browser("kim")
    assert "Den återkommande beställningen Fredagsfika väntar på dig." in kim.get("/").text
    page = kim.get(f"/recurring/{stage.id}").text
    assert "Varan har utgått ur leverantörens sortiment." in page
    assert "har blivit 100 % dyrare; gränsen är 10 %" in page
    page = send(kim, f"/recurring/{stage.id}/decide", day=stage.first.isoformat(), choice="order").text
    assert 'href="/orders/26-' in page
    send(kim, f"/recurring/{stage.id}/decide", day=stage.first.isoformat(), choice="order")
    with stocked.connect() as conn:
        lines = {line.article.id: line for line in book.lines_of(conn, stage.list_id)}
        assert lines[stage.goods[1].id].price == stage.goods[1].price * 2, "what the owner accepted is the new measure"
        bought = [line.item.seller_id for row in orders.recent(conn) for line in row.order.lines]
        assert sorted(bought) == sorted(one.seller_id for one in stage.goods[1:])


def test_somebody_elses_unit_is_not_there(stocked: sa.Engine, browser: Callable[..., Any]) -> None:
    with stocked.begin() as conn:
        list_id = a_list(conn, some(conn), unit="unit-0002")
        recurring_id = a_recurring(conn, list_id, TODAY, unit_id="unit-0002")
        kim = person(conn, "kim").id
        conn.execute(unit_members.delete().where(unit_members.c.user_id == kim, unit_members.c.unit_id == "unit-0002"))
    browsing = browser("kim")
    assert browsing.get(f"/recurring/{recurring_id}").status_code == 404
    assert send(browsing, f"/recurring/{recurring_id}/end").status_code == 404
    assert browsing.get(f"/lists/{list_id}").status_code == 404
    assert send(browsing, "/recurring/new", list=str(list_id), every="week").status_code == 422


def test_days_are_dates(stocked: sa.Engine, browser: Callable[..., Any]) -> None:
    stage = Stage(stocked)
    assert send(browser("kim"), f"/recurring/{stage.id}/now", day="i morgon").status_code in {400, 422}
