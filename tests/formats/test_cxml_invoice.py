"""Invoices of cXML: real ones, and orders that are billed or credited as a whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from gateway.findings import Rejected
from tests.formats.cxml_papers import CXML, again, invalid, money, sample


@pytest.mark.parametrize(
    ("name", "amounts", "tax"),
    [
        ("sandbox-invoicedetailrequest", [(3, "29.97")], "5.99"),
        ("sandbox-invoicedetailrequest-split-line", [(1, "9.99"), (2, "19.98")], "6.00"),
    ],
)
def test_an_invoice_has_its_lines_rates_and_partners(name, amounts, tax):
    invoice = sample(name)
    assert [(line.quantity.value, str(line.amount.value)) for line in invoice.lines] == amounts
    assert {(line.order_line, line.item.seller_id_extension) for line in invoice.lines} == {("1", "BX-30")}
    assert (invoice.order, invoice.kind, invoice.currency) == ("PO-1001", "380", "GBP")
    assert invoice.tax_totals[0].amount == money(tax, "GBP")
    (rate,) = invoice.tax_totals[0].subtotals
    assert (rate.category.id, rate.category.percent, rate.taxable) == ("S", 20, money("29.97", "GBP"))
    assert invoice.totals.payable.value == Decimal("29.97") + Decimal(tax)
    assert (invoice.seller.taxes[0].company_id.value, invoice.buyer.address.city) == ("GB123456789", "Manchester")


WHOLE = """<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="K-1" purpose="%s"
 invoiceDate="2026-11-27T00:00:00+01:00"><InvoiceDetailHeaderIndicator isHeaderInvoice="yes"/>
<InvoiceDetailLineIndicator/>
<InvoiceIDInfo invoiceID="F-1" invoiceDate="2026-11-20T00:00:00+01:00"/></InvoiceDetailRequestHeader>
<InvoiceDetailHeaderOrder><InvoiceDetailOrderInfo><OrderIDInfo orderID="26-1"/></InvoiceDetailOrderInfo>
<InvoiceDetailOrderSummary invoiceLineNumber="1"><SubtotalAmount><Money currency="SEK">%s100.00</Money></SubtotalAmount>
<Comments>Bonus</Comments></InvoiceDetailOrderSummary></InvoiceDetailHeaderOrder><InvoiceDetailSummary><SubtotalAmount>
<Money currency="SEK">%s100.00</Money></SubtotalAmount><Tax><Money currency="SEK">%s20.00</Money>
<Description xml:lang="sv">moms</Description><TaxDetail category="vat" percentageRate="25"><TaxableAmount>
<Money currency="SEK">%s80.00</Money></TaxableAmount><TaxAmount><Money currency="SEK">%s20.00</Money></TaxAmount>
</TaxDetail></Tax><GrossAmount><Money currency="SEK">%s120.00</Money></GrossAmount><InvoiceDetailDiscount>
<Money currency="SEK">%s20.00</Money></InvoiceDetailDiscount>
<NetAmount><Money currency="SEK">%s100.00</Money></NetAmount>
</InvoiceDetailSummary></InvoiceDetailRequest>"""


@pytest.mark.parametrize(
    ("purpose", "kind", "sign"), [("creditMemo", "381", "-"), ("debitMemo", "383", ""), ("standard", "380", "")]
)
def test_an_order_is_billed_or_credited_as_a_whole_with_its_discount(purpose, kind, sign):
    raw = (WHOLE % (purpose, *[sign] * 8)).encode()
    assert invalid(raw) == []
    bill = CXML.read(raw, "in/i").document
    (line,) = bill.lines
    assert (type(bill).__name__, bill.kind) == ("CreditNote" if sign else "Invoice", kind)
    assert (bill.order, bill.preceding_invoices[0].id, bill.preceding_invoices[0].issued) == (
        *("26-1", "F-1"),
        date(2026, 11, 20),
    )
    assert (line.amount, line.quantity, line.note, line.item.tax.percent) == (money("100.00"), None, "Bonus", 25)
    assert (bill.totals.tax_exclusive, bill.totals.payable, bill.totals.allowances) == (
        *(money("80.00"), money("100.00")),
        money("20.00"),
    )
    assert bill.allowances[0].charge is False
    assert again(bill) == bill
    assert invalid(CXML.write(bill)) == []


def test_an_invoice_of_no_order_and_one_of_nothing_are_refused():
    raw = WHOLE % ("standard", *[""] * 8)
    with pytest.raises(Rejected, match="orderID is missing; without it nobody knows what is billed"):
        CXML.read(raw.replace('<OrderIDInfo orderID="26-1"/>', "<OrderReference/>").encode(), "in/i")
    start, end = raw.index("<InvoiceDetailHeaderOrder>"), raw.index("<InvoiceDetailSummary>")
    with pytest.raises(Rejected, match="an invoice of nothing"):
        CXML.read((raw[:start] + raw[end:]).encode(), "in/i")
