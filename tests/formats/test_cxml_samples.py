"""Every real cXML document beside the repository: what is read from it, or which finding names what is wrong with it.

The values were read out of the documents by a person. Where a document is read, `noted` are the rules that it breaks.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gateway.findings import Rejected
from gateway.formats import load_dialects
from gateway.wording import explain
from tests.data import SHARED, mapping_texts, shared
from tests.formats.dtds import broken

CXML = load_dialects(mapping_texts())["cxml"]
FOLDER = "cxml-samples"

READ: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "focxml-PunchOutSetupRequest.xml": (
        "PunchOutSetup",
        {"operation": "create", "number": "550bce3e592023b2e7b015307f965133", "lines.0.item.seller_id": "5555"},
        {"cxml-unspsc"},
    ),
    "focxml-PunchoutOrderMessage.xml": (
        "PunchOutBasket",
        {
            "number": "933695160894",
            "cookie": "1CX3L4843PPZO",
            "allowed": "create",
            "total.value": Decimal("763.20"),
            "lines.0.quantity.value": Decimal(3),
            "lines.0.item.seller_id": "5555",
            "lines.0.price.value": Decimal("763.20"),
            "lines.0.price.currency": "USD",
        },
        {"cxml-unspsc", "cxml-total"},
    ),
    "focxml-poom.xml": (
        "PunchOutBasket",
        {"allowed": "create", "total.value": Decimal("763.20"), "lines.1.item.seller_id": "666"},
        {"cxml-unspsc", "cxml-total"},
    ),
    "focxml-ShipNoticeRequest.xml": (
        "DespatchAdvice",
        {"number": "S2-123", "issued": date(2000, 10, 15), "orders.0": "DO1234"},
        set(),
    ),
    "focxml-StatusUpdateRequest.xml": (
        "MessageLevelResponse", {"code": "AP", "number": "0c30050@supplierorg.com"}, set(),
    ),
    "focxml-order_request.xml": (
        "Order",
        {"number": "acme-1-1", "issued": date(2025, 1, 27), "currency": "USD", "lines.0.quantity.value": Decimal(1)},
        set(),
    ),
    "sandbox-confirmationrequest.xml": (
        "OrderResponse",
        {"number": "CONF-PO-1001", "order": "PO-1001", "code": "CA", "lines.0.order_line": "1",
         "lines.0.price.amount.value": Decimal("10.49")},
        set(),
    ),
    "sandbox-confirmationrequest-price-change.xml": (
        "OrderResponse",
        {"number": "CONF-PO-1003", "order": "PO-1003", "code": "CA", "lines.0.price.amount.value": Decimal("12.75"),
         "lines.0.promised.end_date": date(2026, 12, 13)},
        set(),
    ),
    "sandbox-confirmationrequest-backordered.xml": (
        "OrderResponse",
        {"number": "CONF-PO-1004", "order": "PO-1004", "code": "CA", "lines.0.promised.end_date": date(2027, 1, 21)},
        set(),
    ),
    "sandbox-shipnoticerequest.xml": (
        "DespatchAdvice",
        {"number": "SHIP-PO-1001", "orders.0": "PO-1001", "lines.0.order_line": "1",
         "lines.0.delivered.value": Decimal(3), "lines.0.delivered.unit": "XBX"},
        set(),
    ),
    "sandbox-shipnoticerequest-partial.xml": (
        "DespatchAdvice",
        {"number": "SHIP-PO-1001-A", "orders.0": "PO-1001", "lines.0.delivered.value": Decimal(1)},
        set(),
    ),
    "sandbox-shipnoticerequest-unit-change.xml": (
        "DespatchAdvice",
        {"number": "SHIP-PO-1002-A", "orders.0": "PO-1002", "lines.0.delivered.value": Decimal(30),
         "lines.0.delivered.unit": "C62"},
        set(),
    ),
    "sandbox-invoicedetailrequest.xml": (
        "Invoice",
        {"number": "INV-PO-1001", "order": "PO-1001", "currency": "GBP", "lines.0.quantity.value": Decimal(3),
         "lines.0.price.amount.value": Decimal("9.99"), "totals.payable.value": Decimal("35.96")},
        set(),
    ),
    "sandbox-invoicedetailrequest-split-line.xml": (
        "Invoice", {"number": "INV-PO-1001-B", "order": "PO-1001", "lines.1.order_line": "1"}, set(),
    ),
    "sandbox-punchoutordermessage.xml": (
        "PunchOutBasket",
        {"number": "c70d879ab8878e65@punchoutsandbox.com", "lines.0.item.seller_id": "MSC-1001",
         "lines.0.price.currency": "GBP"},
        set(),
    ),
    # Two of eight lines have a unit that nobody can know: they are left out and told, the others are taken.
    "sandbox-punchoutordermessage-quirks.xml": (
        "PunchOutBasket",
        {"lines.0.item.seller_id": "MSC-Q102", "lines.5.item.seller_id": "MSC-Q107",
         "lines.5.item.classifications.0.code": "44.12.17.08"},
        {"cxml-dropped", "cxml-value", "cxml-unspsc"},
    ),
    "sandbox-punchoutsetuprequest.xml": (
        "PunchOutSetup", {"operation": "create", "number": "your-requisition-id", "lines": ()}, set(),
    ),
    "focxml-Index.xml": (
        "Catalogue",
        {"action": "Replace", "name": "comment", "lines.0.item.seller_id": "PROMINATE-SKU",
         "lines.0.prices.0.amount.value": Decimal("1.23"), "lines.0.prices.0.base_quantity.unit": "XBX"},
        set(),
    ),
}  # fmt: skip
REFUSED: dict[str, list[tuple[str, str]]] = {
    "focxml-CatalogUploadRequest.xml": [("cxml-no-catalogue", "no address in a document is asked")],
    "focxml-ProductActivityMessage.xml": [("not-recognised", "this is a ProductActivityMessage")],
    "focxml-QuoteMessage.xml": [("not-recognised", "this is a QuoteMessage")],
    "focxml-quote_request.xml": [("not-recognised", "this is a QuoteMessage")],
    "focxml-simple-profile-request.xml": [("not-recognised", "this is a ProfileRequest")],
    "focxml-OrderRequest.xml": [("cxml-value", "'2020-02-28T00:00:00+00:00' is not a date")],
    "focxml-PunchoutOrderMessageAdvancedPricing.xml": [("cxml-value", "'BOX' is not in the code list")],
}
DTD = {"focxml-order_request.xml": "PaymentReference in Payment is no element of this DTD"}
"""What the DTD says besides of those that it is about."""


def at(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = document[int(name)] if name.isdigit() else getattr(document, name)
    return document


def sample(name: str) -> bytes:
    return shared(f"{FOLDER}/{name}").read_bytes()


def test_every_sample_is_expected_to_be_something():
    shared(FOLDER)
    assert {path.name for path in Path(SHARED / FOLDER).glob("*.xml")} == READ.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", READ)
def test_it_is_read_as_what_it_says(name):
    kind, values, noted = READ[name]
    reading = CXML.read(sample(name), name)
    assert type(reading.document).__name__ == kind
    assert {path: at(reading.document, path) for path in values} == values
    ours = {one.rule for one in reading.findings if one.rule.startswith("cxml-")}
    assert ours == noted, [str(one) for one in reading.findings]


def test_the_lines_with_quirks_are_named_with_their_fault():
    name = "sandbox-punchoutordermessage-quirks.xml"
    told = [str(one) for one in CXML.read(sample(name), name).findings if one.rule == "cxml-dropped"]
    assert len(told) == 2
    for place, unit, line in zip(("ItemIn[1]", "ItemIn[2]"), ("'EACH'", "'100/BX'"), told, strict=True):
        assert place in line
        assert f"{unit} is not in the code list" in line


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_a_finding_that_names_the_fault(name):
    with pytest.raises(Rejected) as refused:
        CXML.read(sample(name), name)
    fatal = [one for one in refused.value.findings if one.fatal]
    assert len(fatal) >= len(REFUSED[name])
    for rule, words in REFUSED[name]:
        told = [one for one in fatal if one.rule == rule and words in one.message]
        assert told, [str(one) for one in fatal]
        assert told[0].place.source == name
        assert told[0].place.line
        assert explain(told[0], "sv").what not in ("", told[0].message)


@pytest.mark.parametrize("name", READ)
def test_the_newest_dtd_finds_what_it_should(name):
    codec = CXML.identify(sample(name))
    said = broken(sample(name), codec.root, "1.2.071")
    assert len(said) == (name in DTD)
    assert DTD.get(name, "") in "".join(said)
