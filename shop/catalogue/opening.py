"""What a file is, T19, Svekatalog, rows or a workbook, and how it is read line by line."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import msgspec

from gateway.findings import Finding, Place, reject
from gateway.formats import Codec, Dialect, identify
from gateway.formats.bare import bare
from gateway.formats.rows import RowsCodec
from gateway.formats.streamed import StreamedLine
from gateway.formats.ubl import UblCodec
from gateway.model import Catalogue
from gateway.model.party import Party, Period
from gateway.suppliers.supplier import Supplier
from shop.catalogue.sheets import MAGIC, OLD_MAGIC, Workbook

EVERY: Final = (
    "gtin", "description", "content", "content_unit", "vat", "category", "lead_days", "unspsc", "brand",
    "manufacturer_id", "keywords", "minimum", "multiple", "tiers", "labels", "allergens", "hazards", "image", "sheet",
    "valid_from", "valid_to", "substitutes",
)  # fmt: skip
"""The columns of an article that a catalogue may say or not; number, name, unit and price it must."""
_SAID_BY: Final = {
    "item.standard_id": ("gtin",), "item.descriptions": ("description",), "content.value": ("content", "content_unit"),
    "item.pack_size": ("content", "content_unit"), "item.tax.percent": ("vat",),
    "prices.lead_time.value": ("lead_days",),
    "item.classifications.code": ("unspsc", "category"), "item.brands": ("brand",), "minimum.value": ("minimum",),
    "item.manufacturer_id": ("manufacturer_id",), "item.keywords": ("keywords",), "multiple": ("multiple",),
    "validity.start_date": ("valid_from",), "validity.end_date": ("valid_to",),
}  # fmt: skip
_ALWAYS: Final = {"valid_from", "valid_to"}
"""A catalogue says its days by saying nothing: then they are open."""
_STANDARD: Final = "csv"
_MOST_WHOLE: Final = 50_000_000
_NOBODY: Final = {"provider": Party(), "receiver": Party(), "validity": Period()}
_USUAL: Final = {"lines.item.tax.id": "S", "lines.prices.amount.currency": "SEK"}
"""What price lists of a few columns mean and do not say."""


class Opened(msgspec.Struct, kw_only=True):
    """A catalogue whose head is read. `names` are what the file calls terms, `says` the columns that it can say,
    `rows` how many there are about, where the file tells it beforehand."""

    head: Catalogue
    lines: Iterable[StreamedLine]
    rows: int | None = None
    findings: tuple[Finding, ...]
    names: Mapping[str, str] = {}
    says: tuple[str, ...] = EVERY


@contextmanager
def opened(
    pieces: Callable[[], Iterator[bytes]],
    source: str,
    dialects: Mapping[str, Dialect],
    supplier: Supplier,
    today: date,
) -> Iterator[Opened]:
    """The catalogue in these bytes; `pieces` begins anew each time. Raises `Rejected`."""
    head = next(pieces(), b"")[:8000]
    if head.startswith(OLD_MAGIC):
        raise reject("catalogue-workbook", "this is an old .xls or locked workbook; save it as .xlsx", _at(source))
    if head.startswith(MAGIC):
        with _on_disk(pieces()) as path:
            book = Workbook(path, _row_codecs(dialects, supplier), source)
            try:
                found = _rows(book.codec, book.records(), source, today)
                found.rows = book.rows
                yield found
            finally:
                book.close()
        return
    own = dialects.get(supplier.dialect)
    spoken = [found] if own is not None and (found := own.identify(head)) is not None else []
    codec = spoken[0] if spoken and spoken[0].document == "Catalogue" else _closest(dialects, head)
    if isinstance(codec, UblCodec):
        stream = codec.stream(pieces(), source)
        yield Opened(head=cast(Catalogue, stream.head), lines=stream, findings=tuple(stream.findings))
        return
    if isinstance(codec, RowsCodec) or not head.lstrip().startswith(b"<"):
        rows = codec if isinstance(codec, RowsCodec) else _nearest(_row_codecs(dialects, supplier), head)
        yield _rows(rows, None, source, today, pieces)
        return
    if codec is not None:
        yield _whole(codec, pieces(), source)
        return
    raise reject(
        "not-recognised", "this is none of the catalogues that are read: T19, Svekatalog, rows or Excel", _at(source)
    )


def _whole(codec: Codec, pieces: Iterator[bytes], source: str) -> Opened:
    """A catalogue in a syntax that is not streamed (cXML), within the limits of its codec."""
    raw = bytearray()
    for piece in pieces:
        raw += piece
        if len(raw) > _MOST_WHOLE:
            raise reject("catalogue-size", f"it holds more than {_MOST_WHOLE} bytes", Place(source=source))
    reading = codec.read(bare(bytes(raw)), source)
    if not isinstance(reading.document, Catalogue):
        raise reject("catalogue-other", f"this is a {type(reading.document).__name__}", Place(source=source))
    lines = [StreamedLine(number=number, line=line) for number, line in enumerate(reading.document.lines, 1)]
    return Opened(head=reading.document, lines=lines, findings=reading.findings)


def _at(source: str) -> Place:
    return Place(source=source, line=1)


def _closest(dialects: Mapping[str, Dialect], head: bytes) -> Any:
    found = identify(dialects, head)
    if found is not None and found[1].document != "Catalogue":
        raise reject(
            "catalogue-other", f"this is a {found[1].document} and not a catalogue", Place(source=found[1].name)
        )
    return found[1] if found is not None else None


def _row_codecs(dialects: Mapping[str, Dialect], supplier: Supplier) -> list[RowsCodec]:
    """The supplier's own first, then the standard one, then everybody's."""
    order = [supplier.dialect, _STANDARD, *dialects]
    found: dict[int, RowsCodec] = {}
    for name in dict.fromkeys(name for name in order if name in dialects):
        for codec in dialects[name].codecs.values():
            if isinstance(codec, RowsCodec) and codec.document == "Catalogue":
                found.setdefault(id(codec), codec)
    return list(found.values())


def _nearest(codecs: list[RowsCodec], head: bytes) -> RowsCodec:
    """The one that knows most of the names in the first row; the first where none knows any."""

    def known(codec: RowsCodec) -> int:
        text = head.decode(codec.layout.encoding, "replace").removeprefix("\ufeff")
        first = text.splitlines()[0] if text.strip() else ""
        return codec.knows(name.strip().strip('"') for name in first.split(codec.layout.separator))

    return max(codecs, key=known)


def _rows(
    codec: RowsCodec,
    records: Any,
    source: str,
    today: date,
    pieces: Callable[[], Iterator[bytes]] | None = None,
) -> Opened:
    given = {"number": Path(source).stem or "catalogue", "issued": today, "lines.id": None, **_NOBODY, **_USUAL}
    stream = codec.stream(pieces(), source, given) if pieces else codec.stream_records(records, source, given)
    names = codec.columns
    says = {column for term, name in names.items() if name in stream.names for column in _SAID_BY.get(term, ())}
    return Opened(
        head=cast(Catalogue, stream.head),
        lines=stream,
        findings=stream.findings_of_head,
        names=names,
        says=tuple(column for column in EVERY if column in says | _ALWAYS),
    )


@contextmanager
def _on_disk(pieces: Iterator[bytes]) -> Iterator[Path]:
    """A file for what cannot be read from one end to the other."""
    folder = Path(tempfile.mkdtemp(prefix="avrop-catalogue-"))
    try:
        path = folder / "book.xlsx"
        with path.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)
