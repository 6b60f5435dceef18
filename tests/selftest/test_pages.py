"""The self-test in the console: started, followed, ended and taken up again from its pages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.exchange.selftest import record as records
from gateway.exchange.selftest import tools as selftest_tools
from gateway.exchange.selftest.scenario import Scenario
from gateway.exchange.selftest.tools import alone
from gateway.suppliers.supplier import Supplier, Suppliers
from tests.console import house
from tests.console.test_pages import Person
from tests.exchange.desk import dialects, only, supplier
from tests.selftest.house import play
from tests.selftest.test_scenarios import sandbox_of

ADDRESS = "/console/suppliers/papperslagret/selftest"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def seller(tmp_path: Path) -> Supplier:
    return supplier(tmp_path)


@pytest.fixture
def alex(engine: sa.Engine, seller: Supplier) -> Iterator[Person]:
    app = house.open_house(engine, now, "alex", suppliers=Suppliers([seller]))
    app.state.dialects = dialects()
    yield Person(app, "alex")
    with engine.connect() as conn:  # threads of a test that failed do not reach into the next one
        end = time.monotonic() + 15
        while selftest_tools.is_running(conn, seller.id) and time.monotonic() < end:
            time.sleep(0.1)


def until(alex: Person, address: str, words: str, seconds: float = 20) -> str:
    end = time.monotonic() + seconds
    while words not in (page := alex.get(address)):
        assert time.monotonic() < end, page
        time.sleep(0.2)
    return page


def test_only_admins_may(engine: sa.Engine, seller: Supplier) -> None:
    dani = Person(house.open_house(engine, now, "dani", suppliers=Suppliers([seller])), "dani").client
    assert dani.get(ADDRESS).status_code == 403
    assert dani.get(f"{ADDRESS}/1").status_code == 403


def test_the_checklist_before_anything_was_tried(alex: Person) -> None:
    page = alex.get(ADDRESS)
    assert "Ingen har provat den här leverantören än" in page
    assert page.count("aldrig provat") == 6
    assert "inte för den här leverantören" in page
    assert "Bekräfta beställningen och avisera den i två leveranser." in page
    assert ADDRESS in alex.get("/console/suppliers/papperslagret")
    assert alex.client.get("/console/suppliers/ingen/selftest").status_code == 404
    assert alex.client.get(f"{ADDRESS}/7").status_code == 404
    assert alex.post(ADDRESS, scenario="nonsense").status_code == 400


def test_started_followed_and_green(engine: sa.Engine, alex: Person, seller: Supplier, tmp_path: Path) -> None:
    with sandbox_of(seller, tmp_path):
        begun = alex.post(ADDRESS, scenario="accept")
        assert begun.url.path.startswith(f"{ADDRESS}/")
        page = until(alex, f"{ADDRESS}/2", ">grönt<")
    assert page.count(">godkänt<") == 5
    assert "hx-get" not in page
    assert "T26-000001" in page
    assert "Bekräfta beställningen som den är" in page
    checklist = alex.get(ADDRESS)
    assert checklist.count(">grönt<") == 4  # connection and scenario, in the checklist and in the history
    with engine.connect() as conn:
        assert {record.by for record in records.of_supplier(conn, seller.id)} == {"Alex Exempel"}


def test_a_cause_is_told_in_swedish_with_what_to_do(alex: Person, seller: Supplier, tmp_path: Path) -> None:
    (tmp_path / seller.id / "in").rmdir()
    alex.post(ADDRESS, scenario="all")
    page = until(alex, f"{ADDRESS}/1", "inte grönt")
    assert "there is no such folder; create it or correct the path" in page
    assert "misslyckades" in page
    assert alex.client.get(f"{ADDRESS}/2").status_code == 404  # no order after a connection that failed


def test_one_that_runs_is_watched_and_ended(engine: sa.Engine, alex: Person) -> None:
    alex.post(ADDRESS, scenario="accept")
    page = until(alex, f"{ADDRESS}/2", "Väntar på den andra sidan")
    assert f'hx-get="{ADDRESS}/2"' in page
    assert "<noscript>" in page
    assert ">nu<" in page
    assert "Ett självtest pågår" in alex.get(ADDRESS)
    assert "pågår redan" in alex.post(ADDRESS, scenario="connection").text
    ended = alex.post(f"{ADDRESS}/2/end").text
    assert "inte grönt" in ended
    assert "Alex Exempel avslutade självtestet här" in ended
    with engine.connect() as conn:
        end = time.monotonic() + 10
        while selftest_tools.is_running(conn, "papperslagret"):
            assert time.monotonic() < end
            time.sleep(0.1)
    assert only(engine, "SELECT good FROM selftests WHERE id = 2") is False


def test_one_whose_program_died_is_taken_up_again(
    engine: sa.Engine, alex: Person, seller: Supplier, tmp_path: Path
) -> None:
    record = play(engine, seller, Scenario.ACCEPT, 0.5)
    with engine.begin() as conn:  # as a process leaves it that is killed while it waits for the response
        steps = sa.text("UPDATE selftests SET steps = steps - 3, good = NULL, ended_at = NULL")
        conn.execute(steps)
    page = alex.get(f"{ADDRESS}/{record.id}")
    assert "Programmet som körde självtestet är borta" in page
    assert "stannade halvvägs" in alex.get(ADDRESS)
    with sandbox_of(seller, tmp_path):
        alex.post(f"{ADDRESS}/{record.id}/resume")
        page = until(alex, f"{ADDRESS}/{record.id}", ">grönt<")
    assert only(engine, "SELECT count(*) FROM orders") == 1
    assert "Prova sista steget igen" not in page


def test_nothing_is_started_beside_another_one(engine: sa.Engine, alex: Person, seller: Supplier) -> None:
    record = play(engine, seller, Scenario.ACCEPT, 0.2)
    with alone(engine, seller.id):
        assert "pågår redan" in alex.post(ADDRESS, scenario="all").text
        assert "pågår redan" in alex.post(f"{ADDRESS}/{record.id}/resume").text
    assert only(engine, "SELECT count(*) FROM selftests") == 1
