"""What a dialect of row files may say of files that are not like ours: one test for each key of the language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from gateway.findings import Rejected
from gateway.formats import load_dialects
from gateway.model import Catalogue, OrderResponse
from gateway.model.party import Party
from tests.data import mapping_texts

SPEECH = {path: text for path, text in mapping_texts().items() if path.startswith(("csv/", "codelists/", "examples/"))}
ANSWER = """extends: csv
columns: {order_number: Ordernr, response_number: Svar, response_date: Datum, order_line: Rad, quantity: Antal}
order_response:
  change: {code: {const: CA}, lines.id: {numbered: true}, lines.status: {const: "3"}}
  leave_out: [seller, buyer, lines.item]
"""
PRICES = """extends: csv
layout: {decimal: ",", thousands: " "}
catalogue:
  cells: [article, description, "", unit, price]
  change: {number: {const: "1"}, issued: {const: "2026-11-01"}, lines.id: {like: lines.item.seller_id},
    lines.prices.amount.currency: {const: SEK}}
  leave_out: [provider, receiver, validity, name, version, action, contract, source, lines.action, lines.validity,
    lines.item.standard_id, lines.item.descriptions, lines.item.brands, lines.item.keywords, lines.item.manufacturer_id,
    lines.item.buyer_id, lines.item.origin_country, lines.item.pack_size, lines.item.tax, lines.item.classifications,
    lines.content, lines.minimum, lines.multiple, lines.orderable, lines.warranty, lines.prices.base_quantity,
    lines.prices.lead_time]
