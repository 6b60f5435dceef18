"""From the files of one supplier to one proposed dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from gateway.findings import Finding, Rejected
from gateway.formats import Dialect as Loaded
from gateway.formats import identify
from gateway.learn.remarks import Remarks
from gateway.learn.study import DOCUMENTS, Study, study
from gateway.learn.trial import Trial, loaded, trial
from gateway.learn.write import Dialect
from gateway.mapping.load import load_table


class File(msgspec.Struct, frozen=True):
    """One file of the supplier; `document` where a person said what it is."""

    source: str
    raw: bytes
    document: str | None = None


class Learned(msgspec.Struct):
    """`text` is the dialect file, "" where none could be made. `sound`: it reads the files, and nothing is open."""

    name: str
    text: str
    studies: list[Study]
    trials: list[Trial]
    notes: list[Finding]
    doubts: list[Finding]

    @property
    def sound(self) -> bool:
        return bool(self.text) and not self.doubts


def learn(
    files: Sequence[File],
    name: str,
    texts: Mapping[str, str],
    today: date,
    dialects: Mapping[str, Loaded] | None = None,
) -> Learned:
    """Proposes the dialect `name` for `files`, whatever they hold. `texts` is what lies below mappings/, by path."""
    tables = {document: load_table(f"csv/{document}", texts) for document in DOCUMENTS}
    result = Learned(name, "", [], [], [], [])
    for file in files:
        remarks = Remarks(file.source)
        found = study(file.raw, file.source, tables, file.document, today, remarks)
        _spoken_already(file, dialects or {}, remarks)
        if found is not None:
            _add(found, result, remarks)
        _take(remarks, result)
    if result.studies:
        _propose(files, result, tables, texts, today)
    return result


def _add(found: Study, result: Learned, remarks: Remarks) -> None:
    twin = next((one for one in result.studies if one.document == found.document), None)
    first = result.studies[0].sheet if result.studies else found.sheet
    if twin is not None:
        remarks.doubt("same-kind", f"{twin.source} is {found.document} too; the table is made from that one")
        return
    if (first.encoding, first.separator) != (found.sheet.encoding, found.sheet.separator):
        remarks.stop(
            "two-layouts", f"encoding or separator differ from {result.studies[0].source}; make a dialect for each"
        )
        return
    result.studies.append(found)


def _take(remarks: Remarks, result: Learned) -> None:
    result.notes.extend(remarks.notes)
    result.doubts.extend(remarks.doubts)


def _propose(
    files: Sequence[File], result: Learned, tables: Mapping[str, object], texts: Mapping[str, str], today: date
) -> None:
    remarks = Remarks("")
    shown = ", ".join(study.source.rsplit("/", 1)[-1] for study in result.studies)
    made = Dialect(result.studies, tables, today, remarks)  # type: ignore[arg-type]
    result.text = made.text(f"Learned from {shown}.")
    missing = any(doubt.rule == "learn-missing" for doubt in remarks.doubts)
    dialect = None if missing else loaded(result.text, result.name, texts, remarks)
    _take(remarks, result)
    raws = {file.source: file.raw for file in files}
    for found in result.studies if dialect else ():
        mine = Remarks(found.source)
        assert dialect is not None
        result.trials.append(trial(raws[found.source], found, dialect, mine))
        _take(mine, result)


def _spoken_already(file: File, dialects: Mapping[str, Loaded], remarks: Remarks) -> None:
    """A dialect that is there and loses nothing of the file spares a new one."""
    found = identify(dialects, file.raw)
    if found is None:
        return
    dialect, codec = found
    try:
        reading = codec.read(file.raw, file.source)
    except Rejected:
        return
    if not reading.findings:
        remarks.note("spoken", f"the dialect {dialect.name} reads this file already and loses nothing of it")
