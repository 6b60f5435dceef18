"""Files of what was wrong with a catalogue: the findings in words, and the lines themselves."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

import sqlalchemy as sa

from gateway.wording import Language, explain
from shop.catalogue import found, store
from shop.catalogue.jobs import Import
from shop.catalogue.tables import catalogue_findings

_HEADS: Final[dict[str, tuple[str, ...]]] = {
    "sv": ("rad", "kolumn", "artikelnummer", "allvar", "fel", "åtgärd", "regel"),
    "en": ("line", "column", "article", "severity", "what", "what to do", "rule"),
}
_GRAVITY: Final = {"sv": ("anmärkning", "fel"), "en": ("remark", "error")}


def findings(engine: sa.Engine, job: Import, language: Language) -> Iterator[str]:
    """A row file with a byte order mark, by which spreadsheets know that it is UTF-8."""
    yield "\ufeff" + _row(_HEADS[language])
    with engine.connect() as conn:
        for one in found.all_of_import(conn, job.number, job.filename):
            told, place = explain(one.finding, language), one.finding.place
            gravity = _GRAVITY[language][one.finding.fatal]
            line = "" if place.line is None else str(place.line)
            yield _row((line, place.path, one.article or "", gravity, told.what, told.todo, one.finding.rule))


def _row(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow([_harmless(cell) for cell in cells])
    return out.getvalue()


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def bad_lines(engine: sa.Engine, job: Import) -> Iterator[bytes]:
    """The file's first line and those that were of no use, byte by byte as they came; row files have such lines."""
    column = catalogue_findings.c
    mine = (column.import_number == job.number) & column.fatal & column.line.is_not(None)
    with engine.connect() as conn:
        wanted = {1, *conn.scalars(sa.select(column.line).where(mine).distinct())}
    number, rest = 0, b""
    for piece in store.pieces(engine, job.sha256):
        lines = (rest + piece).split(b"\n")
        rest = lines.pop()
        for line in lines:
            number += 1
            if number in wanted:
                yield line + b"\n"
    if rest and number + 1 in wanted:
        yield rest
