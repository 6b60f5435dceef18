"""Laws: ceilings, receipts, file types, names of files, bar codes, and the orders that they become."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.settings import load_settings
from shop.places import invent
from shop.requests.ceiling import cost, fits, left, net_of_gross
from shop.requests.receipts import Receipt, order_of
from shop.requests.requisitions import Requisition, State
from shop.requests.sniff import ENDINGS, clean_name, type_of
from web import code128

MONEY = st.decimals(min_value="0.01", max_value=1_000_000, places=2)
RATES = (Decimal(25), Decimal(12), Decimal(6), Decimal(0))
UNIT = next(invent(1))
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@given(ceiling=MONEY, wanted=st.lists(MONEY, max_size=8))
def test_what_fits_one_after_the_other_never_passes_the_ceiling(ceiling: Decimal, wanted: list[Decimal]) -> None:
    spent = Decimal(0)
    for amount in wanted:
        if fits(ceiling, spent, amount):
            assert amount <= left(ceiling, spent)
            spent += amount
        else:
            assert amount > left(ceiling, spent)
    assert spent <= ceiling
    assert spent + left(ceiling, spent) == ceiling


@given(price=MONEY, quantity=st.decimals(min_value="0.001", max_value=9999, places=3))
def test_a_cost_is_in_ore_and_within_half_of_one(price: Decimal, quantity: Decimal) -> None:
    assert abs(cost(price, quantity) - price * quantity) <= Decimal("0.005")
    assert cost(price, quantity) == round(cost(price, quantity), 2)


@given(paid=st.dictionaries(st.sampled_from(RATES), MONEY, min_size=1))
def test_a_receipt_becomes_an_order_that_is_exact(paid: dict[Decimal, Decimal], suppliers: Any) -> None:
    """Net of each line, VAT per rate, and what is paid to the öre: BR-CO-15 and PEPPOL-T01-R008, R011, R016, R017."""
    said = Receipt(id=uuid4(), bought_on=date(2026, 11, 20), what="Färg", gross=paid)
    seller = next(iter(suppliers))
    order = order_of("26-000001", NOW, known(), said, seller, UNIT, load_settings({}).municipality)
    totals, lines = order.totals, order.lines
    assert totals is not None
    assert sum(line.amount.value for line in lines if line.amount) == totals.lines.value == said.net
    assert totals.tax_inclusive.value == totals.lines.value + order.tax_amount.value  # type: ignore[union-attr]
    rounding = totals.rounding.value if totals.rounding else Decimal(0)
    assert totals.payable.value == totals.tax_inclusive.value + rounding == said.total  # type: ignore[union-attr]
    assert abs(rounding) <= Decimal("0.01") * len(paid)
    assert [line.price.amount.value for line in lines if line.price] == [
        line.amount.value for line in lines if line.amount
    ]


def known() -> Requisition:
    facts: dict[str, Any] = {"id": uuid4(), "number": "R26-000001", "unit_id": UNIT.id, "supplier_id": "x"}
    facts |= {"contract": "2026-1", "category": "other", "purpose": "Färg", "holder": "Nils", "ceiling": Decimal(10**7)}
    facts |= {"valid_to": date(2026, 12, 1), "issued_by": "kim", "state": State.OPEN, "created_at": NOW}
    return Requisition(**facts, changed_at=NOW, decided_by=None, reason=None, wish=None, wish_by=None)


@given(gross=MONEY, rate=st.sampled_from(RATES))
def test_without_vat_and_with_it_again_is_the_receipt(gross: Decimal, rate: Decimal) -> None:
    net = net_of_gross(gross, rate)
    assert abs(net * (100 + rate) / 100 - gross) <= Decimal("0.00625")


@given(content=st.binary(max_size=64))
def test_no_bytes_are_more_than_their_first_ones_say(content: bytes) -> None:
    found = type_of(content)
    assert found is None or found in ENDINGS
    for start in (b"<", b" %PDF-1.4", b"MZ", b"PK\x03\x04", b"#!", b"\xef\xbb\xbf%PDF-1.4"):
        assert type_of(start + content) is None


@given(name=st.text(max_size=300), kind=st.sampled_from(sorted(ENDINGS)))
def test_a_files_name_has_no_folder_and_one_true_ending(name: str, kind: str) -> None:
    clean = clean_name(name, kind)
    assert clean.endswith("." + ENDINGS[kind])
    assert not set(clean) & set('/\\:*?"<>|\0\r\n')
    assert 0 < len(clean) <= 110
    assert not clean.startswith(".")
    assert clean_name(clean, kind) == clean


def test_every_bar_code_sign_is_itself_alone() -> None:
    """ISO/IEC 15417: eleven modules in three bars and three spaces, black modules even; the stop sign has thirteen."""
    signs = code128.PATTERNS[:-1]
    assert len(set(signs)) == 106
    assert {len(sign) for sign in signs} == {6}
    assert {sum(map(int, sign)) for sign in signs} == {11}
    assert {sum(map(int, sign[::2])) % 2 for sign in signs} == {0}
    assert sum(map(int, code128.PATTERNS[-1])) == 13
    assert code128.PATTERNS[code128.START_B] == "211214"


@given(text=st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20))
def test_a_bar_code_is_read_back(text: str) -> None:
    black: set[int] = set()
    for at, width in code128.bars(text):
        black |= set(range(at, at + width))
    modules = [place in black for place in range(code128.width_of(text))]
    assert not any(modules[: code128.QUIET])
    assert not any(modules[-code128.QUIET :])
    inner = modules[code128.QUIET : -code128.QUIET]
    edges = [0, *(place + 1 for place, (one, other) in enumerate(pairwise(inner)) if one != other), len(inner)]
    widths = "".join(str(end - start) for start, end in pairwise(edges))
    values = [code128.PATTERNS.index(widths[at : at + 6]) for at in range(0, len(widths) - 7, 6)]
    assert widths[-7:] == code128.PATTERNS[code128.STOP]
    start, *signs, check = values
    assert start == code128.START_B
    assert (start + sum(place * value for place, value in enumerate(signs, 1))) % 103 == check
    assert "".join(chr(value + 32) for value in signs) == text


@pytest.mark.parametrize("text", ["", "å", "a\nb"])
def test_what_the_bar_code_cannot_say_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="set B"):
        code128.values_of(text)
