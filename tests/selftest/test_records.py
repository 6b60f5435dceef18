"""What stays of a self-test: records that outlive their process, one at a time, many at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange.poll import due
from gateway.exchange.selftest import record as records
from gateway.exchange.selftest.many import causes_of, try_all
from gateway.exchange.selftest.record import Record
from gateway.exchange.selftest.run import end, resume, try_out
from gateway.exchange.selftest.scenario import STEPS, Scenario
from gateway.exchange.selftest.tools import Busy, alone, is_running
from gateway.suppliers.supplier import Supplier
from tests.exchange.desk import only, supplier
from tests.selftest.house import answering, last, play, tools
from tests.selftest.test_scenarios import sandbox_of


def avrop(*arguments: str, home: Path, url: str, file: Path) -> subprocess.Popen[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AVROP_")}
    environ |= {"AVROP_HOME": str(home), "AVROP_DATABASE_URL": url, "AVROP_SUPPLIERS": str(file)}
    environ |= {"AVROP_POLL_ACTIVE": "0.2"}
    command = [sys.executable, "-m", "gateway.cli", "suppliers", "selftest", *arguments]
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A suppliers file with one sound supplier, one whose folders are missing, and one with a mistake."""
    supplier(tmp_path)
    path = tmp_path / "suppliers.yaml"
    path.write_text(f"""
profiles:
  folders: {{dialect: csv, transport: {{type: folder, inbox: "{tmp_path}/{{id}}/in", outbox: "{tmp_path}/{{id}}/out"}}}}
suppliers:
  - {{id: papperslagret, name: Papperslagret AB, org: 5500008130, profile: folders}}
  - {{id: borta, name: Borta Varor AB, org: 5500006597, profile: folders}}
  - {{id: felstavat, name: Felstavat AB, org: 5500007959, profile: foldrs}}
""")
    return path


@pytest.mark.slow
def test_the_command_line_plays_a_scenario(engine: sa.Engine, database_url: str, tmp_path: Path, file: Path) -> None:
    with sandbox_of(supplier(tmp_path, dialect="csv"), tmp_path):
        running = avrop("papperslagret", "--scenario", "reject", "--json", home=tmp_path, url=database_url, file=file)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    told = json.loads(out)
    assert (told["good"], [record["scenario"] for record in told["records"]]) == (True, ["connection", "reject"])
    assert "no worker runs: this command sends and fetches for this supplier itself" in err
    assert "✓ response" in err
    assert only(engine, "SELECT count(*) FROM selftests WHERE good") == 2


@pytest.mark.slow
def test_the_command_line_names_causes_and_mistakes(
    engine: sa.Engine, database_url: str, tmp_path: Path, file: Path
) -> None:
    everybody = avrop("--all", "--steps", "connect,list", "--json", home=tmp_path, url=database_url, file=file)
    told = json.loads(everybody.communicate(timeout=60)[0])
    assert everybody.returncode == 1
    assert (told["suppliers"], told["green"]) == (2, 1)
    assert [cause["suppliers"] for cause in told["causes"]] == [["borta"]]
    misspelt = avrop("paperslagret", home=tmp_path, url=database_url, file=file)
    assert "did you mean papperslagret?" in misspelt.communicate(timeout=60)[0]
    assert misspelt.returncode == 2
    broken = avrop("felstavat", home=tmp_path, url=database_url, file=file)
    assert "did you mean folders?" in broken.communicate(timeout=60)[0]
    assert broken.returncode == 1


@pytest.mark.slow
def test_a_killed_process_leaves_a_record_that_goes_on(
    engine: sa.Engine, database_url: str, tmp_path: Path, file: Path
) -> None:
    seller = supplier(tmp_path, dialect="csv")
    running = avrop("papperslagret", home=tmp_path, url=database_url, file=file)
    until = time.monotonic() + 45
    while only(engine, "SELECT count(*) FROM messages WHERE state = 'sent'") == 0:
        assert time.monotonic() < until
        time.sleep(0.1)
    running.send_signal(signal.SIGKILL)
    running.communicate(timeout=10)
    with engine.begin() as conn:
        found = records.of_supplier(conn, seller.id)[0]
        assert found.ended_at is None
        assert found.next_step in ("receipt", "response")
        until = time.monotonic() + 10
        while is_running(conn, seller.id):  # the server notices the broken line
            assert time.monotonic() < until
            time.sleep(0.05)
    with sandbox_of(seller, tmp_path):
        again = avrop("--resume", str(found.id), "--json", home=tmp_path, url=database_url, file=file)
        out, err = again.communicate(timeout=60)
    assert again.returncode == 0, err
    assert json.loads(out)["records"][0]["id"] == found.id
    assert only(engine, "SELECT count(*) FROM orders") == 1


