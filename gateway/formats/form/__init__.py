"""Forms that a browser posts (OCI). A table names the fields of a line; this module knows how they make a document."""

from __future__ import annotations

from gateway.findings import Finding, Rejected
from gateway.formats.build import builder
from gateway.formats.contract import Reading
from gateway.formats.form.body import decoded, joined, split
from gateway.formats.form.compiled import form_of
from gateway.formats.form.names import Names
from gateway.formats.form.notes import dropped
from gateway.formats.form.reader import FormReader
from gateway.formats.form.writer import FormWriter
from gateway.formats.refusals import Refusals
from gateway.mapping.table import Table
from gateway.model import Document

__all__ = ["FormCodec", "dropped"]
_HEAD = 8000


class FormCodec:
    """One document as the fields of a form in one dialect, compiled from its table."""

    media_type = "application/x-www-form-urlencoded"
    suffix = ".form"

    def __init__(self, table: Table) -> None:
        self.name = table.name
        self.document = table.document.__name__
        self.table = table
        self._form = form_of(table)
        self._names = Names(self._form)
        self._build = builder(self._form.group.struct, self._form.terms)
        self._writer = FormWriter(self._form)

    def resemblance(self, head: bytes) -> int:
        """How many fields of ours the beginning holds."""
        try:
            pairs = decoded(split(head[:_HEAD].rpartition(b"&")[0] or head[:_HEAD]), "utf-8")
        except Rejected:
            return 0
        return sum(name == self._form.nothing or self._known(name) for name, _ in pairs)

    def _known(self, name: str) -> bool:
        found = self._names.parse(name)
        return found is not None and self._names.holds(found[0])

    def read(self, raw: bytes, source: str) -> Reading:
        """A line that cannot be read is dropped and said (`dropped`); raises `Rejected` where none can be."""
        reader = self._reader(source)
        document = reader.read(decoded(split(raw, source), "utf-8", source))
        if document is None:
            raise Rejected(reader.notes.told())
        return Reading(document=document, findings=reader.notes.told())

    def check(self, raw: bytes, source: str) -> tuple[Finding, ...]:
        """The structure layer: strict, so that a line that would be dropped is fatal. Raises nothing."""
        reader = self._reader(source, strict=True)
        try:
            reader.read(decoded(split(raw, source), "utf-8", source))
        except Rejected as rejected:
            return rejected.findings
        return reader.notes.told()

    def _reader(self, source: str, strict: bool = False) -> FormReader:
        return FormReader(self._form, self._names, self._build, source, strict)

    def write(self, document: Document) -> bytes:
        refusals = Refusals(document, self.document, self.name)
        pairs = self._writer.write(document, refusals.bad)
        refusals.raise_if_any()
        return joined(pairs)
