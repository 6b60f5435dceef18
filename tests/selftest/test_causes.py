"""What can be wrong with a supplier, each with the cause that a person needs, and never a wait without an end."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange import tasks
from gateway.exchange.selftest.connection import steps_of
from gateway.exchange.selftest.looking import asking
from gateway.exchange.selftest.run import not_applicable, try_out
from gateway.exchange.selftest.scenario import Scenario
from gateway.model import DespatchAdvice, Order
from gateway.program import open_lookup
from gateway.settings import load_settings
from gateway.suppliers.supplier import Supplier
from gateway.transports.sftp.settings import SftpSettings
from gateway.wording import explain
from tests.exchange.desk import advice, dialects, only, response, supplier
from tests.sandbox.orders import by_access_point
from tests.selftest.house import Answers, answering, last, play, tools
from tests.transports.servers import nobody, sftp

SHORT = 1.5


def by_sftp(settings: SftpSettings) -> Supplier:
    return supplier(Path(settings.user), transport="sftp", settings=settings, dialect="csv", participant=None)


def connection(engine: sa.Engine, seller: Supplier, orders: int = 0) -> dict[str, tuple[bool | None, str]]:
    """The connection's steps by name. After one that failed no order was placed, though one was asked for."""
    found = try_out(tools(engine, seller), seller, "alex", [Scenario.ACCEPT])
    assert len(found) == 1 + orders
    return {step.step: (step.good, step.evidence) for step in found[0].steps}


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AVROP_TEST_PASSWORD", "hemligt-ord")
    monkeypatch.chdir(tmp_path)


def test_a_dead_server(engine: sa.Engine, tmp_path: Path) -> None:
    with sftp(tmp_path / "x", port=nobody()) as (_, settings):
        steps = connection(engine, by_sftp(settings))
    assert list(steps) == ["configuration", "connect"]
    good, evidence = steps["connect"]
    assert good is False
    assert f"nobody listens on 127.0.0.1:{settings.port}" in evidence
    assert only(engine, "SELECT count(*) FROM orders") == 0


def test_another_host_key(engine: sa.Engine, tmp_path: Path) -> None:
    with sftp(tmp_path / "x", host_key="SHA256:" + "A" * 43) as (_, settings):
        good, evidence = connection(engine, by_sftp(settings))["connect"]
    assert good is False
    assert "host key" in evidence


