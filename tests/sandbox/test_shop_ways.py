"""The three ways into the shop, and what our own side makes of its carts: by tables that have never seen the shop."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from decimal import Decimal

import httpx
import pytest
from lxml import etree

from gateway.formats.cxml.verbatim import kept
from gateway.formats.form.posted import posted
from tests.data import shared
from tests.sandbox.orders import dialects
from tests.sandbox.shop_stage import SECRET, Stage, open_stage

LOG_IN = {"USERNAME": "kommunen", "PASSWORD": SECRET, "OCI_VERSION": "4.0", "~OkCode": "ADDI"}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with open_stage() as found:
        yield found


def filled(stage: Stage, kind: str) -> str:
    """A visit of each kind with the four sorts of article in its cart."""
    hook = f"{stage.home}/return/t"
    if kind == "cxml":
        visit = stage.start_page()
    elif kind == "oci":
        visit = stage.log_in("oci", LOG_IN | {"HOOK_URL": hook})
    else:
        visit = stage.log_in("peppol", {"username": "kommunen", "password": SECRET, "returnURL": hook})
    stage.put(visit, "PH-1001", "2")
    stage.put(visit, "PH-1002", "150")
    stage.put(visit, "PH-1100", "1", choice0="skinn", choice1="arm")
    stage.put(visit, "PH-3001", "1,5")
    return visit


@pytest.mark.parametrize(("kind", "dialect"), [("cxml", "cxml"), ("oci", "oci"), ("peppol", "peppol")])
def test_our_tables_read_the_cart_of_each_kind(stage, kind, dialect):
    sent = stage.leave(filled(stage, kind))
    raw = posted(kind, sent.media_type, sent.body)
    basket = dialects()[dialect].read(raw, "cart", "PunchOutBasket").document
    chair = "PH-1100" if kind != "peppol" else "PH-1100/skinn;arm"
    assert [line.item.seller_id for line in basket.lines] == ["PH-1001", "PH-1002", chair, "PH-3001"]
    assert [line.quantity.value for line in basket.lines] == [2, 150, 1, Decimal("1.5")]
    assert [line.quantity.unit for line in basket.lines] == ["XBX", "C62", "C62", "HUR"]
    assert [line.price.value for line in basket.lines] == [219, 249, 3740, 780]
    assert basket.lines[1].base_quantity.value == 100
    assert "ohålat" in basket.lines[0].item.descriptions[0]
    if kind == "cxml":
        assert basket.lines[2].item.seller_id_extension == "CFG:skinn;arm"
        (sold,) = stage.ledger.of("prov", "PH-1100", "CFG:skinn;arm")
        assert kept(basket, raw).lines[2].detail == sold.markup


def test_a_whole_cart_by_cxml_is_valid_against_the_official_dtd(stage):
    dtd = etree.DTD(str(shared("cxml-1.2.071/cXML.dtd")))
    carts = [stage.leave(filled(stage, "cxml")), stage.leave(filled(stage, "cxml"), "avbryt")]
    for sent in carts:
        assert dtd.validate(etree.fromstring(sent.fields["cxml-urlencoded"].encode())), dtd.error_log
    assert dtd.validate(etree.fromstring(stage.setup().content)), dtd.error_log


def test_an_oci_cart_is_latin_1_with_prices_per_unit_and_long_texts_of_their_own(stage):
    sent = stage.leave(filled(stage, "oci"))
    assert b"oh%E5lat" in sent.body
    fields = dict(pair.split("=", 1) for pair in sent.body.decode().split("&"))
    assert fields["NEW_ITEM-PRICE%5B2%5D"] == "249.000"
    assert fields["NEW_ITEM-PRICEUNIT%5B2%5D"] == "100"
    assert "NEW_ITEM-PRICEUNIT%5B1%5D" not in fields
    assert "NEW_ITEM-LONGTEXT_1%3A132%5B%5D" in fields


def test_peppols_cart_is_one_field_in_base64(stage):
    (value,) = stage.leave(filled(stage, "peppol")).fields.values()
    assert etree.QName(etree.fromstring(base64.b64decode(value))).localname == "Catalogue"


@pytest.mark.parametrize("kind", ["oci", "peppol"])
def test_leaving_without_buying_is_an_empty_cart(stage, kind):
    sent = stage.leave(filled(stage, kind), "avbryt")
    assert b"NEW_ITEM" not in sent.body
    if kind == "peppol":
        assert b"CatalogueLine" not in base64.b64decode(next(iter(sent.fields.values())))


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        ("oci", LOG_IN | {"PASSWORD": "gissat", "HOOK_URL": "http://127.0.0.1:9/"}, 403),
        ("oci", LOG_IN | {"USERNAME": "ingen", "HOOK_URL": "http://127.0.0.1:9/"}, 403),
        ("oci", LOG_IN, 400),
        ("peppol", {"user": "kommunen", "password": SECRET, "returnUrl": "ftp://x"}, 400),
    ],
)
def test_the_shop_lets_in_only_who_has_the_log_in_and_says_where_to_return(stage, kind, fields, code):
    assert httpx.post(f"{stage.shop}/prov/{kind}", data=fields).status_code == code


def test_a_visit_may_begin_at_an_article_or_end_at_once(stage):
    hook = {"HOOK_URL": f"{stage.home}/return/t"}
    begin = stage.log_in("oci", LOG_IN | hook | {"FUNCTION": "DETAIL", "PRODUCTID": "PH-2002"})
    assert httpx.get(begin).headers["location"].endswith("/artikel/PH-2002")
    at_once = stage.log_in("oci", LOG_IN | hook | {"FUNCTION": "VALIDATE", "PRODUCTID": "PH-2002", "QUANTITY": "4.000"})
    assert at_once.endswith("/home")
    sent = stage.leave(at_once.removesuffix("/home"))
    assert (sent.fields["NEW_ITEM-VENDORMAT[1]"], sent.fields["NEW_ITEM-QUANTITY[1]"]) == ("PH-2002", "4.000")
    selected = "<SelectedItem><ItemID><SupplierPartID>PH-1100</SupplierPartID></ItemID></SelectedItem>"
    assert httpx.get(stage.start_page("create", selected)).headers["location"].endswith("/artikel/PH-1100")


def test_nobody_finds_a_visit_that_is_not_there_and_nobody_frames_one(stage):
    gone = httpx.get(f"{stage.shop}/prov/v/gissat")
    assert (gone.status_code, "Besöket är slut" in gone.text) == (404, True)
    page = httpx.get(filled(stage, "cxml") + "/korg")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "form-action 'self'" in page.headers["content-security-policy"]
