"""Raw bytes beside what we make of them; and how a supplier's health is judged."""

from pathlib import Path

import pytest

from gateway.console import understanding
from gateway.console.health import Facts, judge, severity
from gateway.exchange.whole import read_again
from gateway.formats import load_dialects
from gateway.model import Order
from tests.console.house import BAD_ANSWER, some_suppliers
from tests.orders.samples import sample_order

MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"


@pytest.fixture(scope="module")
def dialects():
    return load_dialects({p.relative_to(MAPPINGS).as_posix(): p.read_text("utf-8") for p in MAPPINGS.rglob("*.yaml")})


@pytest.mark.parametrize("name", ["csv", "peppol"])
def test_what_we_write_is_understood_again(dialects, name):
    raw = dialects[name].write(sample_order())
    document, findings = read_again(raw, "order", dialects[name])
    assert findings == ()
    understood = understanding.explain(document)
    assert isinstance(understood.document, Order)
    assert [line.quantity.value for line in understood.lines] == [1, 2]
    assert understanding.references(understood.document) == ("26-000001",)


def test_what_cannot_be_read_gives_findings_and_never_an_error(dialects):
    for raw in (BAD_ANSWER, b"\x00\xff", b"<StandardBusinessDocument"):
        assert read_again(raw, "x", dialects["csv"])[1]
    assert read_again(b"x", "x", None) == (None, ())


def test_lines_are_numbered_marked_and_cut():
    lines, cut = understanding.raw_lines(BAD_ANSWER, {2})
    assert [(line.number, line.marked) for line in lines] == [(1, False), (2, True)]
    assert "två" in lines[1].text
    assert not cut
    assert understanding.raw_lines(b"x\n" * 3000, ())[1]
    assert understanding.raw_lines("å".encode(), ())[0][0].text == "å"


def test_health_is_the_worst_that_is_true():
    suppliers = some_suppliers().by_id
    papper, blomman, vilan = suppliers["papper"], suppliers["blomman"], suppliers["vilan"]
    assert judge(papper, Facts()) == "ok"
    assert judge(blomman, Facts(by_hand=2)) == "hand"
    assert judge(vilan, Facts()) == "off"
    assert judge(papper, Facts(retrying=1)) == "wait"
    assert judge(papper, Facts(failures=1)) == "wait"
    assert judge(papper, Facts(failures=3)) == "bad"
    assert judge(vilan, Facts(troubles=1, retrying=1)) == "bad"
    assert judge(papper, Facts(paused_by="Alex", retrying=4)) == "paused"
    assert judge(papper, Facts(paused_by="Alex", alarms=1)) == "bad"
    every = ["ok", "off", "bad", "hand", "wait", "paused"]
    assert sorted(every, key=severity) == ["bad", "paused", "wait", "hand", "off", "ok"]
