"""Large catalogues as a stream: the same as read whole, one line at a time, whatever is broken in the middle."""

from __future__ import annotations

import msgspec
import pytest

from gateway.findings import Rejected
from gateway.formats import carried, example, load_dialects
from gateway.formats.sbdh import is_wrapped, unwrap
from gateway.formats.ubl import UblCodec, pull
from gateway.mapping.load import load_table
from gateway.model import Catalogue
from tests.data import mapping_texts, shared
from tests.formats.examples import EXAMPLES

TEXTS = mapping_texts()
CODEC = UblCodec(load_table("peppol/catalogue", TEXTS))
HEAD: Catalogue = msgspec.structs.replace(
    example(TEXTS["examples/catalogue.yaml"], "catalogue", Catalogue), contract_type=None
)
TAG = "{urn:oasis:names:specification:ubl:schema:xsd:Catalogue-2}Catalogue"
LINE = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}CatalogueLine"
OPEN, CLOSE = b"<cac:CatalogueLine>", b"</cac:CatalogueLine>"


def catalogue(count: int) -> list[bytes]:
    """The text before the lines with the first of them, each further line, and what follows; a line of text each."""
    lines = tuple(
        msgspec.structs.replace(
            HEAD.lines[1], id=str(number), item=msgspec.structs.replace(HEAD.lines[1].item, seller_id=f"A-{number}")
        )
        for number in range(1, count + 1)
    )
    raw = CODEC.write(msgspec.structs.replace(HEAD, lines=lines))
    return [
        piece + b"\n" for piece in raw.replace(OPEN, b"\0" + OPEN).replace(CLOSE, CLOSE + b"\0").split(b"\0") if piece
    ]


def streamed(pieces: list[bytes]) -> list:
    return list(CODEC.stream(pieces, "in.xml"))


def _files() -> list:
    rows = [row for row in EXAMPLES if row.table.endswith("/catalogue")]
    found = [(row, sorted(shared(row.files.rpartition("/")[0]).glob(row.files.rpartition("/")[2]))) for row in rows]
    return [(UblCodec(load_table(row.table, TEXTS)), path) for row, paths in found for path in paths]


@pytest.mark.parametrize("size", [1, 997, 10**6])
def test_a_stream_says_what_reading_the_whole_says(size: int) -> None:
    for codec, path in _files():
        raw = path.read_bytes()
        stream = codec.stream([raw[start : start + size] for start in range(0, len(raw), size)], path.name)
        lines = list(stream)
        whole = codec.read(unwrap(raw)[1] if is_wrapped(raw) else raw, path.name)
        assert msgspec.structs.replace(stream.head, lines=tuple(one.line for one in lines)) == whole.document
        said = [*stream.findings, *(finding for one in lines for finding in one.findings)]
        assert [finding.message for finding in said] == [finding.message for finding in whole.findings]


def test_every_document_with_lines_can_be_read_as_a_stream() -> None:
    read = set()
    codecs = {name: codec for dialect in load_dialects(TEXTS).values() for name, codec in dialect.codecs.items()}
    for name, codec in codecs.items():
        wanted = carried(
            example(TEXTS[f"{codec.table.example}.yaml"], name, codec.table.document), codec.table.leave_out
        )
        if codec.table.syntax != "ubl" or not getattr(wanted, "lines", ()):
            continue
        raw = codec.write(wanted)
        try:
            stream = codec.stream([raw], name)
        except Rejected as refused:
            assert [finding.rule for finding in refused.findings] == ["stream-table"], name
        else:
            lines = tuple(one.line for one in stream)
            assert msgspec.structs.replace(stream.head, lines=lines) == codec.read(raw, name).document
            read.add(name)
    assert read >= {"peppol/order", "peppol/invoice", "peppol/punch_out", "svehandel/catalogue"}
    assert not read & {"peppol/despatch_advice", "svehandel/svefaktura"}


def test_an_identifier_of_no_known_scheme_costs_no_line_of_an_older_catalogue() -> None:
    codec = UblCodec(load_table("svehandel/catalogue", TEXTS))
    document = carried(example(TEXTS["examples/catalogue.yaml"], "catalogue", Catalogue), codec.table.leave_out)
    raw = codec.write(document).replace(b'schemeID="GTIN"', b'schemeID="OURS"')
    first, second = codec.stream([raw], "in.xml")
    assert first.line.item.standard_id.scheme is None
    assert [finding.rule for finding in first.findings] == ["not-carried"]
    assert second.findings == ()


def test_the_head_is_known_before_the_second_line_is_read() -> None:
    taken = []
    stream = CODEC.stream((taken.append(piece) or piece for piece in catalogue(5000)), "in.xml")
    assert (stream.head.number, stream.head.provider, stream.head.lines) == (HEAD.number, HEAD.provider, ())
    assert len(taken) < 50
    assert [one.number for one in stream] == list(range(1, 5001))


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        (b"<cbc:ActionCode>Delete", b"<cbc:ActionCode>Burn", "ubl-value"),
        (b"<cbc:Name>Kaffe mellanrost</cbc:Name>", b"", "ubl-missing"),
        (
            b"<cac:Item>",
            b"<cbc:MaximumOrderQuantity unitCode='C62'>two</cbc:MaximumOrderQuantity><cac:Item>",
            "ubl-value",
        ),
    ],
)
def test_a_broken_line_costs_that_line_alone(right: bytes, wrong: bytes, rule: str) -> None:
    pieces = catalogue(10_000)
    assert right in pieces[5_000]
    pieces[5_000] = pieces[5_000].replace(right, wrong)
    lines = streamed(pieces)
    (lost,) = [one for one in lines if one.line is None]
    assert (len(lines), lost.number, lost.at, lost.article, lost.ended) == (10_000, 5_000, 5_002, "A-5000", False)
    assert [finding.rule for finding in lost.findings] == [rule]
    assert lost.findings[0].place.path.startswith("/Catalogue/cac:CatalogueLine[5000]/")
    assert lost.findings[0].place.line == 5_002


