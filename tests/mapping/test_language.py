"""What the keys of the mapping language mean, on small tables of our own."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.findings import Rejected
from gateway.formats import load_dialects
from gateway.model import OrderCancellation
from gateway.model.party import Identifier, Party, TaxRegistration

HEAD = """
document: OrderCancellation
syntax: ubl
root: "{urn:example:cancel}Cancel"
"""
LINES = """
  - {path: cbc:ID, term: number, card: 1..1}
  - {path: cbc:IssueDate, term: issued, card: 1..1}
  - {path: cbc:CancellationNote, term: reason, card: 1..1}
  - {path: cac:OrderReference/cbc:ID, term: order, card: 1..1}
  - path: cac:Buyer
    term: buyer
    card: 1..1
    terms:
      - {path: cbc:EndpointID, term: endpoint, codes: {"0007": "SE:ORGNR", "0088": GLN}}
      - {path: cbc:Name, term: name}
  - path: cac:Seller
    term: seller
    card: 1..1
    terms:
      - {path: cbc:Name, term: name}
"""
PAPER = OrderCancellation(
    number="C-1",
    issued=date(2026, 11, 22),
    reason="for mycket",
    order="26-000001",
    buyer=Party(name="Ekby kommun", endpoint=Identifier(value="2120009993", scheme="0007")),
    seller=Party(name="Papper AB"),
)


def codec(lines: str = LINES, head: str = HEAD, **files: str):
    texts = {"mini/cancel.yaml": f"{head}terms:{lines}"} | {f"{name}.yaml": text for name, text in files.items()}
    return load_dialects(texts)["mini"].codecs["mini/cancel"]


def test_a_code_map_spells_the_scheme_both_ways_and_refuses_what_it_does_not_know() -> None:
    raw = codec().write(PAPER)
    assert b'schemeID="SE:ORGNR">2120009993<' in raw
    assert codec().read(raw, "in").document == PAPER
    strange = raw.replace(b"SE:ORGNR", b"DUNS")
    with pytest.raises(Rejected, match="'DUNS' is not in the code list"):
        codec(head=HEAD + "complete: true\n").read(strange, "in")
    reading = codec().read(strange, "in")
    assert reading.document.buyer.endpoint == Identifier(value="2120009993")
    assert [found.place.path for found in reading.findings] == ["/Cancel/cac:Buyer/cbc:EndpointID/@schemeID"]


def test_a_code_list_of_a_file_may_be_a_map() -> None:
    lines = LINES.replace('{"0007": "SE:ORGNR", "0088": GLN}', "schemes")
    made = codec(lines, **{"codelists/schemes": 'title: t\ncodes: {"0007": "SE:ORGNR"}'})
    assert b'"SE:ORGNR"' in made.write(PAPER)


def test_a_constant_attribute_is_always_written_and_never_a_reason_to_reject() -> None:
    made = codec(
        LINES.replace("\n  - {path: cbc:IssueDate", "\n  - {path: cbc:ID/@listID, const: X1}\n  - {path: cbc:IssueDate")
    )
    raw = made.write(PAPER)
    assert b'<cbc:ID listID="X1">C-1</cbc:ID>' in raw
    assert made.read(raw, "in").findings == ()
    assert made.read(raw.replace(b' listID="X1"', b""), "in").findings == ()
    reading = made.read(raw.replace(b"X1", b"Y2"), "in")
    assert reading.document == PAPER
    assert [(found.rule, found.place.path) for found in reading.findings] == [("not-carried", "/Cancel/cbc:ID/@listID")]


def test_a_line_may_serve_one_direction() -> None:
    lines = LINES.replace(
        "term: reason, card: 1..1}", "term: reason, card: 1..1}\n  - {path: cbc:Note, term: note, only: read}"
    )
    made = codec(lines)
    with pytest.raises(Rejected, match="note cannot be said"):
        made.write(
            OrderCancellation(**{name: getattr(PAPER, name) for name in PAPER.__struct_fields__} | {"note": "x"})
        )
    raw = made.write(PAPER).replace(b"</cbc:CancellationNote>", b"</cbc:CancellationNote><cbc:Note>hej</cbc:Note>")
    assert made.read(raw, "in").document.note == "hej"
    made = codec(lines.replace("term: note, only: read", "const: obs, only: write"))
    raw = made.write(PAPER)
    assert b"<cbc:Note>obs</cbc:Note>" in raw
    assert made.read(raw.replace(b"obs", b"annat"), "in").document == PAPER


def test_predicates_tell_siblings_of_one_name_apart() -> None:
    taxes = """
      - path: cac:Tax[cbc:ID='VAT']
        each: taxes
        card: 0..1
        terms:
          - {path: cbc:CompanyID, term: company_id, card: 1..1}
          - {path: cbc:ID, term: scheme, card: 1..1}
      - {path: cac:Tax/cbc:CompanyID, term: legal_name}
