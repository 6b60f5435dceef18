"""Dialects: the tables of one way of speaking, compiled. A supplier names one; many suppliers share it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from gateway.findings import Place, reject
from gateway.formats.contract import Codec, Reading
from gateway.formats.cxml import uploads
from gateway.formats.cxml.codec import CxmlCodec
from gateway.formats.cxml.envelope import name_in
from gateway.formats.form import FormCodec
from gateway.formats.proof import survive
from gateway.formats.rows import RowsCodec
from gateway.formats.ubl import UblCodec
from gateway.mapping.extend import Extension, extension
from gateway.mapping.index import table_names
from gateway.mapping.load import load_table
from gateway.mapping.located import did_you_mean
from gateway.mapping.table import Table, leaves
from gateway.model import Document, OrderCancellation, OrderChange, OrderResponse

FORMATS: dict[str, Callable[[Table], Codec]] = {
    "ubl": UblCodec,
    "cxml": CxmlCodec,
    "rows": RowsCodec,
    "form": FormCodec,
}
CHANGES = frozenset({OrderChange.__name__, OrderCancellation.__name__})
"""Documents that follow an order that was sent, and never overtake it."""
_ADVANCED_VARIANT = "advanced"
_RESPONSE = OrderResponse.__name__
_HEAD = 8000
_OWN = "dialects/"


class Dialect:
    """One way of speaking: every table it reads, and for each document the one that it writes.

    A table with a variant is written only by dialects that choose this variant, and then before the one without.
    """

    def __init__(self, name: str, codecs: Iterable[Codec], variants: Iterable[str] = ()) -> None:
        self.name = name
        self.codecs = {codec.name: codec for codec in codecs}
        self.variants = tuple(variants)
        self._written: dict[str, Codec] = {}
        for wanted in ("", *self.variants):
            chosen = (codec for codec in self.codecs.values() if codec.table.variant == wanted)
            self._written |= {codec.document: codec for codec in chosen}

    @property
    def documents(self) -> frozenset[str]:
        """The documents that this dialect writes."""
        return frozenset(self._written)

    @property
    def advanced(self) -> bool:
        """Whether who speaks this dialect has agreed to Peppol Advanced Ordering: it writes the variant of that.

        That the tables are there is not enough: everybody who speaks Peppol shares them.
        """
        return _ADVANCED_VARIANT in self.variants and self.documents >= CHANGES

    @property
    def takes_changes(self) -> bool:
        """Whether orders can be changed and taken back in it. In cXML that is part of the order itself."""
        return self.advanced or all(name in self._written and _is_cxml(self._written[name]) for name in CHANGES)

    @property
    def acknowledges(self) -> bool:
        """Whether an answer can say "received" (UNCL4343 AB) in it; Svehandel has no word for that."""
        table = self._written[_RESPONSE].table if _RESPONSE in self._written else None
        lists = [leaf.codes for term, leaf in leaves(table.root) if term == ("code",)] if table else []
        return all(codes is None or "AB" in codes.to_wire for codes in lists)

    def codec(self, document: str) -> Codec:
        """The codec that writes a document ("Order"); raises `Rejected` when this dialect does not."""
        if document not in self._written:
            raise reject("no-table", f"the dialect {self.name} has no table for {document}", Place(source=self.name))
        return self._written[document]

    def write(self, document: Document) -> bytes:
        return self.codec(type(document).__name__).write(document)

    def identify(self, raw: bytes) -> Codec | None:
        """The codec whose document begins like `raw`; the closest one where several could read it."""
        head = raw[:_HEAD]
        found = [(codec.resemblance(head), codec) for codec in self.codecs.values()]
        best = max(found, key=lambda pair: pair[0], default=(0, None))
        return best[1] if best[0] else None

    def read(self, raw: bytes, source: str, document: str | None = None) -> Reading:
        """Reads `raw` as `document`, or as what it looks like. Raises `Rejected`, and nothing else."""
        codec = self.codec(document) if document else self.identify(raw)
        if codec is None:
            known = ", ".join(sorted(self.codecs))
            message = f"this is none of the documents that {self.name} knows ({known}), or its beginning is damaged"
            if (name := name_in(raw[:_HEAD])) == uploads.REQUEST:
                raise reject("cxml-no-catalogue", uploads.ALONE, Place(source=source, line=1))
            if name:
                message = f"this is a {name}, which is none of the documents that {self.name} knows ({known})"
            raise reject("not-recognised", message, Place(source=source, line=1))
        try:
            return codec.read(raw, source)
        except (RecursionError, MemoryError):
            raise reject(
                "too-complex", "the document is nested or filled beyond what can be read", Place(source=source)
            ) from None


def _is_cxml(codec: Codec) -> bool:
    return isinstance(codec, CxmlCodec)


def identify(dialects: Mapping[str, Dialect], raw: bytes) -> tuple[Dialect, Codec] | None:
    """Who speaks like `raw`, and which of their documents it is: the closest; of equals the one that came first."""
    head = raw[:_HEAD]
    found = [
        (codec.resemblance(head), dialect, codec) for dialect in dialects.values() if (codec := dialect.identify(head))
    ]
    best = max(found, key=lambda one: one[0], default=None)
    return best[1:] if best else None


def load_dialects(texts: Mapping[str, str]) -> dict[str, Dialect]:
    """Every dialect in `texts` (path below mappings/ → text), compiled. Raises `Rejected` with what is wrong where.

    A folder of tables is a standard dialect; a file in dialects/ extends one. What is compiled is kept: texts that
    come again, as when a proposal is tried beside the tables in force, cost nothing.
    """
    shared = tuple(sorted((path, text) for path, text in texts.items() if not path.startswith(_OWN)))
    found = dict(_standard(shared)[1])
    for path in sorted(path for path in texts if path.startswith(_OWN)):
        found[path.removeprefix(_OWN).removesuffix(".yaml")] = _own(path, texts[path], shared)
    return found


@lru_cache(maxsize=4)
def _standard(shared: tuple[tuple[str, str], ...]) -> tuple[dict[str, list[Table]], dict[str, Dialect]]:
    """The tables and the dialects of the folders; nobody changes them."""
    texts = dict(shared)
    tables: dict[str, list[Table]] = {}
    for name in table_names(texts):
        tables.setdefault(name.split("/")[0], []).append(load_table(name, texts))
    return tables, {name: Dialect(name, _compile(mine, texts)) for name, mine in tables.items()}


@lru_cache(maxsize=64)
def _own(path: str, text: str, shared: tuple[tuple[str, str], ...]) -> Dialect:
    """The dialect that one file in dialects/ makes of a standard one."""
    name = path.removeprefix(_OWN).removesuffix(".yaml")
    return _extended(name, extension(text, path, name), *_standard(shared), dict(shared))


def _extended(
    name: str,
    extension: Extension,
    tables: Mapping[str, list[Table]],
    standard: Mapping[str, Dialect],
    texts: Mapping[str, str],
) -> Dialect:
    """A dialect that only chooses variants shares the compiled tables of the one it extends."""
    parent = extension.parent
    if parent not in tables:
        message = f"there is no dialect {parent} to extend{did_you_mean(parent, tables)}"
        raise reject("dialect-parent", message, extension.place)
    mine = extension.tables(tables[parent])
    codecs = _compile(mine, texts) if extension.differs else standard[parent].codecs.values()
    return Dialect(name, codecs, extension.variants)


def _compile(tables: Iterable[Table], texts: Mapping[str, str]) -> list[Codec]:
    codecs = []
    for table in tables:
        if table.syntax not in FORMATS:
            message = f"syntax {table.syntax!r} is not a family of formats{did_you_mean(table.syntax, FORMATS)}"
            raise reject("table-syntax", message, table.root.place)
        codec = FORMATS[table.syntax](table)
        if table.example:
            survive(codec, table, texts)
        codecs.append(codec)
    return codecs
