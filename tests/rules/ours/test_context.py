"""Each rule against what the book knows: one document that breaks just it, and the same document where it is right."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from gateway.model import Document, InvoiceResponse
from gateway.model.item import Price
from gateway.orders.amend import cancellation_of, change_of, with_quantities
from gateway.rules.ours import Context, KnownOrder, check_in_context, judge_ours
from tests.orders.samples import NOW, kronor
from tests.rules.ours.documents import ORDER, advice, answer, invoice, pieces, verdict

KNOWN = KnownOrder(order=ORDER, sequence=1, delivered={"1": Decimal(1), "2": Decimal(2)})
FRESH = KnownOrder(order=ORDER, sequence=1)
ALL_OFF = replace(answer("CA"), lines=tuple(replace(line, status="7") for line in answer("CA").lines))
DEARER = Price(amount=kronor("21.00"))


def change(sequence: int) -> Document:
    return change_of(ORDER, with_quantities(ORDER, {"2": Decimal(5)}), "26-000001-C2", sequence, NOW)


def knowing(known: KnownOrder = FRESH, earlier: tuple[Document, ...] = (), codes: tuple[str, ...] = ()) -> Context:
    prices = {"PA-100": Price(amount=kronor("20.00"))}
    return Context(orders={ORDER.number: known}, earlier=earlier, invoice_codes=codes, contract_prices=prices)


REJECTED, CANCELLED = replace(FRESH, ended="rejected"), replace(FRESH, ended="cancelled")
CANCELLATION = cancellation_of(ORDER, "26-000001-X1", "Fel vara", NOW)
CASES: list[tuple[str, str, bool, Document, Context, Context]] = [
    ("order-unknown", "order", True, answer("AP"), Context(), knowing()),
    ("order-unknown", "orders[0]", True, advice(1), Context(), knowing()),
    ("line-unknown", "lines[2].order_line", False, advice(1, 2, 1), knowing(), knowing(replace(
        FRESH, order=replace(ORDER, lines=(*ORDER.lines, replace(ORDER.lines[0], id="3")))))),
    ("response-incomplete", "lines", False, replace(answer("CA"), lines=answer("CA").lines[:1]), knowing(), knowing(
        replace(FRESH, order=replace(ORDER, lines=ORDER.lines[:1])))),
    ("sequence", "sequence", True, change(2), knowing(replace(FRESH, sequence=2)), knowing()),
    ("sequence", "sequence", True, change(3), knowing(), knowing(replace(FRESH, sequence=2))),
    ("number-reused", "number", True, answer("AP"), knowing(earlier=(replace(answer("AP"), note="Nej"),)), knowing()),
    ("repeated", "number", False, answer("AP"), knowing(earlier=(answer("AP"),)), knowing()),
    ("after-end", "order", True, answer("AP"), knowing(REJECTED), knowing(CANCELLED)),
    ("after-end", "order", True, answer("CA"), knowing(CANCELLED), knowing()),
    ("after-end", "order", True, change(2), knowing(CANCELLED), knowing()),
    ("after-end", "order", True, CANCELLATION, knowing(REJECTED), knowing()),
    ("invoice-course", "code", True, verdict("IP"), knowing(codes=("AB", "UQ")), knowing(codes=("AB",))),
    ("invoice-course", "code", True, verdict("AP"), knowing(codes=("AB", "RE")), knowing(codes=("AB", "CA"))),
    ("invoice-course", "code", True, verdict("PD"), knowing(codes=("PD",)), knowing(codes=("AP",))),
    ("despatched-too-much", "lines[1].delivered", False, advice(1, 3), knowing(), knowing(replace(FRESH, order=replace(
        ORDER, lines=(ORDER.lines[0], replace(ORDER.lines[1], quantity=pieces(3))))))),
    ("despatched-too-much", "lines[0].delivered", False, advice(1), knowing(KNOWN), knowing()),
    ("invoiced-too-much", "lines[0].quantity", False, invoice(2), knowing(), knowing(replace(
        FRESH, order=with_quantities(ORDER, {"1": Decimal(2)})))),
    ("invoiced-before-despatch", "lines[0].quantity", False, invoice(1), knowing(replace(
        FRESH, delivered={})), knowing(KNOWN)),
    ("other-unit", "lines[0].quantity", False, replace(invoice(1), lines=(replace(
        invoice(1).lines[0], quantity=replace(pieces(1), unit="KGM")),)), knowing(), Context(orders={
            ORDER.number: replace(FRESH, order=replace(ORDER, lines=(replace(
                ORDER.lines[0], quantity=replace(pieces(1), unit="KGM")),)))})),
    ("invoice-price", "lines[0].price", False, invoice(1, price=DEARER), Context(orders={
        ORDER.number: FRESH}), Context(orders={ORDER.number: replace(FRESH, order=replace(
            ORDER, lines=(replace(ORDER.lines[0], price=DEARER),)))})),
    ("contract-price", "lines[0].price", False, replace(ORDER, lines=(replace(ORDER.lines[0], price=DEARER),)),
        knowing(), Context(orders={ORDER.number: FRESH})),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "path", "fatal", "document", "wrong", "right"),
    CASES,
    ids=[f"{case[0]}-{type(case[3]).__name__}" for case in CASES],
)
def test_a_document_that_breaks_one_rule(
    rule: str, path: str, fatal: bool, document: Document, wrong: Context, right: Context
) -> None:
    (found,) = check_in_context(document, wrong)
    assert (found.rule, found.place.path, found.fatal) == (f"avrop-{rule}", path, fatal)
    assert check_in_context(document, right) == ()


@pytest.mark.parametrize("late", [answer("RE"), answer("AB"), ALL_OFF])
def test_what_may_still_come_after_an_end(late: Document) -> None:
    assert check_in_context(late, knowing(REJECTED)) == ()


def test_the_whole_course_of_an_invoice_with_skips() -> None:
    said: list[str] = []
    for code in ("AB", "IP", "UQ", "CA", "AP", "PD"):
        response: InvoiceResponse = verdict(code)
        assert check_in_context(response, knowing(codes=tuple(said))) == ()
        said.append(code)
    assert check_in_context(verdict("PD"), knowing(codes=("AB",))) == ()


def test_two_lines_of_one_advice_are_added_up() -> None:
    half = replace(advice(1).lines[0], id="9")
    both = replace(advice(1), lines=(*advice(1).lines, half))
    (found,) = check_in_context(both, knowing())
    assert (found.rule, found.place.path) == ("avrop-despatched-too-much", "lines[1].delivered")
    assert "2 of line 1 is despatched, and 1 was ordered" in found.message


def test_a_price_above_the_contract_tells_both_figures() -> None:
    per_five = Price(amount=kronor("105.00"), base_quantity=pieces(5))
    dear = replace(ORDER, lines=(replace(ORDER.lines[0], price=per_five, amount=kronor("21.00")),), totals=None)
    (found,) = judge_ours(dear, knowing())
    assert found.message == "21 SEK is asked for article PA-100, and the contract says 20 SEK"


def test_without_a_context_only_the_document_itself_is_judged() -> None:
    late = replace(answer("AP"), issued=date(2026, 3, 2))
    assert judge_ours(late) == ()
