"""The page through HTTP: who may see and change what, what it says, the file, and bad input."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from gateway.suppliers.supplier import Suppliers
from hub.room import ROOM
from hub.saving import kept
from hub.saving.assumptions import ASSUMPTIONS
from tests.hub.house import PASSWORD
from tests.hub.saving.driven import a_run, goods, lay_out
from tests.hub.test_pages import Person
from tests.web.apps import app_of
from web import accounts

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
DAY = date(2026, 11, 24)
ROLES = {"alva": "dock", "cleo": "controller", "pia": "purchaser", "robin": "admin", "kim": "buyer", "anna": "approver"}


@pytest.fixture
def app(engine):
    with engine.begin() as conn:
        for login, role in ROLES.items():
            accounts.add(conn, login, name=f"{login.title()} Exempel", password=PASSWORD, roles=[role], now=NOW)
    return app_of(engine, Suppliers(()), [ROOM], lambda: NOW)


@pytest.fixture
def driven(engine):
    """Five suppliers at two units, one run of ours; a parcel that nobody planned."""
    with engine.begin() as conn:
        lay_out(conn)
        here = a_run(conn, DAY, "electric", "31.5", "bjorken", "granen")
        for nth in range(5):
            goods(conn, f"supplier-{nth}", "bjorken", here["bjorken"], DAY)
            goods(conn, f"supplier-{nth}", "granen", here["granen"], DAY)
        goods(conn, "supplier-0", "eken", None, DAY)


def test_who_may_look(app):
    for login, role in ROLES.items():
        person, may = Person(app, login), 403 if role in ("buyer", "approver") else 200
        assert person.get("/hub/saving").status_code == may, role
        assert person.get("/hub/saving.csv").status_code == may, role


def test_before_the_first_run_the_page_teaches_and_shows_the_assumptions(app):
    page = Person(app, "cleo").get("/hub/saving").text
    assert "Inget att jämföra än" in page
    assert "IVL, nordisk elmix" in page


def test_the_comparison_stands_on_the_page(app, driven):
    page = Person(app, "alva").get("/hub/saving").text
    assert "80,0 % färre" in page or "80 % färre" in page
    assert "2 stopp av oss i stället för 10 leverantörsbilar" in page
    assert "1 kolli är inte med på någon sida" in page
    assert page.count('role="img"') == 4
    assert "Vecka 48" in page
    assert "Fram och tillbaka till varje enhet" in page
    assert '<input class="short"' not in page, "the dock reads, it does not set"


def test_it_is_complete_in_english(app, driven):
    person = Person(app, "cleo")
    person.post("/language", language="en", next="/hub/saving")
    page = person.get("/hub/saving").text
    assert "2 stops of ours instead of 10 suppliers" in page
    assert "How much hangs on what we assume" in page


def test_periods(app, driven):
    person = Person(app, "cleo")
    assert "Vecka 48" in person.get("/hub/saving?period=2026").text
    for nothing in ("2019", "0", "-1", "9" * 400, "åäö", "1e9", "²"):
        answer = person.get(f"/hub/saving?period={nothing}")
        assert answer.status_code == 200
        assert person.get(f"/hub/saving.csv?period={nothing}").status_code == 200


def test_the_file_holds_the_weeks(app, driven):
    answer = Person(app, "pia").get("/hub/saving.csv")
    heading, row = answer.content.decode("utf-8-sig").strip().split("\r\n")
    assert heading.split(";")[:4] == ["Vecka från", "Kolli", "Leverantörer vid enheternas dörrar", "Våra stopp"]
    assert row.split(";")[:5] == ["2026-11-23", "10", "10", "2", "80,0"]


def test_an_assumption_is_changed_seen_and_undone(app, engine, driven):
    person = Person(app, "cleo")
    answer = person.post("/hub/saving/assumptions", kwh="70", litres="12")
    assert "Sparat" in answer.text
    assert "Satt av Cleo Exempel." in answer.text
    batch = answer.text.split('name="batch" value="', 1)[1].split('"', 1)[0]
    with engine.connect() as conn:
        assert kept.chosen(kept.changes(conn)) == {"kwh": Decimal(70)}
    assert "Ångrat" in person.post("/hub/saving/undo", batch=batch).text
    assert "inte att ångra längre" in person.post("/hub/saving/undo", batch=batch).text
    with engine.connect() as conn:
        assert kept.chosen(kept.changes(conn)) == {}


def test_an_emptied_field_has_the_default_again(app, engine):
    person = Person(app, "robin")
    person.post("/hub/saving/assumptions", kwh="70,5")
    person.post("/hub/saving/assumptions", kwh=" ")
    with engine.connect() as conn:
        assert kept.chosen(kept.changes(conn)) == {}


@pytest.mark.parametrize("bad", ["-1", "1e9", "1000000000", "två", "<b>", "å" * 3000, "NaN"])
def test_bad_values_are_told_beside_the_field_and_nothing_is_kept(app, engine, bad):
    good = {"litres": "11"}
    wrong = {name: bad for name in ASSUMPTIONS if name not in good}
    answer = Person(app, "cleo").post("/hub/saving/assumptions", **wrong, **good)
    assert answer.status_code == 422
    for name in wrong:
        assert f'href="#{name}"' in answer.text
        assert f'id="{name}-error"' in answer.text
    assert 'id="litres-error"' not in answer.text
    assert 'value="11"' in answer.text, "what was typed stays"
    with engine.connect() as conn:
        assert kept.changes(conn) == {}


def test_who_may_change(app):
    for login in ("alva", "kim"):
        person = Person(app, login)
        assert person.post("/hub/saving/assumptions", kwh="70").status_code == 403
        assert person.post("/hub/saving/undo", batch=str(uuid4())).status_code == 403


def test_an_unknown_batch_is_not_undone(app):
    person = Person(app, "cleo")
    for batch in ("", "0", "-1", "1e9", str(uuid4()), "å" * 3000, "%00"):
        answer = person.post("/hub/saving/undo", batch=batch)
        assert answer.status_code == 200
        assert "inte att ångra längre" in answer.text
        assert person.client.get("/hub/saving", params={"saved": batch}).status_code == 200
