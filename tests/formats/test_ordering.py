"""What the dialects of ordering say in their own way: whose reference, which schemes, which codes, which version."""

from __future__ import annotations

import msgspec
import pytest
from lxml import etree

from gateway.findings import Rejected
from gateway.formats import example, load_dialects
from gateway.model import DOCUMENTS
from tests.data import mapping_texts

TEXTS = mapping_texts()
DIALECTS = load_dialects(TEXTS)
UBL = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"


def ours(name, document):
    return example(TEXTS[f"examples/{name}.yaml"], name, DOCUMENTS[document])


def found(dialect, document, path):
    """Every text at a path of the document as the dialect writes it; prefixes as in UBL."""
    root = etree.fromstring(DIALECTS[dialect].write(document))
    names = {"cbc": UBL[1:-1], "cac": UBL[1:-1].replace("Basic", "Aggregate")}
    return root.xpath(f"{path}/text()" if "@" not in path else path, namespaces=names)


@pytest.mark.parametrize(
    ("dialect", "path"),
    [
        ("peppol", "cbc:CustomerReference"),
        ("svehandel", "cac:BuyerCustomerParty/cac:Party/cac:Contact/cbc:ID"),
        ("sveorder", "cac:OriginatorDocumentReference/cbc:ID"),
    ],
)
def test_the_buyers_reference_travels_where_each_dialect_looks_for_it(dialect, path):
    order = ours("order", "Order")
    assert found(dialect, order, path) == [order.customer_reference]


@pytest.mark.parametrize("dialect", ["svehandel", "sveorder"])
def test_svehandel_calls_schemes_and_unit_lists_by_their_old_names(dialect):
    order = ours("order", "Order")
    assert found(dialect, order, "cac:BuyerCustomerParty/cac:Party/cbc:EndpointID/@schemeID") == ["SE:ORGNR"]
    assert found(dialect, order, "cac:Delivery/cac:DeliveryLocation/cbc:ID/@schemeID") == ["GLN"]
    assert found(dialect, order, "//cac:StandardItemIdentification/cbc:ID/@schemeID") == ["GTIN"]
    assert set(found(dialect, order, "//cac:LineItem/cbc:Quantity/@unitCodeListID")) == {"UNECERec20"}


@pytest.mark.parametrize(("ours_", "theirs"), [("AP", "29"), ("CA", "30"), ("RE", "27")])
def test_svehandel_answers_in_uncl1225(ours_, theirs):
    response = msgspec.structs.replace(ours("order_response", "OrderResponse"), code=ours_)
    assert found("svehandel", response, "cbc:OrderResponseCode") == [theirs]
    assert found("svehandel", response, "//cbc:LineStatusCode") == ["30", "29"]
    assert DIALECTS["svehandel"].read(DIALECTS["svehandel"].write(response), "answer").document.code == ours_


def test_svehandel_has_no_word_for_received():
    response = msgspec.structs.replace(ours("order_response", "OrderResponse"), code="AB", lines=())
    with pytest.raises(Rejected, match="code"):
        DIALECTS["svehandel"].write(response)


def test_only_advanced_ordering_says_which_change_is_answered():
    response = ours("order_response_advanced", "OrderResponse")
    assert found("peppol-advanced", response, "cac:OrderChangeDocumentReference/cbc:ID") == [response.change]
    with pytest.raises(Rejected, match="change"):
        DIALECTS["peppol"].write(response)


def test_both_dialects_of_peppol_read_both_responses():
    plain = DIALECTS["peppol"].write(ours("order_response", "OrderResponse"))
    advanced = DIALECTS["peppol-advanced"].write(ours("order_response_advanced", "OrderResponse"))
    for dialect in (DIALECTS["peppol"], DIALECTS["peppol-advanced"]):
        assert dialect.read(plain, "plain").document.change is None
        assert dialect.read(advanced, "advanced").document.change == "26-000123-2"


def test_a_change_says_anew_all_that_an_order_said_but_what_only_an_order_can_say():
    order = ours("order", "Order")
    only = set(DOCUMENTS["Order"].__struct_fields__) - set(DOCUMENTS["OrderChange"].__struct_fields__)
    assert only == {"kind", "rejected_order", "catalogue", "project", "contract_type"}
    again = {name: getattr(order, name) for name in order.__struct_fields__ if name not in only | {"number", "profile"}}
    again["lines"] = tuple(msgspec.structs.replace(line, status="4") for line in order.lines)
    change = DOCUMENTS["OrderChange"](number="26-000123-2", order=order.number, sequence="1", **again)
    assert DIALECTS["peppol"].read(DIALECTS["peppol"].write(change), "change").document.lines == again["lines"]
