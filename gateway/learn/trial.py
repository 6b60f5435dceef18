"""The proposal put to the test: loaded by the ordinary loader, the file read with it, written again and compared."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import msgspec

from gateway.findings import Finding, Rejected
from gateway.formats import Dialect, load_dialects
from gateway.learn.remarks import Remarks
from gateway.learn.study import Study
from gateway.model import Document

_MOST_DOCUMENTS = 20
_MOST_FINDINGS = 5
_MOST_DIFFERENCES = 5
_CLASSES = {
    "order": "Order", "order_response": "OrderResponse", "despatch_advice": "DespatchAdvice", "catalogue": "Catalogue",
}  # fmt: skip


class Trial(msgspec.Struct):
    """`documents` as they are read; `returned`: each written and read again is the same.

    `again` tells how what we write compares to the file: same, alike or other; "" where it need not.
    """

    source: str
    documents: list[Document]
    again: str = ""
    written: str = ""
    returned: bool = False


def loaded(text: str, name: str, texts: Mapping[str, str], remarks: Remarks) -> Dialect | None:
    """The proposal as a dialect; None, with what is wrong among the remarks, where it cannot be one."""
    needed = ("csv/", "codelists/", "examples/")
    try:
        return load_dialects(
            {path: kept for path, kept in texts.items() if path.startswith(needed)} | {f"dialects/{name}.yaml": text}
        )[name]
    except Rejected as rejected:
        remarks.stop("load", "the table cannot be used as it is; correct what is named here")
        remarks.doubts.extend(rejected.findings[:_MOST_FINDINGS])
        return None


def trial(raw: bytes, study: Study, dialect: Dialect, remarks: Remarks) -> Trial:
    """Reads the file, document by document, and writes what was read."""
    document = _CLASSES[study.document]
    made = Trial(study.source, [])
    parts = _parts(raw, study, remarks)
    for part in parts[:_MOST_DOCUMENTS]:
        try:
            read = dialect.read(part, study.source, document)
        except Rejected as rejected:
            remarks.stop("read", "the table does not read the file; what it stumbles on follows")
            remarks.doubts.extend(_fatal(rejected)[:_MOST_FINDINGS])
            return made
        made.documents.append(read.document)
        if not _returns(part, read.document, study, dialect, made, remarks):
            return made
    made.returned = True
    return made


def _fatal(rejected: Rejected) -> list[Finding]:
    return [finding for finding in rejected.findings if finding.fatal]


def _returns(part: bytes, document: Document, study: Study, dialect: Dialect, made: Trial, remarks: Remarks) -> bool:
    try:
        written = dialect.write(document)
        same = dialect.read(written, study.source, type(document).__name__).document == document
    except Rejected as rejected:
        remarks.stop("write", "what was read cannot be written again; why follows")
        remarks.doubts.extend(_fatal(rejected)[:_MOST_FINDINGS])
        return False
    if not same:
        remarks.stop("return", "what is written is read back as another document")
    if not made.written:
        made.written = written.decode(study.sheet.encoding).removeprefix("\ufeff")
        made.again = _compared(part, written, study, remarks)
    return same


def _parts(raw: bytes, study: Study, remarks: Remarks) -> list[bytes]:
    """The bytes of each document. A file of several is taken apart here, and by nobody when it comes in."""
    keys = list(dict.fromkeys(study.groups))
    if len(keys) < 2:
        return [raw]
    if study.document == "order":
        remarks.note("several", f"the file holds {len(keys)} orders; we send one file for each")
    else:
        remarks.stop(
            "several", f"the file holds {len(keys)} documents; one is read of a file: ask for one file for each"
        )
    return [
        _part([row for row, mine in zip(study.sheet.rows, study.groups, strict=True) if mine == key], study)
        for key in keys
    ]


def _part(rows: Sequence[Sequence[str]], study: Study) -> bytes:
    sheet = study.sheet
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=sheet.separator, lineterminator=sheet.newline)
    writer.writerows([sheet.names, *rows] if sheet.names else rows)
    return out.getvalue().encode(sheet.encoding)


def _compared(theirs: bytes, ours: bytes, study: Study, remarks: Remarks) -> str:
    """`same` byte for byte, `alike` cell for cell, `other` where cells differ; only an order must look like theirs."""
    if study.document != "order":
        return ""
    if theirs.rstrip(b"\r\n") == ours.rstrip(b"\r\n"):
        return "same"
    separator, encoding = study.sheet.separator, study.sheet.encoding
    pair = [
        [
            [cell.strip() for cell in row]
            for row in csv.reader(io.StringIO(raw.decode(encoding), newline=""), delimiter=separator)
            if any(row)
        ]
        for raw in (theirs, ours)
    ]
    differing: dict[int, tuple[str, str]] = {}
    for their_row, our_row in zip(*pair, strict=False):
        for index, (their, our) in enumerate(zip(their_row, our_row, strict=False)):
            if their != our:
                differing.setdefault(index, (their, our))
    if not differing and len(pair[0]) == len(pair[1]):
        remarks.note("quotes", "we write cells in quotes only where they need them; the cells are the same")
        return "alike"
    for index, (their, our) in list(differing.items())[:_MOST_DIFFERENCES]:
        remarks.note("differs", f"where the file says {their!r} we write {our!r}", study.columns[index].shown)
    return "other"
