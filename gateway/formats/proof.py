"""The example that a table names: written and read again before the table is accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from gateway.findings import Finding, Place, Rejected, reject
from gateway.formats.build import unsaid
from gateway.formats.contract import Codec
from gateway.mapping.located import load_located
from gateway.mapping.shapes import shapes
from gateway.mapping.table import Group, Table, leaves
from gateway.model import Document


def survive(codec: Codec, table: Table, texts: Mapping[str, str]) -> None:
    """The example that a table names must come back from a round trip as it went, but for what the table leaves out."""
    wanted = carried(exemplar(table, texts), table.leave_out)
    try:
        found = codec.read(codec.write(wanted), f"the example of {table.name}").document
    except Rejected as rejected:
        about = Finding(
            rule="table-example", message=f"the example does not survive {table.name}", place=table.root.place
        )
        raise Rejected([about, *rejected.findings]) from None
    if found != wanted:
        raise reject("table-example", f"{table.name} reads its example back as another document", table.root.place)


def exemplar(table: Table, texts: Mapping[str, str]) -> Document:
    """The example that a table names, in codes that the table knows. Raises `Rejected` where there is none."""
    text = texts.get(f"{table.example}.yaml")
    if text is None:
        raise reject("table-example", f"there is no example {table.example}", table.root.place)
    found = example(text, f"{table.example}.yaml", table.document)
    return found if table.tree else spoken(found, table)


def spoken(document: Document, table: Table) -> Document:
    """The example as the table can say it: a supplier who sells by the piece has no word for a box."""
    plain = msgspec.to_builtins(document)
    for term, leaf in leaves(table.root):
        if leaf.codes is not None and leaf.codes.to_wire and leaf.type == "text":
            _respell(plain, term, leaf.codes.to_wire)
    _without_columns(plain, table.root)
    return msgspec.convert(plain, type(document), strict=False)


def _without_columns(value: Any, group: Group) -> None:
    """What stands in no column says what it always says, or what it is like."""
    for place, one in enumerate(value if isinstance(value, list | tuple) else [value], 1):
        for line in group.terms:
            if isinstance(line, Group):
                _without_columns(_step(one, line.term), line) if line.term else None
            elif isinstance(holder := _step(one, line.term[:-1]), dict) and line.term:
                if line.const is not None:
                    holder[line.term[-1]] = line.const
                elif "like" in line.options:
                    holder[line.term[-1]] = _step(one, line.options["like"].split("."))
                elif line.options.get("numbered"):
                    holder[line.term[-1]] = str(place)


def _step(value: Any, term: Iterable[str]) -> Any:
    for name in term:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _respell(value: Any, term: tuple[str, ...], known: Mapping[str, str]) -> None:
    for one in value if isinstance(value, list | tuple) else [value]:
        if not isinstance(one, dict) or term[0] not in one:
            continue
        if len(term) > 1:
            _respell(one[term[0]], term[1:], known)
        elif isinstance(said := one[term[0]], list | tuple):
            one[term[0]] = [code if code in known else next(iter(known)) for code in said]
        elif said not in known:
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
    nothing = unsaid(struct, [name]).get(name, shape.default)
    return msgspec.structs.replace(value, **{name: () if shape.many else nothing})
