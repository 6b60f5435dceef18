"""Each rule on one document alone: one that breaks just it, beside those that obey."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from gateway.formats import load_dialects
from gateway.model import CreditNote, Document
from gateway.model.item import AllowanceCharge, Price
from gateway.model.order import OrderDelivery
from gateway.model.party import Identifier, Location, Period
from gateway.orders.amend import change_of, with_quantities
from gateway.rules.ours import check_alone
from gateway.settings import load_settings, mapping_texts
from tests.data import shared
from tests.orders.samples import NOW, kronor
from tests.rules.ours.documents import ORDER, advice, agreement, answer, invoice, pieces, verdict

CHANGE = change_of(ORDER, with_quantities(ORDER, {"2": Decimal(5)}), "26-000001-C1", 1, NOW)
FREIGHT = AllowanceCharge(charge=True, amount=kronor("15.00"), reason="Frakt")
DISCOUNT = replace(FREIGHT, charge=False, reason="Rabatt")
BILLS = [invoice(1, 2), invoice(1, kind=CreditNote), agreement()]
OBEDIENT = [ORDER, CHANGE, answer(), answer("AP"), advice(1, 2), verdict("AP"), *BILLS]


def with_line(document: Any, place: int = 0, **facts: Any) -> Any:
    lines = list(document.lines)
    lines[place] = replace(lines[place], **facts)
    return replace(document, lines=tuple(lines))


def with_totals(document: Any, **facts: Any) -> Any:
    return replace(document, totals=replace(document.totals, **facts))


def period(start: int, end: int) -> Period:
    return Period(start_date=date(2026, 3, start), end_date=date(2026, 3, end))


def known_as(value: str, scheme: str) -> Any:
    return replace(ORDER, seller=replace(ORDER.seller, endpoint=Identifier(value=value, scheme=scheme)))


BREAKING: list[tuple[str, str, bool, Document]] = [
    ("line-sum", "lines[0].amount", True, with_line(replace(ORDER, totals=None), amount=kronor("20.03"))),
    ("line-sum", "lines[0].amount", True, with_line(invoice(1), 0, allowances=(DISCOUNT,))),
    ("total-lines", "totals.lines", True, with_totals(ORDER, lines=kronor("60.01"))),
    ("total-allowances", "totals.allowances", True, replace(ORDER, allowances=(DISCOUNT,))),
    ("total-charges", "totals.charges", True, replace(ORDER, allowances=(FREIGHT,))),
    ("total-tax-exclusive", "totals.tax_exclusive", True, with_totals(ORDER, tax_exclusive=kronor("60.01"))),
    ("total-tax-inclusive", "totals.tax_inclusive", True, replace(invoice(4), tax_totals=(
        replace(invoice(4).tax_totals[0], amount=kronor("20.01")),))),
    ("total-payable", "totals.payable", True, with_totals(invoice(4), prepaid=kronor("1.00"))),
    ("line-twice", "lines[1].id", True, with_line(ORDER, 1, id="1")),
    ("period-reversed", "lines[1].requested", True, with_line(ORDER, 1, requested=period(9, 8))),
    ("delivery-before-issue", "delivery.requested", False, replace(
        ORDER, delivery=OrderDelivery(requested=Period(end_date=date(2026, 3, 1))))),
    ("delivery-before-issue", "promised", False, replace(answer("AP"), promised=Period(end_date=date(2026, 3, 1)))),
    ("response-lines", "lines", True, replace(answer("CA"), lines=())),
    ("response-lines", "lines", True, replace(answer("AP"), lines=answer("CA").lines)),
    ("response-lines", "lines", True, replace(answer("RE"), lines=answer("CA").lines)),
    ("response-lines", "lines", True, replace(answer("AB"), lines=answer("CA").lines)),
    ("org-number", "seller.endpoint", True, known_as("5599990009", "0007")),
    ("org-number", "seller.endpoint", True, known_as("SE559999000801", "0007")),
    ("org-number", "seller.endpoint", True, known_as("559999-0008", "0007")),
    ("gln", "seller.endpoint", True, known_as("7350001000016", "0088")),
    ("gln", "seller.endpoint", False, known_as("73512333000108", "0088")),
    ("gln", "delivery.consignee.id", False, replace(ORDER, delivery=OrderDelivery(
        consignee=Location(id=Identifier(value="7350001000016", scheme="0088"))))),
    ("base-unit", "lines[0].price.base_quantity", True, with_line(
        invoice(1), 0, price=Price(amount=kronor("20.00"), base_quantity=replace(pieces(1), unit="KGM")))),
    ("base-unit", "lines[0].price.base_quantity", False, with_line(
        ORDER, 0, price=Price(amount=kronor("20.00"), base_quantity=replace(pieces(1), unit="KGM")))),
]  # fmt: skip


@pytest.mark.parametrize("document", OBEDIENT, ids=lambda document: type(document).__name__)
def test_documents_that_obey(document: Document) -> None:
    assert check_alone(document) == ()


@pytest.mark.parametrize(("rule", "path", "fatal", "document"), BREAKING, ids=[f"{b[0]}-{b[1]}" for b in BREAKING])
def test_a_document_that_breaks_one_rule(rule: str, path: str, fatal: bool, document: Document) -> None:
    (found,) = check_alone(document)
    assert (found.rule, found.place.path, found.fatal) == (f"avrop-{rule}", path, fatal)


def test_a_line_sum_may_miss_by_two_ore() -> None:
    near = with_line(with_line(ORDER, 0, amount=kronor("20.02")), 1, amount=kronor("39.98"))
    assert check_alone(near) == ()


def test_a_deleted_line_of_a_change_counts_in_no_sum() -> None:
    change = change_of(ORDER, with_quantities(ORDER, {"2": Decimal(0)}), "26-000001-C1", 1, NOW)
    assert [line.status for line in change.lines] == ["4", "2"]
    assert check_alone(change) == ()


def test_a_vat_number_is_told_the_organisation_number_in_it() -> None:
    (found,) = check_alone(known_as("SE559999000801", "0007"))
    assert "the organisation number in it is 5599990008" in found.message


def test_old_documents_are_only_warned_of_check_digits() -> None:
    (found,) = check_alone(known_as("5599990009", "SE:ORGNR"), legacy=True)
    assert (found.rule, found.fatal) == ("avrop-org-number", False)


def test_old_responses_may_repeat_lines_that_they_accept() -> None:
    repeated = replace(answer("AP"), lines=answer("CA").lines)
    (found,) = [said for said in check_alone(repeated, legacy=True) if said.rule == "avrop-response-lines"]
    assert not found.fatal


@pytest.mark.parametrize("folder", ["peppol-2026.5/examples", "peppol-logistics/examples"])
def test_official_examples_break_none_of_our_fatal_rules(folder: str) -> None:
    root: Path = shared(folder)
    peppol = load_dialects(mapping_texts(load_settings({})))["peppol"]
    for path in sorted(root.rglob("*.xml")):
        found = check_alone(peppol.read(path.read_bytes(), path.name).document)
        assert [str(finding) for finding in found if finding.fatal] == [], path.name
