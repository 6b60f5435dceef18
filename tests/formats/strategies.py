"""Canonical documents that a table can express, drawn from the table itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
from hypothesis import assume, reject
from hypothesis import strategies as st

from gateway.formats.build import builder, unsaid
from gateway.formats.cxml.trees import PAIRS
from gateway.formats.form.compiled import form_of
from gateway.formats.hooks import MERGERS
from gateway.formats.proof import spoken
from gateway.mapping.check import mapped_terms
from gateway.mapping.shapes import HOOKS, Shape, shapes
from gateway.mapping.table import MANY, Group, Leaf, Table
from gateway.model.despatch import LogisticUnit
from gateway.model.party import Amount, Identifier, Quantity

_CURRENCY = "SEK"
Draw = Any


@st.composite
def documents(draw: Draw, table: Table) -> Any:
    """A document of `table.document` with nothing that the table cannot say."""
    if table.tree:
        return _from_tree(draw, table)
    document = _Drawing(draw, table).object(table.root)
    if table.syntax == "form":
        return _formed(document, table)
    hooks = _hooks(table.root)
    return _packed(draw, document, table, hooks["packing"]) if "packing" in hooks else document


def _formed(document: Any, table: Table) -> Any:
    """The document with its lines numbered, what no field holds as it always is, and each property once, in order."""
    import msgspec

    plain = msgspec.to_builtins(spoken(document, table))
    for one in form_of(table).asides:
        order = [code for _, code in one.fields()]
        for line in plain.get(table.root.terms[0].dotted, ()):
            holder = line
            for name in one.group.term[:-1]:
                holder = holder.get(name, {})
            members = {member[one.name]: member for member in holder.get(one.group.term[-1], ())}
            if members:
                holder[one.group.term[-1]] = sorted(members.values(), key=lambda member: order.index(member[one.name]))
    return msgspec.convert(plain, type(document), strict=False)


# What on the wire tells documents of one tree apart.
_MARKS = {
    "Order": {"kind": "new"},
    "OrderChange": {"kind": "update"},
    "OrderCancellation": {"kind": "delete"},
    "Invoice": {"purpose": "standard"},
    "CreditNote": {"purpose": "lineLevelCreditMemo"},
}


def _from_tree(draw: Draw, table: Table) -> Any:
    """What some tree on the wire means."""
    try:
        tree = _Drawing(draw, table).object(table.root)
        mark = _MARKS.get(table.document.__name__, {})
        document = PAIRS[table.tree].from_wire(msgspec.structs.replace(tree, **mark))
    except (ValueError, ArithmeticError):
        reject()
    assume(type(document) is table.document)
    return document


class _Drawing:
    def __init__(self, draw: Draw, table: Table) -> None:
        self.draw = draw
        self.rows = table.syntax in {"rows", "form"}
        self.leave_out = table.leave_out
        self.text = _text(str(table.layout.get("encoding", "utf-8")), self.rows)
        if table.syntax == "cxml":
            self.text = _STRIPPED
        _, self.strategies = _MADE.setdefault(id(table), (table, {}))
        self.loose = table.syntax == "cxml"
        self.most = 3 if self.rows else 2  # lists in lists in lists grow fast

    def maybe(self, required: bool) -> bool:
        return required or bool(self.draw(_EITHER))

    def object(self, group: Group) -> Any:
        """An object that is not empty."""
        values = self.nested(group) if self.rows else self.container(group)
        if not values:
            values = self.container(group, everything=True)
        terms = [tuple(key.split(".")) for key in values]
        empty = unsaid(group.struct, self.leave_out, f"{group.dotted}." if group.term else "")
        return builder(group.struct, terms)(values | empty)

    def container(self, group: Group, everything: bool = False) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for line in group.terms:
            if line.hook or (isinstance(line, Leaf) and (not line.term or line.only == "read")):
                continue
            if isinstance(line, Group) and not line.term:
                if self.maybe(line.min > 0 or everything):
                    values |= self.container(line) or self.container(line, everything=True)
            elif line.many:
                low = max(line.min, int(everything))
                size = self.draw(_between(low, self.most if line.max == MANY else max(low, 1)))
                values[line.dotted] = tuple(self.one(line) for _ in range(size))
                if not size:
                    del values[line.dotted]
            elif self.maybe(line.min > 0 or everything):
                values[line.dotted] = self.one(line)
        return self.attributes_need_elements(group, values)

    def attributes_need_elements(self, group: Group, values: dict[str, Any]) -> dict[str, Any]:
        """An attribute is written only where its element stands."""
        if self.loose:
            return values
        elements = {line.at: line.dotted for line in group.terms if isinstance(line, Leaf) and "@" not in line.at}
        for line in group.terms:
            if "@" in line.at and elements[line.at.split("/@")[0]] not in values:
                values.pop(line.dotted, None)
        return values

    def nested(self, group: Group) -> dict[str, Any]:
        lines = {line.dotted: line for line in group.terms if line.term and not line.hook}
        return self.tree(group.struct, mapped_terms(group), lines, "")

    def tree(self, struct: type, tree: dict[str, Any], lines: dict[str, Any], prefix: str) -> dict[str, Any]:
        """Values below one struct: what the model requires is there as soon as anything of it is."""
        values: dict[str, Any] = {}
        for name, line in tree.items():
            shape, full = shapes(struct)[name], f"{prefix}{name}"
            if isinstance(line, dict):
                if self.maybe(shape.required):
                    values |= self.tree(shape.type, line, lines, f"{full}.") or self.all_of(line, f"{full}.")
            elif isinstance(line, Group):
                size = self.draw(_between(line.min, 3 if line.max == MANY else 1))
                values[full] = tuple(self.object(line) for _ in range(size))
                if not size:
                    del values[full]
            elif full == "currency":
                values[full] = _CURRENCY
            elif self.maybe(shape.required or line.min > 0):
                values[full] = self.many(line) if line.many else self.one(line)
                if values[full] == ():
                    del values[full]
        return values

    def all_of(self, tree: dict[str, Any], prefix: str) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, line in tree.items():
            if isinstance(line, dict):
                values |= self.all_of(line, f"{prefix}{name}.")
            else:
                values[f"{prefix}{name}"] = (self.one(line),) if line.many else self.one(line)
        return values

    def many(self, line: Leaf) -> tuple[Any, ...]:
        size = self.draw(_between(line.min, 3 if line.max == MANY else 1))
        return tuple(self.one(line) for _ in range(size))

    def one(self, line: Leaf | Group) -> Any:
        if isinstance(line, Group):
            return self.object(line)
        if line.const is not None:
            return line.const
        if id(line) not in self.strategies:
            self.strategies[id(line)] = self.leaf(line)
        return self.draw(self.strategies[id(line)])

    def leaf(self, leaf: Leaf) -> st.SearchStrategy[Any]:
        codes = st.sampled_from(_some(sorted(leaf.codes.to_wire))) if leaf.codes else None
        text = self.text.filter(lambda text: "|" not in text) if self.rows and leaf.many else self.text
        if leaf.at.endswith("URI"):  # xs:anyURI, where the schema judges
            text = st.sampled_from(["https://exempel.example/1?a=b&c", "urn:exempel:2"])
        if leaf.type == "identifier":
            return self.identifier(leaf, codes, text)
        if leaf.type == "quantity":
            unit = text if codes is None else codes
            return st.builds(Quantity, value=_decimals, unit=unit if leaf.coded else st.none() | unit)
        if leaf.type == "amount":
            currency = st.just(_CURRENCY) if self.rows or codes is None else codes
            return st.builds(Amount, value=_decimals, currency=currency)
        if leaf.options.get("positive"):
            return _decimals.filter(lambda value: value > 0)
        return codes if codes is not None else {**_PLAIN, "text": text}[leaf.type]

    def identifier(self, leaf: Leaf, codes: Any, text: Any) -> st.SearchStrategy[Identifier]:
        scheme = text.filter(lambda text: ":" not in text) if codes is None else codes
        if "scheme" in leaf.options:
            scheme = st.just(leaf.options["scheme"])
        elif not self.rows and not leaf.coded:
            scheme = st.none() | scheme
        return st.builds(Identifier, value=text, scheme=scheme)


def _some(codes: list[str]) -> list[str]:
    """Of very many codes a few from all over the list: to draw from two thousand costs more than it finds."""
    return codes[:: max(1, len(codes) // 50)]


@cache
def _between(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


@cache
def _text(encoding: str, rows: bool) -> st.SearchStrategy[str]:
    letters = st.characters(codec=encoding, exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff\ufeff")
    some = letters | st.sampled_from("\r\n\t;,\"'<>&]" if rows else "\r\n\t<>&\"']")
    return st.text(some, min_size=1, max_size=8).filter(lambda text: not text.isspace())


_EITHER = st.booleans()
_STRIPPED = _text("utf-8", False).map(str.strip).filter(bool)
"""Of cXML: white space around a text is not part of it."""
_MADE: dict[int, tuple[Table, dict[int, st.SearchStrategy[Any]]]] = {}
"""What the leaves of a table are drawn from, by their identities: to make it anew costs more than to draw from it."""
_decimals = st.decimals(min_value=Decimal("-1e9"), max_value=Decimal("1e9"), places=3, allow_nan=False)
_PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "decimal": _decimals,
    "date": st.dates(date(2000, 1, 1), date(2060, 12, 31)),
    "datetime": st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),
    "time": st.times(time(0, 0), time(23, 59, 59)),
    "boolean": st.booleans(),
    "integer": st.integers(-(10**9), 10**9),
    "binary": st.binary(min_size=1, max_size=20),
}


def _hooks(group: Group) -> dict[str, Leaf | Group]:
    found: dict[str, Leaf | Group] = {}
    for line in group.terms:
        if line.hook:
            found[line.hook] = line
        elif isinstance(line, Group):
            found |= _hooks(line)
    return found


def _packed(draw: Draw, document: Any, table: Table, hook: Leaf | Group) -> Any:
    """The document with lines numbered and packed in units, as the tree would be read back."""
    replace = msgspec.structs.replace
    lines = tuple(replace(line, id=str(number)) for number, line in enumerate(document.lines, 1))
    if isinstance(hook, Group):
        units = [_Drawing(draw, table).object(hook) for _ in range(draw(st.integers(0, 3)))]
        lines = tuple(replace(line, shipment_id=line.shipment_id or "NA") for line in lines)
    else:
        digits = draw(st.lists(st.text("0123456789", min_size=18, max_size=18), max_size=3, unique=True))
        units = [LogisticUnit(id=Identifier(value=sscc, scheme="SSCC")) for sscc in digits]
    asides = [(line, tuple(unit for unit in units if draw(st.booleans()))) for line in lines]
    return replace(document, lines=lines, **{HOOKS["packing"][0]: MERGERS["packing"](asides)})


def unmapped(table: Table) -> list[tuple[str, Shape]]:
    """The document's fields that a table neither maps nor knowingly leaves out."""
    tree = mapped_terms(table.root) | {HOOKS[hook][0]: True for hook in _hooks(table.root)}
    left = set(table.leave_out)
    return [(name, shape) for name, shape in shapes(table.document).items() if name not in tree and name not in left]


def something(shape: Shape) -> Any:
    """The smallest value of a field that is not its default."""
    value = _something(shape.type)
    return (value,) if shape.many else value


def _something(kind: type) -> Any:
    plain = {str: "x", bytes: b"x", bool: True, int: 1, Decimal: Decimal(1), date: date(2026, 1, 2), time: time(1)}
    if kind in plain:
        return plain[kind]
    needed = {name: something(shape) for name, shape in shapes(kind).items() if shape.required}
    return kind(**needed)
