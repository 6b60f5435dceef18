"""Files made to do harm, and files of everyday mistakes: told in words, in bounded memory, and nothing else breaks."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from gateway.findings import Rejected
from gateway.formats.rows.layout import Layout
from gateway.formats.rows.records import Records
from gateway.suppliers.supplier import Suppliers
from shop.catalogue import found
from shop.catalogue.jobs import State
from shop.catalogue.pictures import sniffed, web_address
from shop.catalogue.staging import Tools
from tests.shop.catalogues import HEAD, contract, read, row, rows, tools

NOW = datetime(2026, 11, 20, 8, 12, tzinfo=UTC)


@pytest.fixture
def seller(suppliers: Suppliers) -> str:
    return next(one.id for one in suppliers if one.active)


@pytest.fixture
def made(engine: sa.Engine, suppliers: Suppliers, seller: str) -> Tools:
    contract(engine, seller)
    return tools(engine, suppliers, lambda: NOW)


def _book(fill: Callable[[Any], None] = lambda sheet: None, head: str = HEAD) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(head.split(";"))
    fill(book.active)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _with(part: str, content: bytes, compressed: bool = True) -> bytes:
    """A workbook with one part replaced."""
    out = io.BytesIO()
    how = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(io.BytesIO(_book())) as good, zipfile.ZipFile(out, "w", how) as bad:
        for name in good.namelist():
            if name != part:
                bad.writestr(name, good.read(name))
        bad.writestr(part, content)
    return out.getvalue()


_ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
_UBL = b'<Catalogue xmlns="urn:oasis:names:specification:ubl:schema:xsd:Catalogue-2">'
_T19 = _UBL + b"urn:fdc:peppol.eu:poacc:trns:catalogue:3"
HOSTILE = {
    "nothing": (b" ", "x.csv"),
    "bytes": (bytes(range(256)) * 40, "x.csv"),
    "utf-16": (row("A").encode("utf-16"), "x.csv"),
    "latin": (rows([row("A", name="Pärm")]).decode().encode("latin-1"), "x.csv"),
    "no heads": (rows([row("A")], head="a;b;c"), "x.csv"),
    "10,000 columns": (rows(["1" + ";1" * 9999], head="a" + ";a" * 9999), "x.csv"),
    "open quote": (rows(['"' + row("A")] + [row(f"B-{at}") for at in range(40_000)]), "x.csv"),
    "one long line": (HEAD.encode() + b"\r\n" + b"x" * 3_000_000, "x.csv"),
    "pdf": (b"%PDF-1.7\n" + b"x" * 100, "x.pdf"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "x.xls"),
    "no workbook": (_with("x", b"x")[:200] + b"garbage", "x.xlsx"),
    "other zip": (_with("xl/workbook.xml", b""), "x.xlsx"),
    "bomb": (_with("xl/worksheets/sheet1.xml", b"<row/>" * 30_000_000), "x.xlsx"),
    "texts": (_with("xl/sharedStrings.xml", b"<si><t>a</t></si>" * 4_000_000), "x.xlsx"),
    "entities": (_with("xl/worksheets/sheet1.xml", _ENTITY), "x.xlsx"),
    "wrong sheet": (_book(head="datum;summa"), "x.xlsx"),
    "xml entities": (b'<!DOCTYPE x [<!ENTITY a "b">]>' + _T19 + b"&a;</Catalogue>", "x.xml"),
    "cut off": (_T19 + b"<a>", "x.xml"),
    "other xml": (b"<html><body/></html>", "x.xml"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_price_list_fails_in_words(made: Tools, seller: str, name: str) -> None:
    raw, filename = HOSTILE[name]
    job = read(made, raw, seller, filename=filename)
    usable = job.counts.get("staged", 0)
    assert job.state is State.FAILED or (usable == 0 and job.rows_bad > 0), (job.state, job.counts)
    with made.engine.connect() as conn:
        told = found.of_import(conn, job.number, filename, fatal=True)
    assert told
    assert "Traceback" not in str(told[0].finding)


def test_cells_with_signs_that_no_text_can_hold_cost_their_line(made: Tools, seller: str) -> None:
    quoted = '"Citat ""i"" namn; och\nrad"'
    lines = [row("A-1", name="Pen\0na"), row("A\t2", name="Tab\\N\tunder"), row("A-3", name=quoted)]
    job = read(made, rows(lines), seller)
    assert (job.rows_bad, job.counts["new"]) == (1, 2)
    with made.engine.connect() as conn:
        names = conn.execute(sa.text("SELECT seller_id, name FROM catalogue_lines ORDER BY line")).all()
    assert [tuple(one) for one in names] == [("A\t2", "Tab\\N\tunder"), ("A-3", 'Citat "i" namn; och\nrad')]


def test_a_sheet_of_numbers_formulas_and_empty_rows(made: Tools, seller: str) -> None:
    def fill(sheet: Any) -> None:
        sheet.append([None] * 8)
        sheet.append([7350001, "Penna", "C62", 1.0, "C62", 25, 12.5, "SEK", "utanför"])
        sheet.append(["A-2", "Utan värde", "C62", 1, "C62", 25, "=A1*2", "SEK"])
        sheet.append(["A-3", "Utan resten"])
        sheet.append(["A-4", True, "C62", 1, "C62", 25, float(10**14), "SEK"])

    job = read(made, _book(fill), seller, filename="bok.xlsx")
    assert (job.state, job.rows_read, job.counts["new"]) == (State.REVIEW, 4, 0), job.reason
    assert job.rows_bad == 4
    good = read(made, _book(lambda sheet: sheet.append([7350001, "Penna", "st", 1.0, "C62", 25, 12.5, None])), seller)
    assert good.rows_bad == 1  # "st" is no code of the standard table; a dialect gives it one


def test_memory_is_bounded_by_a_row_and_not_by_the_file() -> None:
    def endless() -> Any:
        yield HEAD.encode() + b"\r\n"
        for at in range(2_000):
            yield (row(f"A-{at}") + "\r\n").encode() * 50

    tracemalloc.start()
    assert sum(1 for _ in Records(endless(), Layout(), "x")) == 100_001
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 3_000_000


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_records_are_the_same_however_the_bytes_come(size: int) -> None:
    raw = '\ufeffa;b\r\n1;"två\r\nrader"\r\n\r\n3;å\x0bö\r4;5\n'.encode()
    pieces = (raw[start : start + size] for start in range(0, len(raw), size))
    assert list(Records(pieces, Layout(), "x")) == [
        (1, ["a", "b"]), (3, ["1", "två\r\nrader"]), (5, ["3", "å\x0bö"]), (6, ["4", "5"]),
    ]  # fmt: skip


def test_bytes_of_another_encoding_are_told_with_their_line() -> None:
    raw = "a;b\r\n1;2\r\n3;Pärm\r\n".encode("latin-1")
    with pytest.raises(Rejected) as refused:
        list(Records([raw], Layout(), "lista.csv"))
    assert str(refused.value.findings[0]).startswith("lista.csv:3: byte 0xe4 is not utf-8")


def test_pictures_are_what_their_bytes_say() -> None:
    assert sniffed(b"\x89PNG\r\n\x1a\n....") == "image/png"
    assert sniffed(b"RIFF....WEBPVP8 ") == "image/webp"
    for bad in (b"<svg onload=alert(1)>", b"<html>", b"GIF", b"", b"MZ"):
        assert sniffed(bad) is None
    assert web_address("https://bilder.example/a.png") == "https://bilder.example/a.png"
    for bad in ("javascript:alert(1)", "//x", "http://", "ftp://x/y", "https://a b", "https://[x", "data:text/html,x"):
        assert web_address(bad) is None, bad
