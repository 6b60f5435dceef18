"""A file as rows: separator, line ends, header or none. Only a sample of a large file is looked at."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable

import msgspec

from gateway.learn.encoding import Encoding, sniff_encoding
from gateway.learn.remarks import Remarks

MAX_BYTES = 20_000_000  # as much as the reader of rows takes
MAX_COLUMNS = 200
MAX_ROWS = 2_000
_SAMPLE = 4_000_000
_SEPARATORS = {";": "semicolon", "\t": "tab", "|": "bar", ",": "comma"}
Known = Callable[[str], bool]


class Sheet(msgspec.Struct, frozen=True):
    """The cells of a file, at most `MAX_ROWS` rows. `names` are empty where the file has no header."""

    source: str
    encoding: str
    separator: str
    newline: str
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    quoted: bool

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else len(self.names)

    def column(self, index: int) -> tuple[str, ...]:
        return tuple(row[index] for row in self.rows)


def sheet(raw: bytes, source: str, known: Known, remarks: Remarks) -> Sheet | None:
    """`raw` as rows; None, with a stop among the remarks, where it is no row file. `known` tells a column's name."""
    if len(raw) > MAX_BYTES:
        remarks.stop("size", f"the file holds {len(raw)} bytes; at most {MAX_BYTES} are read")
        return None
    encoding = sniff_encoding(raw)
    if encoding is None or "\x00" in encoding.text[:_SAMPLE]:
        remarks.stop("encoding", "this is no text in any encoding that is known; is it a spreadsheet or an archive?")
        return None
    _say_encoding(encoding, remarks)
    text = encoding.text[:_SAMPLE]
    separator = _separator(text)
    if separator is None:
        remarks.stop("separator", "no separator divides the rows into equal cells; the file must be rows of cells")
        return None
    return _cut(text, separator, encoding, source, known, remarks)


def _say_encoding(encoding: Encoding, remarks: Remarks) -> None:
    if encoding.told == "ascii":
        remarks.note("ascii", "no letter tells the encoding; utf-8 is assumed, and another one will be refused loudly")
    if encoding.told == "guess":
        remarks.doubt("encoding-guess", f"the encoding is a guess ({encoding.name}); look whether the names read well")


def _parsed(text: str, separator: str, limit: int) -> list[list[str]] | None:
    found: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if any(cell.strip() for cell in cells):
                found.append(cells)
            if len(found) >= limit:
                break
    except csv.Error:
        return None
    return found


def _separator(text: str) -> str | None:
    """The one that cuts most rows into the same number of cells, at least two; of equals the more usual one."""
    best, most = None, 0.0
    for separator in _SEPARATORS:
        rows = _parsed(text, separator, 200) or []
        width, count = Counter(len(row) for row in rows).most_common(1)[0] if rows else (0, 0)
        share = count / len(rows) if rows else 0
        if width > 1 and share > most + 0.001 and share > 0.5:
            best, most = separator, share
    return best


def _cut(text: str, separator: str, encoding: Encoding, source: str, known: Known, remarks: Remarks) -> Sheet | None:
    rows = _parsed(text, separator, MAX_ROWS + 1) or []
    width = Counter(len(row) for row in rows).most_common(1)[0][0]
    if width > MAX_COLUMNS:
        remarks.stop("size", f"the file has {width} columns; at most {MAX_COLUMNS} are read")
        return None
    above = next(index for index, row in enumerate(rows) if len(row) == width)
    if above:
        lines = "1 line" if above == 1 else f"{above} lines"
        remarks.stop("above", f"{lines} stand before the rows ({_short(rows[0])}); ask for a file without them")
    even = [tuple(cell.strip() for cell in row) for row in rows[above:] if len(row) == width]
    if len(even) < len(rows) - above:
        uneven = next(row for row in rows[above:] if len(row) != width)
        remarks.stop("uneven", f"a row has {len(uneven)} cells where the others have {width} ({_short(uneven)})")
    header = _is_header(even, known)
    _say_names(even[0] if header else (), remarks)
    return Sheet(
        source=source,
        encoding=encoding.name,
        separator=separator,
        newline="\r\n" if "\r\n" in text else "\n" if "\n" in text else "\r",
        names=even[0] if header else (),
        rows=tuple(even[1:] if header else even),
        quoted=text.count('"') >= len(even) * width,
    )


def _short(row: list[str]) -> str:
    text = " ".join(cell for cell in row if cell)
    return repr(text if len(text) < 40 else text[:39] + "…")


def _say_names(names: tuple[str, ...], remarks: Remarks) -> None:
    for name, count in Counter(names).items():
        if count > 1 and name:
            remarks.stop("name-twice", f"{count} columns are called {name!r}; ask for names of their own", name)


def _is_header(rows: list[tuple[str, ...]], known: Known) -> bool:
    """Whether the first row names the columns: names that are known, or words above numbers."""
    first, below = rows[0], rows[1:20]
    if sum(known(cell) for cell in first) >= max(1, len(first) // 3):
        return True
    if any(_has_digits(cell) for cell in first) or not below:
        return False
    return any(all(_has_digits(row[index]) for row in below) for index in range(len(first)))


def _has_digits(cell: str) -> bool:
    return any(sign.isdigit() for sign in cell) and sum(sign.isalpha() for sign in cell) < len(cell) / 2