"""


def codec(text: str, name: str):
    return load_dialects(SPEECH | {"dialects/mine.yaml": text})["mine"].codecs[f"mine/{name}"]


def read(text: str, name: str, raw: str):
    return codec(text, name).read(raw.encode(), "in").document


def refusal(text: str) -> str:
    with pytest.raises(Rejected) as refused:
        load_dialects(SPEECH | {"dialects/mine.yaml": text})
    return str(refused.value)


def test_what_has_no_column_is_constant_or_counted_and_a_party_may_go_unnamed():
    answer = read(
        ANSWER,
        "order_response",
        "Ordernr;Svar;Datum;Rad;Antal\n26-000123;S1;2026-11-21;10;4\n26-000123;S1;2026-11-21;20;2\n",
    )
    assert isinstance(answer, OrderResponse)
    assert (answer.code, answer.seller, answer.buyer) == ("CA", Party(), Party())
    assert [(line.id, line.order_line, line.status) for line in answer.lines] == [("1", "10", "3"), ("2", "20", "3")]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"code": "AP"}, "code is not CA, and the file has no column to say so"),
        ({"lines": "id"}, "lines[0].id is not 1, which is its place, and the file has no column to say so"),
    ],
)
def test_what_has_no_column_is_refused_where_it_says_something_else(change, says):
    mine = codec(ANSWER, "order_response")
    good = mine.read(b"Ordernr;Svar;Datum;Rad;Antal\n26-000123;S1;2026-11-21;10;4\n", "in").document
    if "lines" in change:
        change = {"lines": (msgspec.structs.replace(good.lines[0], id="7"),)}
    with pytest.raises(Rejected) as refused:
        mine.write(msgspec.structs.replace(good, **change))
    assert says in str(refused.value)


def test_a_file_without_a_header_is_read_by_the_place_of_its_cells():
    mine = codec(PRICES, "catalogue")
    raw = b"K-1;Kavaj;x;C62;1 799,50\r\nK-2;Kjol;;KGM;\r\n"
    prices = mine.read(raw, "in").document
    assert isinstance(prices, Catalogue)
    assert [line.id for line in prices.lines] == ["K-1", "K-2"]
    assert prices.lines[0].prices[0].amount.value == Decimal("1799.50")
    assert prices.lines[1].prices == ()
    assert prices.issued == date(2026, 11, 1)
    assert mine.write(prices) == b"K-1;Kavaj;;C62;1799,50\r\nK-2;Kjol;;KGM;\r\n"
    assert mine.resemblance(raw) == 4
    assert mine.resemblance(b"Artnr;Namn;x;Enhet;Pris\n") == 0
    assert mine.resemblance(b"K-1;Kavaj;C62\n") == 0


def test_a_currency_without_a_price_cannot_be_said_where_the_price_says_it():
    mine = codec(PRICES, "catalogue")
    prices = mine.read(b"K-1;Kavaj;;C62;1,50\n", "in").document
    (line,) = prices.lines
    (tier,) = line.prices
    twice = msgspec.structs.replace(prices, lines=(msgspec.structs.replace(line, prices=(tier, tier)),))
    with pytest.raises(Rejected, match=r"lines\[0\]\.prices holds more than one, and the row has room for one"):
        mine.write(twice)
    euro = msgspec.structs.replace(tier, amount=msgspec.structs.replace(tier.amount, currency="EUR"))
    other = msgspec.structs.replace(prices, lines=(msgspec.structs.replace(line, prices=(euro,)),))
    with pytest.raises(Rejected, match=r"prices\.amount\.currency is not SEK"):
        mine.write(other)


@pytest.mark.parametrize("text", ["1 79", "1  799", "17 99,5", "1.799,50", ",5 000"])
def test_thousands_are_groups_of_three_or_no_number(text):
    with pytest.raises(Rejected, match="is not a number"):
        read(PRICES, "catalogue", f"K-1;Kavaj;;C62;{text}\n")


def test_of_several_spellings_the_first_is_written_and_all_are_read():
    text = "extends: csv\ncodes:\n  units: {C62: [st, ST, styck], XBX: ask, PR: par, KGM: kg}\n"
    mine = codec(text, "catalogue")
    raw = mine.write(mine.read(_list("styck"), "in").document)
    assert b";st;" in raw
    assert mine.read(_list("ST"), "in").document == mine.read(_list("st"), "in").document
    assert "both written 'st'" in refusal(text.replace("XBX: ask", "XBX: [ask, st]"))


def _list(unit: str) -> bytes:
    return (
        "list_number;list_date;supplier_name;buyer_name;valid_from;line;description;unit\n"
        f"1;2026-11-01;A;B;2026-11-01;1;Penna;{unit}\n"
    ).encode()


ROW = "order_number x response_number response_date response_code order_line line line_status description buyer_name"
LEFT = """issued_time seller buyer sales_order currency customer_reference note promised lines.item.seller_id
lines.item.standard_id lines.quantity lines.backorder lines.promised lines.price lines.substitute lines.note"""


def test_the_columns_of_a_row_stand_in_the_order_that_the_supplier_wants():
    text = f"extends: csv\norder_response:\n  row: [{', '.join(ROW.split())}]\n"
    assert "cannot be said in mine/order_response" in refusal(text), "the example says more than the row has"
    mine = codec(f"{text}  leave_out: [{', '.join(LEFT.split())}]\n", "order_response")
    raw = f"{ROW.replace(' ', ';')}\n26-000123;?;S1;2026-11-21;CA;1;1;5;Penna;B\n".encode()
    written = mine.write(mine.read(raw, "in").document).splitlines()
    assert written[0].startswith(b"order_number;x;response_number;")
    assert written[1].startswith(b"26-000123;;S1;")


def test_a_lone_return_in_a_cell_comes_back_whatever_the_line_end():
    mine = codec('extends: csv\nlayout: {newline: "\\n"}\n', "catalogue")
    found = mine.read(_list("C62").replace(b"Penna", b'"Pen\rna"'), "in").document
    assert mine.read(mine.write(found), "in").document == found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("order: {row: []}", "say row: or cells:"),
        ("order: {row: [a], cells: [a]}", "say row: or cells:"),
        ("order: {row: [order_number]}", "issued must be in every document, and its column order_date does not stand"),
        ("order: {change: {number: {like: lines.id}}}", "lines.id is no term beside this one"),
        ("order: {change: {buyer.endpoint: {const: x}}}", "endpoint is no single text, number or date"),
        ("order: {leave_out: [issued]}", "issued must be in every document"),
        ('layout: {thousands: ".", decimal: "."}', "thousands is a space, . or ,"),
    ],
)
def test_a_mistake_is_said(text, says):
    assert says in refusal(f"extends: csv\n{text}\n")


def test_a_group_that_repeats_within_a_row_is_refused():
    once = "- each: prices\n        card: 0..1"
    text = SPEECH["csv/catalogue.yaml"].replace(once, once.replace("0..1", "0..n"))
    with pytest.raises(Rejected, match="prices repeats within a line, and a row can say it once"):
        load_dialects(SPEECH | {"csv/catalogue.yaml": text})
