"""Catalogues of cXML: an Index alone, or along with the request that announces it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from gateway.findings import Rejected
from gateway.formats import carried
from gateway.formats.bare import bare
from gateway.formats.cxml import multipart
from gateway.formats.cxml.envelope import seal
from gateway.model.item import Price
from gateway.model.party import Identifier, Party, Period
from tests.formats.cxml_papers import BOX, CXML, EACH, HEAD, NOW, count, invalid, money, paper, sample


@pytest.mark.parametrize(
    ("name", "order", "day", "price"),
    [
        ("sandbox-confirmationrequest", "PO-1001", date(2026, 11, 27), "10.49"),
        ("sandbox-confirmationrequest-price-change", "PO-1003", date(2026, 12, 13), "12.75"),
    ],
)
def test_a_confirmation_says_a_new_price_and_a_new_day(name, order, day, price):
    answer = sample(name)
    (line,) = answer.lines
    assert (answer.order, answer.code, answer.number) == (order, "CA", f"CONF-{order}")
    assert (line.status, line.order_line, line.quantity) == ("3", "1", count(3, BOX))
    assert (line.price, line.promised.end_date) == (Price(amount=money(price, "GBP")), day)
    assert "since the catalogue was published" in line.note


def test_an_index_is_a_catalogue_that_takes_the_place_of_another():
    catalogue = sample("focxml-Index")
    (line,) = catalogue.lines
    (tier,) = line.prices
    assert (catalogue.action, catalogue.name, catalogue.provider.ids) == (
        *("Replace", "comment"),
        (Identifier(value="id", scheme="supplier"),),
    )
    assert (line.action, line.orderable_unit, line.validity.end_date) == ("Add", EACH, date(2026, 2, 5))
    assert (tier.amount, tier.base_quantity, tier.unit_factor) == (money("1.23", "EUR"), count(10, BOX), Decimal("0.1"))
    assert (tier.lead_time, [one.country for one in tier.territories]) == (count(2, "DAY"), ["DE", "CH", "AT"])
    assert (line.item.seller_id, line.item.classifications[0].code) == ("PROMINATE-SKU", "partner_merchandise")
    assert {one.name: one.value for one in line.item.properties}["size"] == "L"
    assert [one.uri for one in line.item.documents][1] == "https://example.com/product/image.jpg"


UPLOAD = """<CatalogUploadRequest operation="new"><CatalogName xml:lang="sv">Vinter</CatalogName>
<Description xml:lang="sv">-</Description><Attachment><URL>%s</URL></Attachment><Notification/>
</CatalogUploadRequest>"""


def test_a_catalogue_that_came_along_with_its_request_is_the_document():
    index = CXML.write(msgspec.structs.replace(paper("cxml_catalogue", "Catalogue"), name=None))
    parts = (multipart.Part(cid="kat@a.example", content=index, media_type="text/xml"),)
    inside = bare(multipart.whole(seal(UPLOAD % "cid:kat@a.example", HEAD, "1.2.071"), parts))
    catalogue = CXML.read(inside, "in/u").document
    assert (catalogue.number, catalogue.issued, catalogue.name) == ("p-1@a.example", NOW.date(), "Vinter")
    assert [line.item.seller_id for line in catalogue.lines] == ["77-1203", "K-9", "K-8", "ST-1"]
    assert b"1.2.071/" in inside


@pytest.mark.parametrize("url", ["cid:none@a.example", "cid:text@a.example", "https://katalog.example/x.xml"])
def test_a_catalogue_that_did_not_come_along_is_not_fetched(url):
    parts = (multipart.Part(cid="text@a.example", content=b"a;b", media_type="text/plain"),)
    with pytest.raises(Rejected, match="no address in a document is asked"):
        CXML.read(bare(multipart.whole(seal(UPLOAD % url, HEAD, "1.2.071"), parts)), "in/u")


def test_the_catalogue_of_the_sample_is_elsewhere_and_not_fetched():
    with pytest.raises(Rejected, match="must come along as an Index"):
        sample("focxml-CatalogUploadRequest")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"provider": Party()}, "a number of the supplier"),
        ({"action": "Add"}, "not to Add"),
        ({"contract": "2024-118"}, "contract cannot be said"),
    ],
)
def test_a_catalogue_that_an_index_cannot_say_is_refused_by_name(change, words):
    with pytest.raises(Rejected, match=words):
        CXML.write(msgspec.structs.replace(paper("cxml_catalogue", "Catalogue"), **change))


def test_a_catalogue_is_valid_and_says_of_what_goes_only_its_number():
    catalogue = paper("cxml_catalogue", "Catalogue")
    gone = msgspec.structs.replace(catalogue.lines[0], action="Delete")
    written = CXML.write(msgspec.structs.replace(catalogue, lines=(gone, *catalogue.lines[1:])))
    assert invalid(written) == []
    (line, *_) = CXML.read(written, "again").document.lines
    assert (line.action, line.item.seller_id, line.item.name, line.prices) == ("Delete", "77-1203", "77-1203", ())


def test_what_is_left_out_is_the_envelopes():
    codec = CXML.codec("Catalogue")
    whole = paper("cxml_catalogue", "Catalogue")
    left = carried(whole, codec.table.leave_out)
    assert (left.number, left.issued, left.receiver, left.validity) == (None, None, Party(), Period())
    assert codec.read(codec.write(whole), "again").document == left