"""
    made = codec(LINES.rstrip() + taxes)
    seller = Party(name="Papper AB", legal_name="F-skatt", taxes=(TaxRegistration(company_id=Identifier(value="SE1")),))
    wanted = OrderCancellation(**{name: getattr(PAPER, name) for name in PAPER.__struct_fields__} | {"seller": seller})
    raw = made.write(wanted)
    assert raw.count(b"<cac:Tax>") == 2
    assert made.read(raw, "in").document == wanted
    assert made.check(raw, "in") == ()


def test_a_layout_may_rename_namespaces_and_attributes() -> None:
    head = HEAD + 'layout: {namespaces: {cac: "urn:old:cac"}, attributes: {schemeID: identificationSchemeID}}\n'
    raw = codec(head=head).write(PAPER)
    assert b'xmlns:cac="urn:old:cac"' in raw
    assert b'identificationSchemeID="SE:ORGNR"' in raw
    assert codec(head=head).read(raw, "in").document == PAPER
    with pytest.raises(Rejected, match="did you mean attributes"):
        codec(head=HEAD + "layout: {atributes: {}}\n")


def test_the_strict_check_forbids_what_the_reading_only_notes() -> None:
    made = codec(head=HEAD + "complete: true\n")
    raw = made.write(PAPER)
    late = raw.replace(b"<cbc:ID>C-1</cbc:ID>", b"").replace(b"<cac:Buyer>", b"<cbc:ID>C-1</cbc:ID><cac:Buyer>")
    for wrong, rule in [
        (raw.replace(b"<cac:Seller>", b"<cac:Seller><cbc:Mood>glad</cbc:Mood>"), "ubl-not-allowed"),
        (raw.replace(b"<cac:Seller>", b'<cac:Seller mood="glad">'), "ubl-not-allowed"),
        (late, "ubl-order"),
    ]:
        assert not any(finding.fatal for finding in made.read(wrong, "in").findings)
        assert [(found.rule, found.fatal) for found in made.check(wrong, "in")] == [(rule, True)]
    assert made.check(raw, "in") == ()
    assert [found.rule for found in made.check(b"<Cancel", "in")] == ["xml-syntax"]


def test_recognition_takes_any_of_several_texts_and_heeds_what_must_not_stand() -> None:
    made = codec(head=HEAD + 'recognise: {transaction: [trns:a, "trns:a:long"], absent: billing}\n')
    head = b'<Cancel xmlns="urn:example:cancel">'
    assert made.resemblance(head + b"trns:a:long") > made.resemblance(head + b"trns:a") > 0
    assert made.resemblance(head + b"trns:b") == 0
    assert made.resemblance(head + b"trns:a billing") == 0


def test_a_variant_is_written_only_by_dialects_that_choose_it() -> None:
    plain, other = f"{HEAD}terms:{LINES}", f"{HEAD}variant: short\nterms:{LINES.replace('cbc:Name', 'cbc:Nick')}"
    texts = {"mini/cancel.yaml": plain, "mini/short_cancel.yaml": other}
    chosen = "extends: mini\nvariants: [short]"
    dialects = load_dialects(texts | {"dialects/mini-short.yaml": chosen})
    assert b"cbc:Name" in dialects["mini"].write(PAPER)
    assert b"cbc:Nick" in dialects["mini-short"].write(PAPER)
    assert dialects["mini-short"].codecs["mini/cancel"] is dialects["mini"].codecs["mini/cancel"]
    only = load_dialects({"mini/short_cancel.yaml": other, "dialects/mini-short.yaml": chosen})
    assert only["mini"].documents == frozenset()
    with pytest.raises(Rejected, match="has no table for OrderCancellation"):
        only["mini"].write(PAPER)
    with pytest.raises(Rejected, match="did you mean short"):
        load_dialects(texts | {"dialects/x.yaml": "extends: mini\nvariants: [shortt]"})


def test_what_must_be_coded_is_refused_without_its_code_and_noted_when_read() -> None:
    made = codec(LINES.replace('0088": GLN}}', '0088": GLN}, coded: true}'), HEAD + "complete: true\n")
    bare = OrderCancellation(
        **{name: getattr(PAPER, name) for name in PAPER.__struct_fields__}
        | {"buyer": Party(endpoint=Identifier(value="1"))}
    )
    with pytest.raises(Rejected, match=r"buyer\.endpoint\.scheme is missing"):
        made.write(bare)
    raw = made.write(PAPER).replace(b' schemeID="SE:ORGNR"', b"")
    assert [found.rule for found in made.read(raw, "in").findings] == ["ubl-attribute"]
    assert [found.fatal for found in made.check(raw, "in")] == [True]


def test_an_attribute_of_its_own_needs_its_element_and_may_be_required() -> None:
    line = "\n      - {path: cbc:Name/@languageID, term: legal_name, card: 1..1}"
    made = codec(LINES.rstrip() + line)
    fields = {name: getattr(PAPER, name) for name in PAPER.__struct_fields__}
    with pytest.raises(Rejected, match=r"seller\.legal_name is missing"):
        made.write(PAPER)
    with pytest.raises(Rejected, match=r"seller\.legal_name is said of name, which is missing"):
        made.write(OrderCancellation(**fields | {"seller": Party(legal_name="sv")}))
    wanted = OrderCancellation(**fields | {"seller": Party(name="Papper AB", legal_name="sv")})
    assert made.read(made.write(wanted), "in").document == wanted


def test_a_line_that_says_only_use_stands_for_the_lines_of_the_fragment() -> None:
    shared = "fragment: OrderCancellation\nterms:" + LINES[: LINES.index("  - path: cac:Buyer")]
    rest = LINES[LINES.index("  - path: cac:Buyer") :]
    made = codec(f"\n  - {{use: mini/head}}\n{rest}", **{"mini/head": shared})
    assert made.write(PAPER) == codec().write(PAPER)
    with pytest.raises(Rejected, match="a fragment of Party, but its place is OrderCancellation"):
        codec(f"\n  - {{use: mini/head}}\n{rest}", **{"mini/head": shared.replace("OrderCancellation", "Party")})
