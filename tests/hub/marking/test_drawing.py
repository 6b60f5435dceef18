"""What is printed can be read again, in every form, and people can read it at arm's length."""

from __future__ import annotations

import re
from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.units import mm

from gateway.identifiers import gs1_check_digit
from hub.labels import read_label
from hub.marking import forms, gs1, pdf, svg, zpl
from hub.marking.layout import CAPITAL, HEIGHT, MODULE, WIDTH, Code, Text, layout
from hub.marking.sticker import Sticker, element_strings
from tests.hub.marking.decoding import decode, pdf_codes, svg_codes

ANNOUNCED = Sticker(
    sscc="373500010000000016",
    unit="Förskolan Björken",
    lane="B4",
    route="Stopp 3 Elskåp 1",
    day=date(2026, 11, 24),
    order="26-000123",
    supplier="Papperslagret i Exempelstad AB",
    hub="Exempelstads omlastningshubb",
    number=1,
    of=2,
)
LOOSE = msgspec.structs.replace(
    ANNOUNCED,
    gln="7350001000022",
    lane="AA12",
    unit="Särskilda boendet Solrosgården avdelning Norra Björkängsvägen plan 3",
    route="Stopp 12 Tisdagsturen västra Exempelstad",
)
WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
stickers = st.builds(
    lambda serial, gln, **rest: Sticker(
        sscc=serial + str(gs1_check_digit(serial)), gln=gln and gln + str(gs1_check_digit(gln)), **rest
    ),
    st.text("0123456789", min_size=17, max_size=17),
    st.none() | st.text("0123456789", min_size=12, max_size=12),
    unit=WORDS,
    lane=st.sampled_from(["", "B4", "AA12", "B4 + C1 + D7"]),
    route=WORDS,
    day=st.none() | st.just(date(2026, 11, 24)),
    supplier=WORDS,
    order=WORDS,
    number=st.integers(0, 99),
    of=st.just(99),
)


def test_where_an_advice_exists_the_sscc_is_alone_else_the_units_gln_is_above_it() -> None:
    assert element_strings(ANNOUNCED) == ["00373500010000000016"]
    assert element_strings(LOOSE) == ["4137350001000022", "00373500010000000016"]


@pytest.mark.parametrize("sticker", [ANNOUNCED, LOOSE], ids=["announced", "loose"])
def test_every_form_says_the_same_to_a_scanner(sticker: Sticker) -> None:
    wanted = [f"]C1{digits}" for digits in element_strings(sticker)]
    assert svg_codes(svg.write(sticker)) == wanted
    for write, many in ((pdf.a6, 1), (pdf.a5, 1), (pdf.a4, 5)):
        assert pdf_codes(write([sticker] * many)) == [wanted] * many
    for printer in zpl.DOTS:
        said = zpl.write([sticker], printer).decode()
        assert ["]C1" + digits for digits in re.findall(r"\^BCN,\d+,N,N,N\^FD>;>8(\d+)\^FS", said)] == wanted
    label = read_label(wanted[-1])
    assert (label.sscc, label.wrong_digit) == (sticker.sscc, None)
    if sticker.gln:
        assert read_label(wanted[0]).forward_to == sticker.gln


@settings(max_examples=40, deadline=None)
@given(stickers)
def test_whatever_names_say_it_is_drawn_within_the_paper_and_read_again(sticker: Sticker) -> None:
    wanted = [f"]C1{digits}" for digits in element_strings(sticker)]
    assert svg_codes(svg.write(sticker)) == wanted
    assert pdf_codes(pdf.a6([sticker])) == [wanted]
    assert zpl.write([sticker]).decode().count("^XZ") == 1
    for mark in layout(sticker):
        assert mark.x >= 0
        assert 0 <= mark.y <= HEIGHT
        if isinstance(mark, Text):
            assert mark.y - mark.capital >= 0
            assert mark.x + (mark.width or 0) <= WIDTH


