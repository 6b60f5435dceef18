"""Every fault that can be switched on is really on the wire, and nothing of it is there when it is off."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from decimal import Decimal

import httpx
import pytest
from lxml import etree

from gateway.sandbox.shopfront.quirks import ABOUT, Quirk, quirks_of
from tests.data import ROOT
from tests.sandbox.shop_stage import Posted, Stage, open_stage

ITEM = '<ItemOut quantity="3"><ItemID><SupplierPartID>PH-2001</SupplierPartID></ItemID></ItemOut>'
CHAIR = (
    '<ItemOut quantity="1"><ItemID><SupplierPartID>PH-1100</SupplierPartID>'
    "<SupplierPartAuxiliaryID>CFG:bla;utan</SupplierPartAuxiliaryID></ItemID></ItemOut>"
)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with open_stage() as found:
        yield found


def shopped(stage: Stage, quirk: str = "", operation: str = "create", more: str = "", **changes: str) -> Posted:
    """A visit with two articles put into the cart, and what the buyer then got."""
    visit = stage.start_page(operation, more, quirk, **changes)
    assert visit.startswith(stage.shop)
    if operation == "create":
        stage.put(visit, "PH-1001", "2")
        stage.put(visit, "PH-1100", "1", choice0="gra", choice1="arm")
    return stage.leave(visit)


def document(posted: Posted) -> etree._Element:
    """The cart, which must be in cxml-urlencoded, in us-ascii."""
    return etree.fromstring(posted.fields["cxml-urlencoded"].encode("ascii"))


def texts(root: etree._Element, path: str) -> list[str]:
    return [one.text for one in root.iterfind(f".//{path}")]


def test_without_faults_the_cart_is_as_it_should_be(stage):
    posted = shopped(stage)
    root = document(posted)
    assert posted.media_type == "application/x-www-form-urlencoded"
    assert root.findtext(".//BuyerCookie") == "kaka-1"
    assert [one.tag for one in root.find(".//PunchOutOrderMessage")][:2] == [
        "BuyerCookie",
        "PunchOutOrderMessageHeader",
    ]
    assert texts(root, "SupplierPartID") == ["PH-1001", "PH-1100"]
    assert texts(root, "SupplierPartAuxiliaryID") == ["CFG:gra;arm"]
    assert [one.get("quantity") for one in root.iterfind(".//ItemIn")] == ["2", "1"]
    assert Decimal(root.findtext(".//Total/Money")) == 2 * Decimal("219.00") + Decimal("2840.00")
    assert {one.get("currency") for one in root.iterfind(".//Money")} == {"SEK"}
    assert texts(root, "UnitOfMeasure") == ["BX", "EA"]
    assert all(code.isdigit() and len(code) == 8 for code in texts(root, "Classification"))
    assert b"SharedSecret" not in posted.body


def _base64(posted: Posted) -> None:
    (name,) = posted.fields
    assert name == "cxml-base64"
    assert etree.fromstring(base64.b64decode(posted.fields[name])).tag == "cXML"


def _upper(posted: Posted) -> None:
    assert list(posted.fields) == ["CXML-URLENCODED"]


def _raw(posted: Posted) -> None:
    assert posted.media_type == "text/plain"
    assert posted.body.startswith(b"<?xml version=")
    assert etree.fromstring(posted.body.strip()).findtext(".//SupplierPartID") == "PH-1001"


def _latin1(posted: Posted) -> None:
    text = posted.fields["cxml-urlencoded"]
    assert "encoding='iso-8859-1'" in text
    assert "ohålat" in text
    assert "%C3%A5" in posted.body.decode(), "the form itself is UTF-8"


def _order(posted: Posted) -> None:
    root = document(posted)
    assert [one.tag for one in root.find(".//PunchOutOrderMessage")][:2] == [
        "PunchOutOrderMessageHeader",
        "BuyerCookie",
    ]
    assert next(iter(root.find(".//ItemDetail"))).tag == "UnitOfMeasure"


def _total(posted: Posted) -> None:
    root = document(posted)
    assert Decimal(root.findtext(".//Total/Money")) == 2 * Decimal("219.00") + Decimal("2840.00") + 10


def _currencies(posted: Posted) -> None:
    money = [one.get("currency") for one in document(posted).iterfind(".//ItemIn//Money")]
    assert money == ["SEK", "EUR"]


def _units(posted: Posted) -> None:
    assert texts(document(posted), "UnitOfMeasure") == ["EACH", "100/BX"]


def _many(posted: Posted) -> None:
    parts = texts(document(posted), "SupplierPartID")
    assert len(parts) == len(set(parts)) == 5000


def _empty(posted: Posted) -> None:
    root = document(posted)
    assert (root.find(".//ItemIn"), root.findtext(".//Total/Money")) == (None, "0.00")


def _long(posted: Posted) -> None:
    assert len(document(posted).find(".//Description/ShortName").tail) == 4000


def _dotted(posted: Posted) -> None:
    assert texts(document(posted), "Classification") == ["14.11.15.07", "56.11.21.02"]


def _entities(posted: Posted) -> None:
    text = posted.fields["cxml-urlencoded"]
    assert re.search(r'<!DOCTYPE cXML SYSTEM "[^"]+" \[<!ENTITY shop "Provhandeln">\]>', text)
    assert text.count("&shop;") == 1


CARTS: dict[Quirk, Callable[[Posted], None]] = {
    Quirk.BASE64: _base64,
    Quirk.UPPER_CASE_FIELD: _upper,
    Quirk.RAW_BODY: _raw,
    Quirk.LATIN1_DECLARED: _latin1,
    Quirk.WRONG_ORDER: _order,
    Quirk.WRONG_TOTAL: _total,
    Quirk.MIXED_CURRENCIES: _currencies,
    Quirk.UNMAPPED_UNITS: _units,
    Quirk.MANY_LINES: _many,
    Quirk.EMPTY_CART: _empty,
    Quirk.LONG_DESCRIPTION: _long,
    Quirk.DOTTED_UNSPSC: _dotted,
    Quirk.ENTITIES: _entities,
}
ELSEWHERE = {
    *(Quirk.NEW_AUXILIARY_ID, Quirk.OPERATION_IGNORED, Quirk.STALE_COOKIE, Quirk.HTML_ERROR, Quirk.NO_ADDRESS),
    *(Quirk.ALREADY_PROCESSED, Quirk.POSTED_TWICE, Quirk.BOX_OPENED),
}
"""Seen below, in the browser (posted twice), and at the desk for orders (box opened)."""


def test_each_fault_is_explained_and_seen_somewhere():
    assert set(ABOUT) == set(Quirk) == set(CARTS) | ELSEWHERE


def test_the_page_about_the_shop_names_every_fault():
    page = (ROOT / "docs" / "sandbox-shop.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|", page, re.MULTILINE)) == set(Quirk)


@pytest.mark.parametrize("quirk", CARTS)
def test_a_fault_of_the_cart_is_on_the_wire(stage, quirk):
    CARTS[quirk](shopped(stage, quirk))


def test_faults_can_be_put_together(stage):
    assert list(shopped(stage, "upper-case-field,base64").fields) == ["CXML-BASE64"]
    with pytest.raises(ValueError, match="no-such"):
        quirks_of(["base64,no-such"])


def test_an_edit_brings_the_lines_back_and_an_inspect_changes_nothing(stage):
    root = document(shopped(stage, operation="edit", more=ITEM + CHAIR))
    assert texts(root, "SupplierPartID") == ["PH-2001", "PH-1100"]
    assert [one.get("quantity") for one in root.iterfind(".//ItemIn")] == ["3", "1"]
    visit = stage.start_page("inspect", ITEM)
    stage.put(visit, "PH-1001")
    assert "PH-1001" not in httpx.get(f"{visit}/korg").text
    assert document(stage.leave(visit)).find(".//Status").get("code") == "204"


def test_an_auxiliary_id_that_changes_on_edit_doubles_the_line(stage):
    root = document(shopped(stage, "new-auxiliary-id", "edit", CHAIR))
    assert texts(root, "SupplierPartID") == ["PH-1100", "PH-1100"]
    old, new = texts(root, "SupplierPartAuxiliaryID")
    assert (old, new.partition("#")[0]) == ("CFG:bla;utan", "CFG:bla;utan")
    assert new != old


def test_an_operation_that_is_ignored_begins_with_an_empty_cart(stage):
    assert document(shopped(stage, "operation-ignored", "edit", ITEM)).find(".//ItemIn") is None


def test_a_stale_cookie_is_that_of_the_visit_before(stage):
    shopped(stage, cookie="kaka-before")
    assert document(shopped(stage, "stale-cookie", cookie="kaka-now")).findtext(".//BuyerCookie") == "kaka-before"


def test_faults_of_the_setup_answer(stage):
    page = stage.setup(quirk="html-error")
    assert page.headers["content-type"].startswith("text/html")
    assert b"502 Bad Gateway" in page.content
    status = etree.fromstring(stage.setup(quirk="already-processed").content).find("Response/Status")
    assert (status.get("code"), status.text) == ("500", "already processed")
    answer = etree.fromstring(stage.setup(quirk="no-address").content)
    assert (answer.find("Response/Status").get("code"), answer.find(".//StartPage")) == ("200", None)


@pytest.mark.parametrize(
    ("changes", "code"), [({"secret": "gissat"}, "401"), ({"hook": "javascript:alert(1)"}, "400")], ids=str
)
def test_who_is_not_known_or_asks_for_nothing_sensible_is_told_so(stage, changes, code):
    assert etree.fromstring(stage.setup(**changes).content).find("Response/Status").get("code") == code


def test_a_setup_request_with_entities_is_refused(stage):
    raw = b'<!DOCTYPE cXML [<!ENTITY a "b">]><cXML payloadID="1">&a;</cXML>'
    answer = httpx.post(f"{stage.shop}/prov/cxml", content=raw)
    assert etree.fromstring(answer.content).find("Response/Status").get("code") == "400"


def test_leaving_without_buying_says_that_nothing_has_changed(stage):
    visit = stage.start_page("edit", ITEM)
    root = document(stage.leave(visit, "avbryt"))
    assert root.find("Message/Status").get("code") == "204"
    assert root.find(".//ItemIn") is None