def test_a_wrong_password(engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTHER", "fel-ord")
    with sftp(tmp_path / "x", password="env:OTHER") as (_, settings):
        good, evidence = connection(engine, by_sftp(settings))["connect"]
    assert good is False
    assert "fel-ord" not in evidence


def test_a_secret_that_is_not_there(engine: sa.Engine, tmp_path: Path) -> None:
    with sftp(tmp_path / "x", password="env:NOT_SET_ANYWHERE") as (_, settings):
        seller = by_sftp(settings)
        steps = connection(engine, seller)
        (record,) = try_out(tools(engine, seller), seller, "alex", ())
    assert list(steps) == ["configuration"]
    assert steps["configuration"] == (
        False,
        "setting password: the environment variable NOT_SET_ANYWHERE is not set; set it where the worker is started",
    )
    (finding,) = record.steps[0].findings
    assert explain(finding, "sv").what.startswith("Inställningen password: miljövariabeln NOT_SET_ANYWHERE")


def test_a_lookup_that_is_down_is_nobodys_fault(engine: sa.Engine, tmp_path: Path) -> None:
    """A name server that does not answer, and settings of ours by which nobody can ask."""
    away = {"AVROP_SML_NAMESERVER": f"127.0.0.1:{nobody()}"}
    for environ in (away, {"AVROP_SMP_TRUST": str(tmp_path / "nowhere")}):
        ask = asking(dialects(), partial(open_lookup, load_settings(environ)))
        seller = by_access_point("grossisten", "5500006597")
        step = next(steps_of(tools(engine, seller, lookup=ask), seller, ["lookup"]))
        assert (step.step, step.good) == ("lookup", False)
        assert explain(step.findings[0], "sv").what.startswith("Peppols nät kan inte tillfrågas nu, vilket inte är")
    ask = asking(dialects(), partial(open_lookup, load_settings({})))
    by_file = supplier(tmp_path)
    (step,) = steps_of(tools(engine, by_file, lookup=ask), by_file, ["lookup"])
    assert (step.good, step.evidence) == (None, "it is not addressed in the Peppol network")


def test_a_folder_that_is_not_there(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    (tmp_path / seller.id / "in").rmdir()
    failed = [(step, evidence) for step, (good, evidence) in connection(engine, seller).items() if good is False]
    assert len(failed) == 1
    assert "no such folder" in failed[0][1]


def test_a_silent_supplier(engine: sa.Engine, tmp_path: Path) -> None:
    record = play(engine, supplier(tmp_path), Scenario.ACCEPT, SHORT)
    assert [(step.step, step.good) for step in record.steps[-2:]] == [("receipt", True), ("response", False)]
    assert last(record).evidence.startswith("no order response to T26-000001 within 1.5 s; the order was taken:")
    said = explain(last(record).findings[0], "sv")
    assert said.what.startswith("Inget ordersvar på T26-000001 inom 1.5 s; beställningen togs emot:")
    assert "Ring leverantören" in said.todo


def test_a_supplier_that_confirms_and_sends_nothing(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    with answering(seller, lambda order: [response(order, "AB", number="A"), response(order)]):
        record = play(engine, seller, Scenario.ACCEPT, SHORT)
    assert last(record).evidence == "no despatch advice for T26-000001 within 1.5 s"


def fewer(order: Order) -> DespatchAdvice:
    told = advice(order)
    less = replace(told.lines[0], delivered=replace(told.lines[0].delivered, value=Decimal(1)))
    return replace(told, lines=(less, *told.lines[1:]), packing=())


WRONG: list[tuple[Scenario, Answers, str, str]] = [
    (Scenario.REJECT, lambda order: [response(order)], "selftest-code", "scenario reject wants RE"),
    (Scenario.CHANGE, lambda order: [response(order, "CA")], "selftest-no-change", "as it was ordered"),
    (Scenario.ACCEPT, lambda order: [response(order), fewer(order)], "selftest-quantity", "line 1: 1 is desp"),
    (Scenario.SPLIT, lambda order: [response(order), advice(order)], "selftest-one-delivery", "LA-1 holds"),
    (Scenario.BACKORDER, lambda order: [response(order), fewer(order)], "selftest-nothing-owed", "still to come"),
    (Scenario.ACCEPT, lambda order: [f"<Order>{order.number}".encode()], "not-recognised", "svar-0.xml"),
    (Scenario.ACCEPT, lambda order: [replace(response(order), order="26-999999")], "selftest-no-response", "within"),
]  # fmt: skip


@pytest.mark.parametrize(("scenario", "answers", "rule", "words"), WRONG, ids=[rule for _, _, rule, _ in WRONG])
def test_a_supplier_that_answers_the_wrong_thing(
    engine: sa.Engine, tmp_path: Path, scenario: Scenario, answers: Answers, rule: str, words: str
) -> None:
    seller = supplier(tmp_path)
    with answering(seller, answers):
        record = play(engine, seller, scenario, SHORT)
    assert record.good is False
    assert last(record).good is False
    first = last(record).findings[0]
    assert first.rule == rule
    assert words in (first.message if rule.startswith("selftest") else last(record).evidence)
    for finding in last(record).findings:
        assert explain(finding, "sv").what != explain(finding, "en").what


def test_an_answer_to_another_order_is_told_beside_the_silence(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    with answering(seller, lambda order: [replace(response(order), order="26-999999")]):
        record = play(engine, seller, Scenario.ACCEPT, SHORT)
    (silence, instead) = last(record).findings
    assert silence.rule == "selftest-no-response"
    assert instead.rule == "selftest-instead"
    assert "26-999999" in instead.message


def test_labels_are_missed_and_nobody_is_blamed(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    with answering(seller, lambda order: [response(order), replace(advice(order), packing=())]):
        record = play(engine, seller, Scenario.ACCEPT)
    assert record.good
    assert [finding.rule for finding in last(record).findings] == ["selftest-no-label"]


def test_what_could_not_be_sent_is_not_sent_later(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    (tmp_path / seller.id / "in").rmdir()
    record = play(engine, seller, Scenario.ACCEPT, SHORT)
    assert last(record).step == "receipt"
    assert last(record).findings[0].rule == "selftest-not-taken"
    assert "no such folder" in last(record).evidence
    assert only(engine, "SELECT state FROM messages") == "closed"
    with engine.connect() as conn:
        assert tasks.open_tasks(conn) == []


def test_no_worker_and_no_hands(engine: sa.Engine, tmp_path: Path) -> None:
    record = play(engine, supplier(tmp_path), Scenario.ACCEPT, 0.3, hands=False)
    assert last(record).findings[0].rule == "selftest-no-worker"


@pytest.mark.parametrize("change", [{"by_hand": True}, {"dialect": "nowhere"}])
def test_what_does_not_apply_is_said(engine: sa.Engine, tmp_path: Path, change: dict[str, object]) -> None:
    seller = supplier(tmp_path, **change)
    desk = tools(engine, seller)
    check: Callable[[Scenario], str] = lambda scenario: not_applicable(desk, seller, scenario)  # noqa: E731
    assert all("by hand" in check(scenario) for scenario in Scenario)
    assert try_out(desk, seller, "alex", tuple(Scenario), ()) == []