def test_one_at_a_time(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    desk = tools(engine, seller)
    with alone(engine, seller.id), engine.connect() as conn:
        assert is_running(conn, seller.id)
        assert not is_running(conn, "another")
        with pytest.raises(Busy, match="papperslagret runs already"):
            try_out(desk, seller, "alex")
        assert try_all(desk, [seller], "alex", STEPS["connection"], lambda _: None) == []
    with engine.connect() as conn:
        assert not is_running(conn, seller.id)


def test_an_answer_that_came_too_late_turns_the_record_green(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    late = play(engine, seller, Scenario.REJECT, 0.3)
    assert (late.good, last(late).step) == (False, "response")
    with sandbox_of(seller, tmp_path):
        found = resume(tools(engine, seller), seller, late.id)
    assert (found.good, last(found).step, found.order_id) == (True, "response", late.order_id)
    with pytest.raises(ValueError, match="nothing of it failed"):
        resume(tools(engine, seller), seller, late.id)


def test_ended_by_hand(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    with engine.begin() as conn:
        record_id = records.begin(conn, seller.id, "accept", "alex", tools(engine).office.clock())
        found = end(conn, record_id, "alex", tools(engine).office.clock())
        assert (found.good, last(found).step, last(found).evidence) == (
            False, "order", "alex ended the self-test here",
        )  # fmt: skip
        assert end(conn, record_id, "kim", tools(engine).office.clock()) == found
        assert not records.add_step(conn, record_id, replace(last(found), good=True)), "who runs it comes too late"
        assert records.get(conn, record_id) == found
        with pytest.raises(LookupError):
            end(conn, record_id + 1, "alex", tools(engine).office.clock())


def test_a_supplier_is_asked_often_while_a_test_waits_and_not_for_ever(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    desk = tools(engine, seller).office
    record = play(engine, seller, Scenario.ACCEPT, 0.2)
    with engine.begin() as conn:
        assert records.waiting(conn, desk.clock()) == set()
        records.reopen(conn, record.id)
        assert records.waiting(conn, desk.clock()) == {seller.id}
        assert records.waiting(conn, desk.clock() + timedelta(days=2)) == set()
        conn.execute(sa.text("UPDATE channels SET polled_at = now() - interval '500 ms'"))
    assert due(desk, desk.clock()) == [seller.id]


def test_many_are_grouped_by_cause(engine: sa.Engine, tmp_path: Path) -> None:
    good, away = supplier(tmp_path), [supplier(tmp_path, name) for name in ("abel", "berit", "cesar")]
    for seller in away:
        (tmp_path / seller.id / "in").rmdir()
    known = {one.id: one for one in [good, *away]}
    heard: list[Record] = []
    desk = tools(engine, *known.values())
    found = try_all(desk, list(known.values()), "alex", ("connect", "write", "list"), heard.append)
    assert len(found) == len(heard) == 4
    (cause,) = causes_of(found, known.get)
    assert cause.suppliers == ("abel", "berit", "cesar")
    assert "{id}/in" in cause.words
    assert [record.supplier_id for record in found if record.good] == [good.id]


def test_evidence_may_hold_anything(engine: sa.Engine, tmp_path: Path) -> None:
    """What strangers say is kept as far as the database can hold it."""
    seller: Supplier = supplier(tmp_path)
    with answering(seller, lambda order: [f"<\udc80\x00Order {order.number}".encode("utf-8", "surrogatepass")]):
        found = play(engine, seller, Scenario.ACCEPT, 5)
    assert (found.good, last(found).step) == (False, "response")
    assert last(found).evidence.startswith("svar-0.xml: ")
