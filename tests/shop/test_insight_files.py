"""Files of other programs: SIE 4 by laws and hostile ones, CSV numbers and days, encodings. Pure."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.insight import columns, rows, samples, sie
from shop.insight.columns import Mapping
from shop.insight.ledgers import look
from shop.insight.rows import Spent
from shop.insight.samples import Entry, Ware, entries
from shop.insight.signs import LONGEST_LINE, Unread, encoding_of, lines_of

WARES = [
    Ware("Handskdepån AB", samples.org_number(1), "Undersökningshandske nitril, puderfri, M", Decimal("59.50")),
    Ware("Pappersmagasinet HB", samples.org_number(2), 'Kuvert C5 "självhäftande"', Decimal(189)),
]
TEXTS = st.text(st.characters(codec="cp437", exclude_characters='\\"{}', exclude_categories=("C",)), max_size=40)


def simple(encoding: str) -> Mapping:
    """Day, supplier, amount."""
    return Mapping(
        encoding=encoding, delimiter=";", columns={"day": 0, "supplier": 1, "net": 2}, headings=("a", "b", "c")
    )


def parsed(text: str) -> list[sie.Voucher | Unread]:
    return list(sie.read(enumerate(text.split("\n"), start=1), sie.Names()))


def voucher(*lines: str, head: str = '#VER A 1 20260105 "Kaffe"') -> str:
    return "\n".join([head, "{", *lines, "}"])


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_fields_that_are_written_are_read_again(texts: list[str]) -> None:
    assert sie.fields_of(" \t".join(map(sie.written, texts))) == texts


def test_fields_as_programs_write_them() -> None:
    line = '#TRANS 6460 {"1" "100" 6 "P \\"x\\""} -12.50 "" "Penna, blå" 3'
    assert sie.fields_of(line) == ["#TRANS", "6460", ("1", "100", "6", 'P "x"'), "-12.50", "", "Penna, blå", "3"]
    assert sie.fields_of("#TRANS 6460 {} 5") == ["#TRANS", "6460", (), "5"]
    assert sie.fields_of("#TRANS 6460 {1 4100} 5")[2] == ("1", "4100")


@settings(max_examples=15)
@given(st.integers(1, 30), st.integers(0, 9), st.sampled_from(["cp437", "utf-8"]))
def test_an_invented_ledger_is_read_as_it_was_meant(n: int, seed: int, encoding: str) -> None:
    meant = list(entries(WARES, n, date(2026, 1, 1), 300, seed))
    for kind, file in (("sie", samples.as_sie(meant, encoding)), ("csv", samples.as_csv(meant, encoding))):
        found_kind, mapping = look(file)
        assert found_kind == kind
        if not file.isascii():
            assert mapping.encoding == encoding
        found = list(rows.read([file], kind, mapping))
        assert [type(one) for one in found] == [Spent] * n
        assert [told(one) for one in found if isinstance(one, Spent)] == [told(one) for one in meant]


def told(one: Spent | Entry) -> tuple[object, ...]:
    """What both say; the invented CSV file does not double its quotation marks, as little as many programs do."""
    text = one.text.replace('"', "")
    return one.day, one.supplier, one.org_number, text, one.quantity, one.amount, one.centre, one.account


@settings(max_examples=20)
@given(st.integers(1, 400))
def test_however_the_bytes_come_in_pieces_the_rows_are_the_same(size: int) -> None:
    file = samples.as_csv(list(entries(WARES, 5, date(2026, 1, 1), 30)))
    _, mapping = look(file)
    pieces = [file[start : start + size] for start in range(0, len(file), size)]
    assert list(rows.read(pieces, "csv", mapping)) == list(rows.read([file], "csv", mapping))


def test_debit_credit_dates_and_what_is_left_out() -> None:
    text = voucher(
        '#TRANS 6460 {1 4100 9 7} 100.00 20260107 "Penna" 2',
        "#RTRANS 6460 {} 999.00",
        "#TRANS 6460 {} -25.00",
        "#BTRANS 6460 {} 999.00",
        "#TRANS 2440 {} -75.00",
        "#KANNINTE x y",
    )
    (found,) = parsed(text)
    assert isinstance(found, sie.Voucher)
    assert [line.amount for line in found.lines] == [Decimal("100.00"), Decimal("-25.00"), Decimal("-75.00")]
    assert found.lines[0].objects == {"1": "4100", "9": "7"}
    assert (found.lines[0].day, found.lines[1].day) == (date(2026, 1, 7), date(2026, 1, 5))
    assert found.lines[0].quantity == 2


@pytest.mark.parametrize(
    "line",
    [
        "#TRANS 6460 {} tio",
        "#TRANS 6460 {} NaN",
        "#TRANS 6460 {} 1e400",
        "#TRANS 6460 5",
        '#TRANS 6460 {1 "x} 5',
        "#TRANS",
        "#TRANS 6460 {} 5 20261399",
    ],
)
def test_a_voucher_with_a_broken_line_is_left_out_whole_and_said(line: str) -> None:
    good = voucher("#TRANS 6460 {} 5", head="#VER A 2 20260105")
    found = parsed(f"{voucher('#TRANS 6460 {} 7', line)}\n{good}")
    assert [type(one) for one in found] == [Unread, sie.Voucher]
    assert isinstance(found[0], Unread)
    assert found[0].place == 4


def test_a_file_that_ends_too_early_is_said() -> None:
    (found,) = parsed("#VER A 1 20260105\n{\n#TRANS 6460 {} 5")
    assert isinstance(found, Unread)


@settings(max_examples=60)
@given(
    st.binary(max_size=400), st.sampled_from(["sie", "csv"]), st.sampled_from(["utf-8", "cp1252", "cp437", "utf-16"])
)
def test_any_bytes_are_read_or_said_and_never_fail(body: bytes, kind: str, encoding: str) -> None:
    look(body)
    mapping = Mapping(
        encoding=encoding, delimiter=";", columns={"day": 0, "supplier": 1, "net": 2}, headings=("a", "b", "c")
    )
    head = b"a;b;c\n2026-01-01;x;5\n" if kind == "csv" else b'#VER A 1 20260105\n{\n#TRANS 6460 {} 5 "" "'
    for one in rows.read([head, body], kind, mapping):
        assert isinstance(one, Spent | Unread)
        if isinstance(one, Spent):
            assert "\0" not in one.supplier + one.text


def test_a_line_of_a_gigabyte_takes_no_memory() -> None:
    piece = b"x" * (1 << 20)

    def file() -> Iterator[bytes]:
        yield b"2026-01-01;Before AB;1\n"
        for _ in range(64):
            yield piece
        yield b"\n2026-01-02;After AB;2\n"

    tracemalloc.start()
    found = list(lines_of(file(), "utf-8"))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [text is None for _, text in found] == [False, True, False]
    assert most < 16 * (1 << 20)
    assert LONGEST_LINE == 100_000


def test_a_quotation_mark_gone_astray_costs_its_own_line_only() -> None:
    text = 'dag;namn;kr\n2026-01-01;"Bara början;5\n' + "".join(f"2026-01-02;B AB;{n}\n" for n in range(1, 40))
    mapping = Mapping(
        encoding="utf-8", delimiter=";", columns={"day": 0, "supplier": 1, "net": 2}, headings=("dag", "namn", "kr")
    )
    found = list(rows.read([text.encode()], "csv", mapping))
    assert len(found) == 40
    joined = 'dag;namn;kr\n2026-01-01;"Två\nrader";5\n2026-01-02;B AB;6\n'
    first, second = rows.read([joined.encode()], "csv", mapping)
    assert isinstance(first, Spent)
    assert (first.supplier, first.amount) == ("Två rader", Decimal("5.00"))
    assert isinstance(second, Spent)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234,50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("-12", "-12"),
        ("12-", "-12"),
        ("(12)", "-12"),
        ("1\u00a0234 kr", "1234"),
        ("12:-", "12"),
        ("", None),
        ("tolv", None),
        ("1e9", None),
        ("9999999999999", None),
        ("−5,5", "-5.5"),
        (",", None),
        ("1.234.567", "1234567"),
        ("²", None),
    ],
)
def test_numbers(text: str, value: str | None) -> None:
    assert columns.number(text) == (Decimal(value) if value else None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("20261120", date(2026, 11, 20)),
        ("20/11/2026", date(2026, 11, 20)),
        ("1.2.2026", date(2026, 2, 1)),
        ("261120", date(2026, 11, 20)),
        ("2026-11-20 08:12", date(2026, 11, 20)),
        ("2026-13-01", None),
        ("igår", None),
        ("20261120123", None),
        ("0001-01-01", None),
    ],
)
def test_days(text: str, value: date | None) -> None:
    assert columns.day(text) == value


def test_a_persons_number_is_no_org_number() -> None:
    assert columns.org_number("Org.nr 212000-9994") == "2120009994"
    assert columns.org_number(samples.org_number(3)) == samples.org_number(3)
    assert columns.org_number("811228-9874") is None, "born in December: this could be a person"
    assert columns.org_number("212000-9995") is None, "the check digit is wrong"


def test_columns_are_proposed_by_heading_and_by_value() -> None:
    found = columns.propose(("Leverantörsnamn", "Fakturadatum", "Org nr", "Belopp (exkl. moms)", "Radtext"), [])
    assert found == {"supplier": 0, "day": 1, "org_number": 2, "net": 3, "text": 4}
    values = [["2026-01-02", "550090-0054", "828,00", "x"], ["2026-01-03", "550090-0039", "1 000,10", "y"]]
    assert columns.propose(("a", "b", "c", "d"), values) == {"day": 0, "org_number": 1, "net": 2}


def test_encodings() -> None:
    for name in ("utf-8", "cp1252", "cp437"):
        assert encoding_of("Åkeri Öst, mjölk och såpa".encode(name)) == name
    assert encoding_of("å".encode("utf-16")) == "utf-16"
    assert encoding_of("åäö".encode()[:3]) == "utf-8", "a letter cut in two at the end of the first piece"
    assert list(lines_of([b"\xef\xbb\xbfa\r\nb\0c"], "utf-8")) == [(1, "a"), (2, "bc")]
