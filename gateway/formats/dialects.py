"""Dialects: the tables of one way of speaking, compiled. A supplier names one; many suppliers share it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from gateway.findings import Finding, Place, Rejected, reject
from gateway.formats.contract import Codec, Reading
from gateway.formats.rows import RowsCodec
from gateway.formats.ubl import UblCodec
from gateway.mapping.extend import extend, extends
from gateway.mapping.load import load_table
from gateway.mapping.located import did_you_mean, load_located
from gateway.mapping.shapes import shapes
from gateway.mapping.table import Table, leaves
from gateway.model import Document

FORMATS: dict[str, Callable[[Table], Codec]] = {"ubl": UblCodec, "rows": RowsCodec}
_HEAD = 8000
_NOT_DIALECTS = {"codelists", "examples", "dialects"}


class Dialect:
    """One way of speaking: a codec for each document it knows."""

    def __init__(self, name: str, codecs: Mapping[str, Codec]) -> None:
        self.name = name
        self.codecs = dict(codecs)

    def codec(self, document: str) -> Codec:
        """The codec of a document ("Order"); raises `Rejected` when this dialect has no table for it."""
        if document not in self.codecs:
            raise reject("no-table", f"the dialect {self.name} has no table for {document}", Place(source=self.name))
        return self.codecs[document]

    def write(self, document: Document) -> bytes:
        return self.codec(type(document).__name__).write(document)

    def identify(self, head: bytes) -> Codec | None:
        """The codec whose document begins like `head`; the closest one where several could read it."""
        found = [(_resemblance(codec, head), codec) for codec in self.codecs.values() if codec.recognises(head)]
        return max(found, key=lambda pair: pair[0])[1] if found else None

    def read(self, raw: bytes, source: str, document: str | None = None) -> Reading:
        """Reads `raw` as `document`, or as what it looks like. Raises `Rejected`, and nothing else."""
        codec = self.codec(document) if document else self.identify(raw[:_HEAD])
        if codec is None:
            known = ", ".join(sorted(self.codecs))
            message = f"this is none of the documents that {self.name} knows ({known}), or its beginning is damaged"
            raise reject("not-recognised", message, Place(source=source, line=1))
        try:
            return codec.read(raw, source)
        except (RecursionError, MemoryError):
            raise reject(
                "too-complex", "the document is nested or filled beyond what can be read", Place(source=source)
            ) from None


def _resemblance(codec: Codec, head: bytes) -> int:
    measure = getattr(codec, "resemblance", None)
    return int(measure(head)) if measure else 1


def load_dialects(texts: Mapping[str, str]) -> dict[str, Dialect]:
    """Every dialect in `texts` (path below mappings/ → text), compiled. Raises `Rejected` with what is wrong where.

    A folder of tables is a standard dialect; a file in dialects/ extends one.
    """
    tables: dict[str, dict[str, Table]] = {}
    for path in sorted(texts):
        folder, _, file = path.partition("/")
        if folder in _NOT_DIALECTS or "/" in file or not _is_table(texts[path]):
            continue
        table = load_table(path.removesuffix(".yaml"), texts)
        tables.setdefault(folder, {})[table.document.__name__] = table
    for path in sorted(path for path in texts if path.startswith("dialects/")):
        parent, data = extends(texts[path], path)
        if parent not in tables:
            message = f"there is no dialect {parent} to extend{did_you_mean(parent, tables)}"
            raise reject("dialect-parent", message, data.at("extends"))
        name = path.removeprefix("dialects/").removesuffix(".yaml")
        tables[name] = extend(tables[parent], name, data)
    return {name: Dialect(name, _compile(found, texts)) for name, found in tables.items()}


def _is_table(text: str) -> bool:
    return any(line.startswith("document:") for line in text.splitlines())


def _compile(tables: Mapping[str, Table], texts: Mapping[str, str]) -> dict[str, Codec]:
    codecs = {}
    for document, table in tables.items():
        if table.syntax not in FORMATS:
            message = f"syntax {table.syntax!r} is not a family of formats{did_you_mean(table.syntax, FORMATS)}"
            raise reject("table-syntax", message, table.root.place)
        codecs[document] = FORMATS[table.syntax](table)
        if table.example:
            _survives(codecs[document], table, texts)
    return codecs


def _survives(codec: Codec, table: Table, texts: Mapping[str, str]) -> None:
    """The example that a table names must come back from a round trip as it went, but for what the table leaves out."""
    text = texts.get(f"{table.example}.yaml")
    if text is None:
        raise reject("table-example", f"there is no example {table.example}", table.root.place)
    wanted = carried(_spoken(example(text, f"{table.example}.yaml", table.document), table), table.leave_out)
    try:
        found = codec.read(codec.write(wanted), f"the example of {table.name}").document
    except Rejected as rejected:
        about = Finding(
            rule="table-example", message=f"the example does not survive {table.name}", place=table.root.place
        )
        raise Rejected([about, *rejected.findings]) from None
    if found != wanted:
        raise reject("table-example", f"{table.name} reads its example back as another document", table.root.place)


def _spoken(document: Document, table: Table) -> Document:
    """The example in codes that the table knows: a supplier who sells by the piece has no word for a box."""
    plain = msgspec.to_builtins(document)
    for term, leaf in leaves(table.root):
        if leaf.codes is not None and leaf.codes.to_wire and leaf.type == "text":
            _respell(plain, term, leaf.codes.to_wire)
    return msgspec.convert(plain, type(document), strict=False)


def _respell(value: Any, term: tuple[str, ...], known: Mapping[str, str]) -> None:
    for one in value if isinstance(value, list | tuple) else [value]:
        if not isinstance(one, dict) or term[0] not in one:
            continue
        if len(term) > 1:
            _respell(one[term[0]], term[1:], known)
        elif one[term[0]] not in known:
            one[term[0]] = next(iter(known))


def example(text: str, source: str, document: type) -> Document:
    """A canonical document written in YAML. Raises `Rejected` when it does not fit the model."""
    try:
        found: Document = msgspec.convert(load_located(text, source), document, strict=False)
    except msgspec.ValidationError as error:
        raise reject("table-example", f"the example is no {document.__name__}: {error}", Place(source=source)) from None
    return found


def carried(document: Any, leave_out: tuple[str, ...]) -> Any:
    """`document` without the terms that a table knowingly leaves out."""
    for term in leave_out:
        document = _without(document, term.split("."))
    return document


def _without(value: Any, term: list[str]) -> Any:
    if value is None:
        return None
    if isinstance(value, tuple):
        return tuple(_without(one, term) for one in value)
    name, rest = term[0], term[1:]
    if rest:
        return msgspec.structs.replace(value, **{name: _without(getattr(value, name), rest)})
    struct: type = value.__class__
    shape = shapes(struct)[name]
    return msgspec.structs.replace(value, **{name: () if shape.many else shape.default})