def test_lines_far_down_still_say_where_they_stand() -> None:
    pieces = catalogue(70_000)
    pieces[69_000] = pieces[69_000].replace(b"Delete", b"Burn")
    (lost,) = [one for one in streamed(pieces) if one.line is None]
    assert (lost.number, lost.at) == (69_000, 69_002)


def test_what_is_cut_off_ends_the_stream_and_what_was_read_stands() -> None:
    raw = b"".join(catalogue(1_000))
    lines = streamed([raw[: len(raw) // 2]])
    last = lines.pop()
    assert (last.ended, last.line, last.number) == (True, None, len(lines) + 1)
    assert 490 < len(lines) < 510
    assert all(one.line for one in lines)
    assert last.findings[0].rule == "xml-syntax"
    assert last.findings[0].place.line == last.at
    assert last.findings[0].place.column


def test_what_stands_between_and_after_the_lines_is_told() -> None:
    pieces = catalogue(3)
    pieces[2] = b"<cbc:Mood>good</cbc:Mood>" + pieces[2]
    pieces[-1] = b"<cbc:Name>late</cbc:Name>" + pieces[-1]
    stream = CODEC.stream(pieces, "in.xml")
    assert [one.line.id for one in stream] == ["1", "2", "3"]
    assert [(found.rule, found.place.path) for found in stream.findings] == [
        ("not-carried", "/cbc:Mood"),
        ("not-carried", "/cbc:Name"),
    ]


def test_a_head_that_cannot_be_read_is_rejected_like_the_whole() -> None:
    whole = catalogue(2)
    for pieces, rule in (
        ([whole[0].replace(b"2026-11-01", b"1 nov", 1), *whole[1:]], "ubl-value"),
        ([whole[0], whole[-1]], "ubl-missing"),
        ([b"<Catalogue/>"], "ubl-root"),
        ([b"<Folder>" + b"".join(whole).split(b"?>", 1)[1] + b"</Folder>"], "ubl-root"),
        ([b"nothing of the kind"], "xml-syntax"),
        ([], "xml-syntax"),
    ):
        with pytest.raises(Rejected) as refused:
            CODEC.stream(pieces, "in.xml")
        assert rule in {finding.rule for finding in refused.value.findings}


def test_document_types_are_refused_at_once_wherever_they_hide() -> None:
    lines = b"".join(catalogue(2)).split(b"?>", 1)[1]
    doctype = b'<!DOCTYPE Catalogue [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    for before in (b"", b"<!--" + b"x" * 100_000 + b"-->"):
        with pytest.raises(Rejected, match="xml-doctype"):
            streamed([before + doctype + lines])


def test_no_line_and_no_head_is_read_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull, "MAX_LINE", 200_000)
    pieces = catalogue(4)
    endless = b"<cbc:Keyword>x</cbc:Keyword>" * 20_000
    wide = [*pieces[:2], pieces[2].replace(b"<cac:Item>", b"<cac:Item>" + endless), *pieces[3:]]
    *lines, last = streamed(wide)
    assert [one.line.id for one in lines] == ["1"]
    assert last.ended
    assert [finding.rule for finding in last.findings] == ["xml-size"]
    with pytest.raises(Rejected, match="xml-size"):
        streamed([pieces[0].replace(b"<cac:ProviderParty>", endless + b"<cac:ProviderParty>"), *pieces[1:]])


def test_findings_of_one_line_are_told_in_bounded_number() -> None:
    pieces = catalogue(3)
    pieces[2] = pieces[2].replace(b"<cac:Item>", b"<cbc:Mood>x</cbc:Mood>" * 5_000 + b"<cac:Item>")
    first, second, third = streamed(pieces)
    assert None not in (first.line, second.line, third.line)
    assert len(second.findings) == 101
    assert "4900 more" in second.findings[-1].message


def test_depth_is_bounded() -> None:
    pieces = catalogue(2)
    deep = b"<cbc:X>" * 3_000 + b"</cbc:X>" * 3_000
    *lines, last = streamed([*pieces[:2], pieces[2].replace(b"<cac:Item>", deep + b"<cac:Item>"), *pieces[3:]])
    assert [one.line.id for one in lines] == ["1"]
    assert (last.ended, last.findings[0].rule) == (True, "xml-syntax")


def test_lines_that_were_read_are_forgotten() -> None:
    raw = b"".join(catalogue(6_000))
    lines = pull.Pull(TAG, LINE, [raw], "in.xml")
    held = []
    for _ in lines:
        lines.between.clear()
        held.append(len(lines.root))
    assert len(held) == 6_000
    assert max(held) < 200
