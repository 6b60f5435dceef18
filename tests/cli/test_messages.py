"""`avrop message`, `avrop lane` and `avrop order rehearse|place` against the real database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from gateway.cli import house, program
from gateway.exchange import journal
from gateway.exchange.alone import deliver
from gateway.exchange.place import place
from gateway.exchange.process import process
from gateway.exchange.punchout import visits
from gateway.exchange.receive import receive
from gateway.suppliers.supplier import Supplier
from tests.exchange.desk import dialects, office, response, supplier
from tests.orders.samples import NOW, sample_order

FILE = """\
suppliers:
  - id: papperslagret
    name: Papperslagret i Exempelstad AB
    org: 5599990008
    dialect: {dialect}
    transport: {{type: folder, inbox: "{root}/papperslagret/in", outbox: "{root}/papperslagret/out"}}
  - {{id: blomman, name: Blomman AB, org: 5500006597, transport: portal}}
"""


def run(*arguments: object, code: int = 0) -> Any:
    result = CliRunner().invoke(program(), [*map(str, arguments), "--json"])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def text(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(program(), [*map(str, arguments)])
    assert result.exit_code == code, result.output
    return result.stdout


@pytest.fixture
def seller(engine: sa.Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Supplier:
    """A supplier in a file of its own, in the database that the commands find."""
    (tmp_path / "suppliers.yaml").write_text(FILE.format(dialect="peppol", root=tmp_path), encoding="utf-8")
    monkeypatch.setenv("AVROP_SUPPLIERS", str(tmp_path / "suppliers.yaml"))
    monkeypatch.setenv("AVROP_DATABASE_URL", database_url)
    monkeypatch.setenv("AVROP_HOME", str(tmp_path / "home"))
    # The same tables, compiled once for all commands of this file.
    monkeypatch.setattr(house, "load_dialects", lambda _: dialects())
    return supplier(tmp_path)


def order(engine: sa.Engine, seller: Supplier, number: str = "26-000001") -> UUID:
    with engine.begin() as conn:
        order_id = place(conn, sample_order(number), seller, "glantan", "anna", NOW)
        return journal.of_order(conn, order_id)[0].id


def answered(engine: sa.Engine, seller: Supplier) -> tuple[UUID, UUID]:
    sent, desk = order(engine, seller), office(engine, seller)
    deliver(desk, sent)
    raw = dialects()["peppol"].write(response(sample_order(), "CA", "5"))
    with engine.begin() as conn:
        came = receive(conn, raw, "in/svar.xml", seller.id, "folder", "R-1", NOW, "svar.xml").message_id
        process(conn, came, desk, NOW)
    return sent, came


def test_messages_are_listed_by_filter_and_page(engine: sa.Engine, seller: Supplier) -> None:
    ids = [order(engine, seller, f"26-00000{number}") for number in (1, 2, 3)]
    assert [one["id"] for one in run("message", "list", "--limit", 2)] == [str(ids[2]), str(ids[1])]
    last = run("message", "list", "--limit", 2)[-1]["sequence"]
    assert [one["id"] for one in run("message", "list", "--before", last)] == [str(ids[0])]
    assert [one["id"] for one in run("message", "list", "--number", "26-000002")] == [str(ids[1])]
    assert run("message", "list", "--state", "held", "--state", "sent") == []
    assert len(run("message", "list", "--since", "2026-03-02T10:00", "--supplier", "papperslagret")) == 3
    assert run("message", "list", "--until", "2026-03-02T10:00") == [], "09:30 UTC is half past ten in Sweden"
    assert "no message matches" in text("message", "list", "--direction", "in")
    for wrong in (("--state", "gone"), ("--direction", "up"), ("--document", "Letter")):
        text("message", "list", *wrong, code=2)


def test_one_message_tells_its_whole_story(engine: sa.Engine, seller: Supplier) -> None:
    sent, came = answered(engine, seller)
    shown = run("message", "show", sent)
    assert shown["message"]["state"] == "sent"
    assert [one["outcome"] for one in shown["attempts"]] == ["delivered"]
    assert shown["order"] == {"number": "26-000001", "state": "changed", "supplier_id": "papperslagret"}
    assert [one["id"] for one in shown["related"]] == [str(came)]
    assert shown["document"]["type"] == "Order"
    assert [one["event"] for one in shown["timeline"]] == ["placed", "sent", "changed"]
    told = text("message", "show", came)
    assert "OrderResponse OS-1, 2 lines" in told
    assert "<cbc:ID>OS-1" in text("message", "show", came, "--raw")
    answers = run("message", "show", sent, "--diff")["answers"]
    assert [(one["ordered"], one["confirmed"], one["differs"]) for one in answers] == [("1", "1", []), ("2", "2", [])]
    assert "line 2  PA-100 Kopieringspapper A4  ordered 2  confirmed 2" in text("message", "show", came, "--diff")
    run("message", "show", UUID(int=9), code=2)


def test_hold_release_skip_and_resend(engine: sa.Engine, seller: Supplier) -> None:
    first, second = order(engine, seller), order(engine, seller, "26-000002")
    assert run("message", "hold", first, second, "--reason", "vänta", "--by", "Alex") == {"done": 2, "refused": []}
    assert run("message", "retry-now", first, code=1)["refused"][0]["rule"] == "message-state"
    assert run("message", "release", first)["done"] == 1
    assert run("message", "skip", second, "--reason", "Köps i butik")["done"] == 1
    shown = run("order", "show", "26-000002")
    assert shown["order"]["state"] == "cancelled"
    assert [one["actor"] for one in shown["timeline"]][1] == "Alex"
    assert shown["timeline"][-1]["actor"].endswith("(cli)")
    deliver(office(engine, seller), first)
    assert run("message", "resend", first)["done"] == 1
    deliver(office(engine, seller), first)
    (new,) = run("message", "resend", first, "--as-new")["done"]
    assert run("message", "show", new)["repeats"]["id"] == str(first)
    assert "taken its place" in run("message", "resend", first, "--as-new", code=1)["error"]
    assert run("message", "hold", UUID(int=3), "--reason", "x", code=1)["refused"][0]["rule"] == "message-unknown"
    text("message", "skip", first, code=2)


def test_dead_letters_by_cause_and_in_bulk(engine: sa.Engine, seller: Supplier, tmp_path: Path) -> None:
    assert run("message", "dead") == []
    (tmp_path / "suppliers.yaml").write_text(FILE.format(dialect="skogsbagaren", root=tmp_path), encoding="utf-8")
    for number in range(1, 4):
        wrong = sample_order(f"26-00000{number}", unit="XYZ")
        with engine.begin() as conn:
            order_id = place(conn, wrong, seller, "glantan", "anna", NOW)
            (message,) = journal.of_order(conn, order_id)
        deliver(office(engine, supplier(tmp_path, dialect="skogsbagaren")), message.id)
    (cause,) = run("message", "dead", code=1)
    assert (cause["count"], cause["suppliers"]) == (3, ["papperslagret"])
    assert "'XYZ'" in cause["said"]
    trial = run("message", "bulk", "resend", "--cause", cause["id"])
    assert (trial["count"], trial["goes"]) == (3, 3)
    assert run("message", "dead", code=1), "a dry run does nothing"
    assert run("message", "bulk", "resend", "--cause", cause["id"], "--go") == {"done": 3, "refused": []}
    assert run("message", "dead") == []
    text("message", "bulk", "resend", code=2)
    text("message", "bulk", "skip", "--state", "queued", "--go", code=2)


def test_an_order_is_corrected_from_the_terminal(engine: sa.Engine, seller: Supplier, tmp_path: Path) -> None:
    sent = order(engine, seller)
    edit = ("message", "edit", sent, "--set", "note=Lastkaj på baksidan", "--quantity", "1=0")
    shown = run(*edit, "--dry-run")
    assert shown["sent"] is None
    assert {"note", "lines[1].id", "totals.payable.value"} <= {one["term"] for one in shown["changes"]}
    assert run("message", "edit", sent, "--quantity", "1=9", code=1)["warnings"][0]["rule"] == "correction-more"
    new = run(*edit)["sent"]
    assert run("message", "show", new)["repeats"]["id"] == str(sent)
    assert "lines[1].id: 1 → –" in text("message", "show", new)
    assert run("order", "show", "26-000001")["order"]["order"]["note"] == "Lastkaj på baksidan"
    changed = msgspec.structs.replace(sample_order(), customer_reference="KIM-4120")
    (tmp_path / "order.json").write_bytes(msgspec.json.encode(changed))
    assert run("message", "edit", new, "--file", tmp_path / "order.json", "--anyway")["sent"]
    assert "taken its place" in run("message", "edit", new, "--set", "note=x", code=1)["error"]
    run("message", "edit", UUID(int=1), "--set", "note=x", code=1)
    text("message", "edit", sent, "--set", "note", code=2)


@pytest.mark.usefixtures("engine", "seller")
def test_a_lane_is_paused_resumed_and_woken(engine: sa.Engine, seller: Supplier) -> None:
    order(engine, seller)
    run("lane", "pause", "papperslagret", "--by", "Alex")
    assert "Alex paused it" in run("lane", "pause", "papperslagret", code=1)["error"]
    (lane,) = run("lane", "list", "--paused")
    assert (lane["supplier_id"], lane["paused_by"], lane["waiting"]) == ("papperslagret", "Alex", 1)
    assert run("lane", "list", "--broken") == []
    shown = run("lane", "show", "papperslagret")
    assert shown["settings"]["concurrency"] == 1
    run("lane", "wake", "papperslagret", code=1)
    run("lane", "resume", "papperslagret")
    run("lane", "wake", "papperslagret")
    assert run("lane", "list", "--paused") == []
    assert "did you mean papperslagret?" in run("lane", "show", "paperslagret", code=2)["error"]


def test_a_dry_run_from_book_file_and_example(engine: sa.Engine, seller: Supplier, tmp_path: Path) -> None:
    order(engine, seller)
    shown = run("order", "rehearse", "papperslagret", "26-000001")
    assert shown["answer"] == "goes"
    assert shown["name"].startswith("order-26-000001-")
    assert "<cbc:ID>26-000001" in shown["content"]
    assert shown["way"]["waiting"] == 1
    assert run("order", "rehearse", "papperslagret")["document"]["seller"]["legal_name"].startswith("Papperslagret")
    raw = dialects()["csv"].write(sample_order("26-000077"))
    (tmp_path / "order.csv").write_bytes(raw)
    assert run("order", "rehearse", "papperslagret", tmp_path / "order.csv", code=1)["against"]
    assert "goes: order-26-000001" in text("order", "rehearse", "papperslagret", "26-000001")
    assert run("order", "rehearse", "blomman", "26-000001", code=1)["answer"] == "by_hand"
    assert "no order 26-999999" in run("order", "rehearse", "papperslagret", "26-999999", code=1)["error"]
    assert len(run("message", "list")) == 1, "nothing was stored"


def test_an_order_out_of_a_file_is_placed_once(engine: sa.Engine, seller: Supplier, tmp_path: Path) -> None:
    file = tmp_path / "order.json"
    file.write_bytes(msgspec.json.encode(sample_order("26-000050")))
    place_it = ("order", "place", file, "--supplier", "papperslagret")
    assert run(*place_it, "--dry-run")["answer"] == "goes"
    assert run("message", "list") == []
    assert run(*place_it)["placed"] == "26-000050"
    assert "in the book already" in run(*place_it, code=1)["error"]
    (message,) = run("message", "list", "--number", "26-000050")
    assert message["state"] == "queued"
    deliver(office(engine, seller), UUID(message["id"]))
    assert run("message", "show", message["id"])["message"]["state"] == "sent"
    file.write_bytes(b'{"number": "26-000051"}')
    assert run(*place_it, code=1)["findings"][0]["rule"] == "correction-json"


def test_visits_to_shops_are_listed_and_told(engine: sa.Engine, seller: Supplier) -> None:
    assert text("punchout", "list").strip() == "no visit matches"
    who = {"supplier_id": seller.id, "person": "p", "unit_id": "u", "kind": "oci"}
    with engine.begin() as conn:
        made = visits.open_visit(conn, **who, now=NOW, minutes=60, state=visits.State.OPEN)
    (listed,) = run("punchout", "list", "--supplier", seller.id, "--state", "open")
    assert (listed["id"], listed["kind"]) == (str(made.id), "oci")
    assert run("punchout", "list", "--state", "added") == []
    assert run("punchout", "show", made.id)["visit"]["cookie"] == made.cookie
    assert "create by oci, open" in text("punchout", "show", made.id)
    run("punchout", "show", UUID(int=9), code=2)
