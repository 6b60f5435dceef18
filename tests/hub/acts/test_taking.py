"""A phone that got no answer sends again: one effect, and the same answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from hub.acts.forgetting import ANSWERS, NAMES, forget
from hub.acts.form import Act, act_of
from hub.tables import acts, parcel_moves, parcels
from tests.hub.advices import sscc
from tests.hub.house import open_house, send_goods
from tests.hub.test_pages import Person
from tests.web.conftest import token_of

NOW = datetime(2026, 11, 23, 6, 55, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def alva(engine, clock):
    made = open_house(engine, clock, "alva")
    send_goods(engine, NOW)
    return Person(made, "alva")


def state_of(engine, number: int) -> str:
    with engine.begin() as conn:
        return conn.scalar(sa.select(parcels.c.state).where(parcels.c.key == sscc(number)))


def moves_of(engine, number: int) -> int:
    with engine.begin() as conn:
        mine = sa.select(sa.func.count()).select_from(parcel_moves.join(parcels)).where(parcels.c.key == sscc(number))
        return conn.scalar(mine)


def answer_in(page: str) -> str:
    return page.split('id="answer"', 1)[1].split('id="count"', 1)[0]


def test_a_scan_sent_again_hears_the_same_and_does_nothing(alva, engine):
    act = str(uuid4())
    first, again = (alva.post("/hub/scan", code=sscc(1), act=act, at=NOW.isoformat()).text for _ in range(2))
    assert "Mottaget." in first
    assert answer_in(again).replace(token_of(again), "") == answer_in(first).replace(token_of(first), "")
    assert moves_of(engine, 1) == 1
    assert "Redan mottaget" in alva.post("/hub/scan", code=sscc(1), act=str(uuid4())).text


@pytest.mark.parametrize(
    "code", ["26-000123", "7350053850019", "nonsens", sscc(77), f"(02)07350053850019(37)12(00){sscc(2)}"]
)
def test_every_kind_of_answer_is_heard_again(alva, code):
    act = str(uuid4())
    first, again = (alva.post("/hub/scan", code=code, act=act).text for _ in range(2))
    assert answer_in(again).replace(token_of(again), "") == answer_in(first).replace(token_of(first), "")


def test_copies_at_the_same_moment_are_one_scan(alva, engine):
    act, token = str(uuid4()), token_of(alva.get("/hub/dock").text)

    def send(_):
        return alva.client.post("/hub/scan", data={"code": sscc(3), "act": act, "csrf": token}).text

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(8)))
    assert all("Mottaget." in page for page in answers)
    assert moves_of(engine, 3) == 1


def test_an_undo_sent_again_takes_back_once(alva, engine):
    act, undo = str(uuid4()), str(uuid4())
    alva.post("/hub/scan", code=sscc(1), act=act)
    pages = [alva.post("/hub/undo", of=act, act=undo).text for _ in range(2)]
    assert all("Ångrat." in page for page in pages)
    assert state_of(engine, 1) == "expected"
    alva.post("/hub/scan", code=sscc(1), act=act)
    assert state_of(engine, 1) == "expected", "the old copy of the scan came late"
    assert "Mottaget." in alva.post("/hub/scan", code=sscc(1), act=str(uuid4())).text


def test_what_was_taken_back_before_it_came_never_comes(alva, engine):
    act = str(uuid4())
    assert "Ångrat." in alva.post("/hub/undo", of=act, act=str(uuid4())).text
    alva.post("/hub/scan", code=sscc(1), act=act)
    assert state_of(engine, 1) == "expected"
    assert moves_of(engine, 1) == 0


def test_two_minutes_are_counted_to_the_press_and_not_to_the_network(alva, engine, clock):
    scan, other = str(uuid4()), str(uuid4())
    alva.post("/hub/scan", code=sscc(1), act=scan)
    alva.post("/hub/scan", code=sscc(2), act=other)
    clock.now = NOW + timedelta(minutes=40)
    in_time, late = NOW + timedelta(seconds=30), NOW + timedelta(minutes=3)
    assert "Ångrat." in alva.post("/hub/undo", of=scan, act=str(uuid4()), at=in_time.isoformat()).text
    assert "För sent" in alva.post("/hub/undo", of=other, act=str(uuid4()), at=late.isoformat()).text
    assert [state_of(engine, number) for number in (1, 2)] == ["expected", "received"]


@pytest.mark.parametrize("fields", [{}, {"batch": "7"}, {"of": "x"}, {"batch": str(uuid4()), "act": "0"}])
def test_a_malformed_undo_is_told_so(alva, fields):
    assert alva.post("/hub/undo", **fields).status_code == 400


@pytest.mark.parametrize("at", ["", "i går", "2026-11-23T06:55:00", "0", "9" * 300])
def test_a_scan_is_not_turned_away_for_its_time(alva, at):
    assert "Mottaget." in alva.post("/hub/scan", code=sscc(1), act=str(uuid4()), at=at).text


def test_a_phone_whose_clock_is_wrong_is_not_believed():
    tomorrow, last_week = NOW + timedelta(days=1), NOW - timedelta(days=7)
    assert [act_of(None, when.isoformat()).pressed(NOW) for when in (tomorrow, last_week)] == [NOW, NOW]
    assert act_of(None, "2026-11-23T06:54:00Z").pressed(NOW) == NOW - timedelta(minutes=1)
    assert Act().pressed(NOW) == NOW


def test_acts_are_forgotten_when_no_phone_can_ask_for_them(alva, engine, clock):
    act = str(uuid4())
    alva.post("/hub/scan", code=sscc(1), act=act)
    clock.now = NOW + ANSWERS + timedelta(hours=1)
    with engine.begin() as conn:
        forget(conn, clock.now)
        assert conn.execute(sa.select(acts.c.answer)).scalars().all() == [None]
    alva.client.cookies.clear()
    again = Person(alva.client.app, "alva")
    assert again.post("/hub/scan", code=sscc(1), act=act).status_code == 200
    assert moves_of(engine, 1) == 1
    with engine.begin() as conn:
        forget(conn, NOW + NAMES + timedelta(days=1))
        assert conn.scalar(sa.select(sa.func.count()).select_from(acts)) == 0
