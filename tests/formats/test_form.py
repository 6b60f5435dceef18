"""OCI baskets as shops post them, through both doors (posted, then the dialect oci): values, quirks, dropped lines."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode

import msgspec
import pytest

from gateway.findings import Rejected
from gateway.formats import example, load_dialects
from gateway.formats.form import dropped
from gateway.formats.form.posted import posted
from gateway.model import DOCUMENTS, PunchOutBasket
from gateway.model.article import ItemDocument
from gateway.model.item import Classification, ItemProperty
from gateway.model.party import Amount, Quantity
from tests.data import mapping_texts

TEXTS = mapping_texts()
OCI = load_dialects(TEXTS)["oci"]
FORM = "application/x-www-form-urlencoded"
PEN = {
    "DESCRIPTION": "Penna, blå",
    "VENDORMAT": "P-1",
    "QUANTITY": "2.000",
    "UNIT": "EA",
    "PRICE": "12.50",
    "CURRENCY": "SEK",
}


def body(*lines: dict[str, str], first: int = 1, **more: str) -> bytes:
    fields = {f"NEW_ITEM-{name}[{n}]": text for n, line in enumerate(lines, first) for name, text in line.items()}
    return urlencode(fields | more, encoding="iso-8859-1").encode()


def read(raw: bytes):
    reading = OCI.read(posted("oci", FORM, raw), "visit", "PunchOutBasket")
    assert isinstance(reading.document, PunchOutBasket)
    return reading


def line(**fields: str):
    (found,) = read(body(PEN | fields)).document.lines
    return found


def said(raw: bytes) -> list[str]:
    return [str(finding) for finding in read(raw).findings]


def refusal(raw: bytes) -> str:
    with pytest.raises(Rejected) as refused:
        read(raw)
    return str(refused.value)


def test_a_line_has_the_articles_number_quantity_and_price():
    found = line()
    assert (found.id, found.item.name, found.item.seller_id) == ("1", "Penna, blå", "P-1")
    assert found.quantity == Quantity(value=Decimal(2), unit="C62")
    assert found.price == Amount(value=Decimal("12.50"), currency="SEK")
    assert found.base_quantity is None
    assert read(body(PEN)).findings == ()


@pytest.mark.parametrize(("said", "base"), [("", None), ("1", "1"), ("100", "100"), ("1000", "1000")])
def test_the_unit_price_is_price_by_priceunit_and_neither_is_divided_away(said, base):
    found = line(PRICE="649.00", PRICEUNIT=said, UNIT="BX")
    assert found.price.value == Decimal("649.00")
    assert found.base_quantity == (None if base is None else Quantity(value=Decimal(base), unit="XBX"))


def test_every_field_of_oci_has_its_place():
    found = line(
        LEADTIME="3", MATNR="E-4711", VENDOR="100200", MANUFACTCODE="Pennverket", MANUFACTMAT="PV 1",
        EXT_SCHEMA_TYPE="UNSPSC", EXT_CATEGORY_ID="44121701", CONTRACT="4600000012", CONTRACT_ITEM="10", SERVICE="X",
        EXT_QUOTE_ID="O-7", EXT_QUOTE_ITEM="2", CUST_FIELD1="a", CUST_FIELD5="e", ATTACHMENT="https://shop.example/1.pdf",
        EXT_PRODUCT_ID="k/1", ATTACHMENT_TITLE="Blad", ATTACHMENT_PURPOSE="C", SLD_SYS_NAME="S",
    )  # fmt: skip
    assert (found.lead_time, found.contract_part) == (Quantity(value=Decimal(3), unit="DAY"), "10")
    item = found.item
    assert (item.buyer_id, item.manufacturer_id, item.seller_id_extension) == ("E-4711", "PV 1", "k/1")
    assert item.manufacturer is not None
    assert item.manufacturer.name == "Pennverket"
    assert item.classifications == (Classification(code="44121701", list="TST"),)
    uri = "https://shop.example/1.pdf"
    assert item.documents == (ItemDocument(id=uri, uri=uri, descriptions=("Blad",)),)
    assert item.properties == tuple(
        ItemProperty(name=name, value=value)
        for name, value in [
            ("CUST_FIELD1", "a"), ("CUST_FIELD5", "e"), ("SERVICE", "X"), ("VENDOR", "100200"),
            ("CONTRACT", "4600000012"), ("EXT_QUOTE_ID", "O-7"), ("EXT_QUOTE_ITEM", "2"), ("ATTACHMENT_PURPOSE", "C"),
            ("SLD_SYS_NAME", "S"),
        ]
    )  # fmt: skip


def test_the_long_text_of_a_line_is_joined_from_its_rows():
    name = "NEW_ITEM-LONGTEXT_1:132[]"
    rows = [(name, "a" * 132), (name, "b"), (name, "c")]
    raw = body(PEN) + b"&" + urlencode(rows).encode()
    assert read(raw).document.lines[0].item.descriptions == ("a" * 132 + "b\nc",)
    assert line(LONGTEXT="kort").item.descriptions == ("kort",)
    assert line(**{"DESCRIPTION": "x"}).item.descriptions == ()


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"UNIT": "ST"}, "NEW_ITEM-UNIT", "'ST' is not a code of NEW_ITEM-UNIT; add it to the codes"),
        ({"UNIT": "each"}, "NEW_ITEM-UNIT", "'each' is not a code of NEW_ITEM-UNIT"),
        ({"UNIT": ""}, "NEW_ITEM-UNIT", "is empty, and a value must be there"),
        ({"CURRENCY": "kr"}, "NEW_ITEM-CURRENCY", "'kr' is not a code"),
        ({"CURRENCY": ""}, "NEW_ITEM-CURRENCY", "is empty"),
        (
            {"PRICE": "12,50"},
            "NEW_ITEM-PRICE",
            "'12,50' is not a number; it is written with a point before its decimals",
        ),
        ({"PRICE": "1 200.00"}, "NEW_ITEM-PRICE", "is not a number"),
        ({"PRICE": "1,200.00"}, "NEW_ITEM-PRICE", "is not a number"),
        ({"PRICE": ""}, "NEW_ITEM-PRICE", "is empty"),
        ({"QUANTITY": "-1"}, "NEW_ITEM-QUANTITY", "'-1' is not more than 0"),
        ({"QUANTITY": "2 st"}, "NEW_ITEM-QUANTITY", "is not a number"),
        ({"PRICEUNIT": "0"}, "NEW_ITEM-PRICEUNIT", "'0' is not more than 0"),
        ({"DESCRIPTION": ""}, "NEW_ITEM-DESCRIPTION", "is empty"),
        ({"LEADTIME": "snart"}, "NEW_ITEM-LEADTIME", "'snart' is not a number"),
    ],
)
def test_a_line_that_cannot_be_read_is_dropped_by_number_field_and_value(fields, field, says):
    reading = read(body(PEN, PEN | fields, PEN))
    assert [one.id for one in reading.document.lines] == ["1", "3"]
    cause = next(finding for finding in reading.findings if finding.rule != "form-dropped")
    assert (cause.place.line, cause.place.path, cause.fatal) == (2, field, False)
    assert says in cause.message
    assert list(dropped(reading.findings)) == [2]
    assert f"the line was not taken over: {field}: " in dropped(reading.findings)[2]
    strict = OCI.codec("PunchOutBasket").check(posted("oci", FORM, body(PEN, PEN | fields, PEN)), "visit")
    assert any(finding.fatal and finding.place.line == 2 for finding in strict)


def test_a_basket_of_which_no_line_can_be_read_is_rejected_with_all_causes():
    text = refusal(body(PEN | {"UNIT": "ST"}, PEN | {"PRICE": "1,0"}))
    assert "visit: none of the 2 lines can be read [form-no-line]" in text
    assert "visit:1 NEW_ITEM-UNIT: 'ST'" in text
    assert "visit:2 NEW_ITEM-PRICE: '1,0'" in text


def test_a_thousand_and_a_decimal_are_read_exactly_as_oci_writes_them():
    found = line(QUANTITY="1.234", PRICE="1234567.891")
    assert (found.quantity.value, found.price.value) == (Decimal("1.234"), Decimal("1234567.891"))


def test_gaps_a_count_from_zero_and_a_cut_line_are_told():
    zero = read(body(PEN, PEN, first=0))
    assert [one.id for one in zero.document.lines] == ["0", "1"]
    assert [finding.rule for finding in zero.findings] == ["form-from-zero"]
    raw = body(PEN) + b"&" + body(PEN, first=4)
    assert "visit:2: there is no line 2, 3; compare with the basket in the shop [form-gap]" in said(raw)
    assert said(body(PEN, {"DESCRIPTION": " ", "UNIT": ""}, PEN))[0].startswith("visit:2: there is no line 2;")


def test_lengths_are_advice():
    found = read(body(PEN | {"DESCRIPTION": "x" * 41, "PRICE": "1.2345"}))
    assert found.document.lines[0].item.name == "x" * 41
    assert [finding.rule for finding in found.findings] == ["form-length"] * 2
    assert not any(finding.fatal for finding in found.findings)


def test_what_is_not_known_is_told_once_and_not_carried():
    raw = body(PEN | {"TAX": "25"}, PEN | {"TAX": "25"}, **{"~OkCode": "ADDI"})
    assert said(raw) == [
        "visit NEW_ITEM-TAX[1]: the field 'NEW_ITEM-TAX[1]' is not known here and was not carried [not-carried]",
        "visit ~OkCode: the field '~OkCode' is not known here and was not carried [not-carried]",
    ]


def test_a_field_that_stands_twice_keeps_the_line_out_unless_both_agree():
    assert said(body(PEN, PEN) + b"&NEW_ITEM-PRICE[1]=13")[0].startswith(
        "visit:1 NEW_ITEM-PRICE: says '12.50' and '13' [form-twice]"
    )
    assert said(body(PEN) + b"&NEW_ITEM-PRICE[1]=12.50") == []


def test_a_material_of_ours_needs_no_description():
    found = read(body(PEN | {"DESCRIPTION": "", "MATNR": "E-4711"}))
    assert found.document.lines[0].item.name == "E-4711"
    assert [finding.rule for finding in found.findings] == ["form-instead"]


def test_a_material_group_stands_for_a_category_that_is_not_said():
    assert line(MATGROUP="4412").item.classifications == (Classification(code="4412"),)
    both = read(body(PEN | {"MATGROUP": "4412", "EXT_CATEGORY_ID": "44121701", "EXT_SCHEMA_TYPE": "UNSPSC"}))
    assert both.document.lines[0].item.classifications == (Classification(code="44121701", list="TST"),)
    assert "NEW_ITEM-MATGROUP: says '4412', and NEW_ITEM-EXT_CATEGORY_ID says '44121701'" in str(both.findings[0])


def test_a_category_of_an_unknown_system_is_not_carried_and_the_line_is():
    found = read(body(PEN | {"EXT_CATEGORY_ID": "27-01", "EXT_SCHEMA_TYPE": "ECLASS-99"}))
    assert found.document.lines[0].item.classifications == ()
    assert [finding.rule for finding in found.findings] == ["not-carried"]
    assert "'ECLASS-99' is not a code of NEW_ITEM-EXT_SCHEMA_TYPE" in found.findings[0].message
    alone = read(body(PEN | {"EXT_SCHEMA_TYPE": "UNSPSC", "ATTACHMENT_TITLE": "Blad"}))
    assert alone.document.lines[0].item.classifications == alone.document.lines[0].item.documents == ()
    assert [finding.rule for finding in alone.findings] == ["not-carried"] * 2


def test_lines_that_belong_together_are_carried_and_a_person_is_told():
    found = read(body(PEN | {"ITEM_TYPE": "R"}, PEN | {"ITEM_TYPE": "O", "PARENT_ID": "1"}))
    assert [one.value for one in found.document.lines[1].item.properties] == ["O", "1"]
    assert [(one.rule, one.place.line, one.place.path) for one in found.findings] == [
        ("form-look", 1, "NEW_ITEM-ITEM_TYPE"),
        ("form-look", 2, "NEW_ITEM-ITEM_TYPE"),
        ("form-look", 2, "NEW_ITEM-PARENT_ID"),
    ]


def test_an_empty_basket_is_one():
    assert read(b"").document == PunchOutBasket()
    assert read(b"submit=Tillbaka").document.lines == ()
    assert OCI.write(PunchOutBasket()) == b"NEW_ITEM="
    assert "the form holds no field of any line" in refusal(b"NEW_ITEM-TAX[1]=25")


def test_five_thousand_lines_are_read():
    raw = body(*[PEN | {"VENDORMAT": f"P-{number}"} for number in range(5000)])
    assert len(read(raw).document.lines) == 5000


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"id": "a"}, "lines[0].id 'a' is no number above that of the line before"),
        ({"id": "2"}, "lines[1].id '2' is no number above"),
        ({"price_kind": "AAA"}, "lines[0].price_kind cannot be said in oci/basket"),
        (
            {"base_quantity": Quantity(value=Decimal(1), unit="KGM")},
            "lines[0].base_quantity.unit is not what quantity.unit",
        ),
        ({"lead_time": Quantity(value=Decimal(1), unit="WEE")}, "lines[0].lead_time.unit is not DAY"),
        ({"quantity": Quantity(value=Decimal(0), unit="XBX")}, "lines[0].quantity.value '0' is not more than 0"),
        ({"quantity": Quantity(value=Decimal(1))}, "lines[0].quantity.unit is missing"),
    ],
)
def test_what_oci_cannot_say_is_refused_by_name(change, says):
    basket = example(TEXTS["examples/oci_basket.yaml"], "x", DOCUMENTS["PunchOutBasket"])
    assert isinstance(basket, PunchOutBasket)
    first = msgspec.structs.replace(basket.lines[0], **change)
    with pytest.raises(Rejected) as refused:
        OCI.write(msgspec.structs.replace(basket, lines=(first, *basket.lines[1:])))
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("properties", "says"),
    [
        ([ItemProperty(name="Färg", value="blå")], "'Färg' is none of the names that the form has a field for"),
        ([ItemProperty(name="SERVICE", value="X"), ItemProperty(name="CUST_FIELD1", value="1")], "not in the order"),
        ([ItemProperty(name="SERVICE", value=" ")], "the text is blank"),
        ([ItemProperty(name="SERVICE", value="X", qualifier="q")], "properties[0].qualifier cannot be said"),
    ],
)
def test_properties_that_no_field_is_for_are_refused(properties, says):
    basket = read(body(PEN)).document
    item = msgspec.structs.replace(basket.lines[0].item, properties=tuple(properties))
    changed = msgspec.structs.replace(basket, lines=(msgspec.structs.replace(basket.lines[0], item=item),))
    with pytest.raises(Rejected) as refused:
        OCI.write(changed)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ("layout: {nothing: NEW_ITEM,", "layout: {", "its layout says nothing: FIELD"),
        ("NEW_ITEM-MANUFACTMAT,", "NEW_ITEM-UNIT,", "NEW_ITEM-UNIT stands twice"),
        ('"NEW_ITEM-*"', "NEW_ITEM-X", "item.properties repeats: one field of it ends in *"),
    ],
)
def test_a_mistake_in_the_table_is_said(good, bad, says):
    broken = {**TEXTS, "oci/basket.yaml": TEXTS["oci/basket.yaml"].replace(good, bad, 1)}
    with pytest.raises(Rejected) as refused:
        load_dialects(broken)
    assert says in str(refused.value)


def test_a_shops_own_dialect_spells_units_and_fields_its_own_way():
    own = (
        "extends: oci\ncodes:\n  oci-units: {C62: [ST, EA], XBX: KRT}\ncolumns: {NEW_ITEM-VENDORMAT: NEW_ITEM-ARTNR}\n"
    )
    mine = load_dialects({**TEXTS, "dialects/butik.yaml": own})["butik"]
    raw = posted("oci", FORM, body(PEN | {"UNIT": "ST", "ARTNR": "P-2", "VENDORMAT": ""}))
    (found,) = mine.read(raw, "x", "PunchOutBasket").document.lines
    assert (found.quantity.unit, found.item.seller_id) == ("C62", "P-2")
