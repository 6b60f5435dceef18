"""Excel workbooks as a stream of rows: hostile ones are refused before anything of them is unpacked."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from gateway.findings import Place, Rejected, reject
from gateway.formats.rows import RowsCodec
from gateway.formats.rows.layout import Layout, write_day
from gateway.formats.rows.records import Record

MAGIC: Final = b"PK\x03\x04"
OLD_MAGIC: Final = b"\xd0\xcf\x11\xe0"
_MOST_PARTS: Final = 2_000
_MOST_TEXTS: Final = 60_000_000  # bytes of the texts that cells share: they are held in memory
_MOST_SHEET: Final = 1_500_000_000
_MOST_RATIO: Final = 300  # an honest sheet is packed some 10 to 50 times
_MOST_CELLS: Final = 1_000
_LOOKED_AT: Final = 20  # rows that may stand above the names of the columns
_DECLARES: Final = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_HEAD: Final = 4_096


def refuse_bombs(path: Path, source: str) -> None:
    """Raises `Rejected` for what is no plain workbook: too many or too large parts, packed too well, entities."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            if len(parts) > _MOST_PARTS:
                raise _unfit(source, f"it has {len(parts)} parts; at most {_MOST_PARTS} are read")
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise _unfit(source, "it is no Excel workbook (.xlsx)")
            for part in parts:
                _refuse_part(packed, part, source)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise _unfit(source, f"it cannot be unpacked: {error}") from None


def _refuse_part(packed: zipfile.ZipFile, part: zipfile.ZipInfo, source: str) -> None:
    limit = _MOST_TEXTS if "/worksheets/" not in part.filename else _MOST_SHEET
    if part.file_size > limit:
        raise _unfit(source, f"{part.filename} unpacks to {part.file_size} bytes; at most {limit} are read")
    if part.file_size > 1_000_000 and part.file_size > _MOST_RATIO * max(1, part.compress_size):
        raise _unfit(
            source, f"{part.filename} unpacks to {part.file_size // max(1, part.compress_size)} times its size"
        )
    if part.filename.endswith((".xml", ".rels")):
        with packed.open(part) as opened:
            if _DECLARES.search(opened.read(_HEAD)):
                raise _unfit(source, f"{part.filename} declares a document type, which no workbook needs")


def _unfit(source: str, why: str) -> Rejected:
    return reject("catalogue-workbook", f"this workbook is not read: {why}", Place(source=source))


class Workbook:
    """The rows of the sheet that looks most like a price list; `close()` it. Raises `Rejected`."""

    def __init__(self, path: Path, codecs: Sequence[RowsCodec], source: str) -> None:
        refuse_bombs(path, source)
        import openpyxl

        self.source = source
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._book: Any = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
            self.codec, self._sheet, self._skipped = self._chosen(codecs)
        except Rejected:
            raise
        except Exception as error:  # openpyxl raises whatever a broken part makes it stumble over
            raise _unfit(source, f"{type(error).__name__}: {error}"[:300]) from None

    def _chosen(self, codecs: Sequence[RowsCodec]) -> tuple[RowsCodec, Any, int]:
        best: tuple[int, int, RowsCodec, Any, int] | None = None
        for place, sheet in enumerate(self._book.worksheets):
            for skipped, row in enumerate(sheet.iter_rows(max_row=_LOOKED_AT, max_col=_MOST_CELLS, values_only=True)):
                names = [str(cell).strip() for cell in row if cell is not None]
                for codec in codecs:
                    known = codec.knows(names)
                    if known and (best is None or (known, -place) > best[:2]):
                        best = (known, -place, codec, sheet, skipped)
        if best is None or best[0] < 2:
            names = ", ".join(sheet.title for sheet in self._book.worksheets)
            raise _unfit(self.source, f"none of its sheets ({names}) has a row that names the columns of a price list")
        return best[2:]

    def records(self) -> Iterator[Record]:
        """Rows with their number in the sheet; cells as the codec's layout spells them. Raises `Rejected`."""
        layout = self.codec.layout
        first: int | None = None
        rows = self._sheet.iter_rows(min_row=self._skipped + 1, max_col=_MOST_CELLS, values_only=True)
        try:
            for number, row in enumerate(rows, self._skipped + 1):
                cells = [spelled(cell, layout) for cell in row]
                while cells and not cells[-1]:
                    cells.pop()
                if not cells:
                    continue
                first = len(cells) if first is None else first
                yield number, cells + [""] * (first - len(cells))
        except Exception as error:
            raise _unfit(self.source, f"it cannot be read to its end: {type(error).__name__}: {error}"[:300]) from None

    @property
    def rows(self) -> int | None:
        """How many rows the sheet says it has; it need not, and need not be right."""
        said = self._sheet.max_row
        return said if isinstance(said, int) and said > 0 else None

    def close(self) -> None:
        self._book.close()


def spelled(value: Any, layout: Layout) -> str:
    """A cell as text; article numbers that Excel took for numbers come back without decimals."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        number = Decimal(repr(value)) if value == value and abs(value) < 1e15 else None  # noqa: PLR0124 - NaN
        return (
            "" if number is None else layout.write_decimal(number.normalize() if number % 1 else number.to_integral())
        )
    if isinstance(value, datetime | date):
        day = value.date() if isinstance(value, datetime) else value
        return write_day(day, layout.date) if day.year >= 1000 else str(day)
    return value.isoformat() if isinstance(value, time) else str(value)
