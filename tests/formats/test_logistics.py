"""What the two despatch advices say of packing: a tree four levels deep with quantities, or lines in one level."""

from __future__ import annotations

import msgspec
import pytest

from gateway.findings import Rejected
from gateway.formats import example, load_dialects
from gateway.model import DespatchAdvice, ReceiptAdvice
from gateway.model.despatch import LogisticUnit
from tests.data import mapping_texts

TEXTS = mapping_texts()
STANDARD = {path: text for path, text in TEXTS.items() if not path.startswith("dialects/")}
CODECS = load_dialects(STANDARD)["peppol"].codecs
PLAIN, LOGISTICS = CODECS["peppol/despatch_advice"], CODECS["peppol/advanced_despatch_advice"]
replace = msgspec.structs.replace


def advice(name: str) -> DespatchAdvice:
    return example(TEXTS[f"examples/{name}.yaml"], name, DespatchAdvice)


def levels(units: tuple[LogisticUnit, ...]) -> int:
    return 1 + max(levels(unit.units) for unit in units) if units else 0


def refused(codec, document) -> list[str]:
    with pytest.raises(Rejected) as error:
        codec.write(document)
    return [finding.place.path for finding in error.value.findings]


def test_four_levels_of_packing_come_back_as_they_went():
    document = advice("advanced_despatch_advice")
    read = LOGISTICS.read(LOGISTICS.write(document), "x").document
    assert levels(read.packing) == 4
    assert read.packing == document.packing


def test_a_fifth_level_is_refused_by_its_place():
    document = advice("advanced_despatch_advice")
    (pallet,) = document.packing
    (innermost,) = pallet.units[1].units[0].units
    fifth = replace(innermost, units=(LogisticUnit(type_code="BG"),))
    inner = replace(pallet.units[1].units[0], units=(fifth,))
    deep = replace(pallet, units=(pallet.units[0], replace(pallet.units[1], units=(inner,))))
    assert refused(LOGISTICS, replace(document, packing=(deep,))) == ["packing[0].units[1].units[0].units[0].units"]


def test_each_wire_refuses_the_packing_that_only_the_other_can_say():
    plain, logistics = advice("despatch_advice"), advice("advanced_despatch_advice")
    assert "packing[0].lines" in refused(LOGISTICS, replace(logistics, packing=plain.packing))
    flat = replace(logistics.packing[0].units[0], units=())
    assert refused(PLAIN, replace(plain, packing=(flat,))) == ["packing[0].goods"]


def test_a_unit_tells_what_is_packed_in_it_however_it_was_said():
    assert advice("despatch_advice").packing[0].packed == ("1", "2")
    pallet = advice("advanced_despatch_advice").packing[0]
    assert pallet.packed == ()
    assert pallet.units[0].packed == ("1",)


def test_an_answer_to_the_advice_needs_no_shipment_and_no_quantities():
    full = example(TEXTS["examples/receipt_advice.yaml"], "x", ReceiptAdvice)
    line = replace(full.lines[1], received=None, short=None, short_action=None)
    answer = replace(full, kind="D", response="AP", shipment=None, lines=(line,))
    codec = CODECS["peppol/receipt_advice"]
    assert codec.read(codec.write(answer), "x").document == answer