@settings(max_examples=60, deadline=None)
@given(stickers)
def test_no_two_lines_of_text_lie_on_each_other(sticker: Sticker) -> None:
    texts = [mark for mark in layout(sticker) if isinstance(mark, Text)]
    codes = [mark for mark in layout(sticker) if isinstance(mark, Code)]
    for place, one in enumerate(texts):
        for other in texts[place + 1 :]:
            if abs(one.x - other.x) < 1:
                assert one.y <= other.y - other.capital or other.y <= one.y - one.capital
        assert all(one.y <= code.y or one.y - one.capital >= code.y + code.height for code in codes)


@pytest.mark.parametrize("sticker", [ANNOUNCED, LOOSE], ids=["announced", "loose"])
def test_sizes_are_those_of_the_guide(sticker: Sticker) -> None:
    codes = [mark for mark in layout(sticker) if isinstance(mark, Code)]
    middle = [one for one in layout(sticker) if isinstance(one, Text) and 18 < one.y < codes[0].y]
    under = [one for one in layout(sticker) if isinstance(one, Text) and one.y > codes[0].y]
    assert {one.text.split()[0] for one in middle} >= {sticker.lane, "tis", "Stopp", sticker.unit.split()[0]}
    assert min(one.capital for one in middle) >= 7
    assert [one.capital >= 3 for one in under] == [True] * len(codes)
    for code in codes:
        wide = len(gs1.modules(code.digits)) * MODULE
        assert MODULE >= 0.495
        assert code.height >= 31.75
        assert code.x >= gs1.QUIET * MODULE
        assert WIDTH - code.x - wide >= gs1.QUIET * MODULE
    sizes = [float(size) / CAPITAL for size in re.findall(r'font-size="([\d.]+)"', svg.write(sticker))]
    assert len(sizes) == len([one for one in layout(sticker) if isinstance(one, Text)])


def test_pages_are_as_large_as_their_paper() -> None:
    def boxes(raw: bytes) -> list[tuple[float, ...]]:
        found = re.findall(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", raw)
        return [tuple(round(float(side) / mm) for side in box) for box in found]

    assert boxes(pdf.a6([ANNOUNCED] * 3)) == [(105, 148)] * 3
    assert boxes(pdf.a5([ANNOUNCED])) == [(148, 209)]
    assert boxes(pdf.a4([ANNOUNCED] * 5)) == [(210, 296)] * 2


def test_what_zpl_takes_for_commands_is_spelt() -> None:
    said = zpl.write([msgspec.structs.replace(ANNOUNCED, unit="Lager ^XZ ~JA _41\nÅ")]).decode()
    assert said.count("^XZ") == 1
    assert "~" not in said
    shown = [bytes(text, "utf-8") for text in re.findall(r"\^FH_\^FD(.*?)\^FS", said)]
    undone = [re.sub(rb"_([0-9A-F]{2})", lambda found: bytes([int(found[1], 16)]), text).decode() for text in shown]
    assert "Lager ^XZ ~JA _41 Å" in " ".join(undone)


def test_letters_that_the_typeface_lacks_lose_their_marks() -> None:
    raw = pdf.a6([msgspec.structs.replace(ANNOUNCED, unit="Ångström Łódź 東")])
    assert b"\\305ngstr\\366m" in raw
    assert b"?\\363dz" in raw


def test_files_by_name() -> None:
    form, raw = forms.written([ANNOUNCED, LOOSE], "2.svg") or (None, b"")
    assert form is not None
    assert form.media_type == "image/svg+xml"
    assert svg_codes(raw.decode())[0] == "]C14137350001000022"
    for name in ("", "0.svg", "3.svg", "-1.svg", "a7.pdf", "../a6.pdf", "١.svg", ".svg", "9" * 300 + ".svg"):
        assert forms.written([ANNOUNCED, LOOSE], name) is None
    for name in forms.FORMS:
        assert forms.written([ANNOUNCED], name) is not None


def test_a_scanner_that_reads_wrong_is_found_out() -> None:
    bars = [(float(first), float(many)) for first, many in gs1.bars("00373500010000000016")]
    assert decode(bars) == "]C100373500010000000016"
    bars[20], bars[21] = (bars[20][0], bars[20][1] + 1), bars[21]
    with pytest.raises((AssertionError, ValueError)):
        decode(bars)
    with pytest.raises(ValueError, match="even number"):
        gs1.modules("0" * 19)
