"""From the text of a table to a checked `Table`. A mistake is a finding with file, line, column and suggestion."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from gateway.findings import Place, reject
from gateway.mapping.check import check_table
from gateway.mapping.codes import Codes, code_list, code_map
from gateway.mapping.located import Complaints, Located, did_you_mean, load_located
from gateway.mapping.shapes import HOOKS, WIRE_TYPES, Shape, find, known_terms
from gateway.mapping.table import MANY, Group, Leaf, Table
from gateway.model import DOCUMENTS

_LINE_KEYS = {
    "path", "column", "term", "each", "const", "type", "codes", "card", "terms", "use", "hook",
    "scheme", "date", "decimal", "default", "only", "coded",
}  # fmt: skip
_TABLE_KEYS = {
    "document", "syntax", "root", "schema", "recognise", "layout", "terms", "leave_out", "example",
    "variant", "complete", "about",
}  # fmt: skip
_OPTIONS = ("scheme", "date", "decimal", "default")


def load_table(name: str, texts: Mapping[str, str]) -> Table:
    """The table `name` ("peppol/order") out of `texts` (path below mappings/ → text).

    Raises `Rejected` with every finding.
    """
    return _Loader(texts).table(name)


@functools.lru_cache(maxsize=512)
def _parsed(text: str, source: str) -> Any:
    """A file that many tables use, read once; nobody changes what is read."""
    return load_located(text, source)


class _Loader:
    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self.complaints = Complaints()
        self.lists: dict[str, Codes] = {}

    def table(self, name: str) -> Table:
        data = self._file(name, Place())
        self._known_keys(data, _TABLE_KEYS, "a table")
        document = DOCUMENTS.get(str(data.get("document")))
        if document is None:
            said = str(data.get("document"))
            message = f"{said!r} is not a canonical document{did_you_mean(said, DOCUMENTS)}"
            raise reject("table-document", message, data.at("document"))
        root = Group(
            at=str(data.get("root", "")),
            place=data.place,
            struct=document,
            terms=self._terms(data.get("terms"), document, data.at("terms")),
            min=1,
        )
        table = Table(
            name=name,
            source=f"{name}.yaml",
            document=document,
            syntax=str(data.get("syntax", "")),
            root=root,
            layout=dict(data.get("layout") or {}),
            recognise=self._recognise(data),
            header={key: data[key] for key in ("root", "schema") if key in data},
            leave_out=tuple(data.get("leave_out") or ()),
            example=data.get("example"),
            variant=str(data.get("variant", "")),
            complete=bool(data.get("complete", False)),
            about=str(data.get("about", "")),
        )
        check_table(table, data.at("leave_out"), self.complaints)
        self.complaints.raise_if_any()
        return table

    def _recognise(self, data: Located) -> dict[str, tuple[str, ...]]:
        """What the head of a document must (`transaction`) or must not (`absent`) hold: one text or any of several."""
        said = data.get("recognise") or Located(data.at("recognise"))
        self._known_keys(said, {"transaction", "absent"}, "recognise")
        return {key: tuple(map(str, value if isinstance(value, list) else [value])) for key, value in said.items()}

    def _file(self, name: str, place: Place) -> Located:
        text = self.texts.get(f"{name}.yaml")
        if text is None:
            known = [path.removesuffix(".yaml") for path in self.texts]
            raise reject("table-missing", f"there is no table {name}{did_you_mean(name, known)}", place)
        data = _parsed(text, f"{name}.yaml")
        if not isinstance(data, Located):
            raise reject("table-shape", "a table is a mapping", Place(source=f"{name}.yaml", line=1, column=1))
        return data

    def _known_keys(self, data: Located, known: set[str], what: str) -> None:
        for key in data:
            if key not in known:
                self.complaints.add(
                    "table-key", f"{key} is not a key of {what}{did_you_mean(key, known)}", data.at(key)
                )

    def _terms(self, lines: Any, struct: type, place: Place) -> tuple[Leaf | Group, ...]:
        if not isinstance(lines, list) or not lines:
            self.complaints.add("table-terms", "terms must be a list with at least one line", place)
            return ()
        return tuple(term for line in lines for term in self._lines(line, struct, place))

    def _lines(self, line: Any, struct: type, place: Place) -> tuple[Leaf | Group, ...]:
        """What a line stands for: itself, or the lines of a fragment where it says nothing but `use`."""
        if isinstance(line, Located) and set(line) == {"use"}:
            fragment = self._fragment(line, struct, "its place")
            return () if fragment is None else self._terms(fragment.get("terms"), struct, fragment.at("terms"))
        made = self._line(line, struct, place)
        return () if made is None else (made,)

    def _fragment(self, line: Located, struct: type, term: str) -> Located | None:
        """The fragment that a line uses, which must be of `struct` or of what it extends."""
        fragment = self._file(str(line["use"]), line.at("use"))
        self._known_keys(fragment, {"fragment", "terms"}, "a fragment")
        kind = str(fragment.get("fragment"))
        if kind in {base.__name__ for base in struct.__mro__}:
            return fragment
        message = f"{line['use']} is a fragment of {kind}, but {term} is {struct.__name__}"
        self.complaints.add("table-use", message, line.at("use"))
        return None

    def _line(self, line: Any, struct: type, place: Place) -> Leaf | Group | None:
        if not isinstance(line, Located):
            self.complaints.add("table-line", "a line of terms is a mapping such as {path: …, term: …}", place)
            return None
        self._known_keys(line, _LINE_KEYS, "a line")
        if "hook" in line and line["hook"] not in HOOKS:
            self.complaints.add(
                "table-hook",
                f"there is no hook {line['hook']}{did_you_mean(str(line['hook']), HOOKS)}",
                line.at("hook"),
            )
            return None
        key = "each" if "each" in line else "term"
        term = tuple(str(line[key]).split(".")) if key in line else ()
        shape = find(struct, term) if term else None
        if term and shape is None and "hook" not in line:
            near = did_you_mean(".".join(term), known_terms(struct))
            self.complaints.add("table-term", f"{struct.__name__} has no term {'.'.join(term)}{near}", line.at(key))
            return None
        if "terms" in line or "use" in line:
            return self._group(line, struct, term, shape)
        return self._leaf(line, term, shape)

    def _group(self, line: Located, struct: type, term: tuple[str, ...], shape: Shape | None) -> Group | None:
        lines, place = line.get("terms"), line.at("terms")
        inner = shape.type if shape else self._hooked(line, struct)
        if "use" in line:
            fragment = self._fragment(line, inner, ".".join(term))
            if fragment is None:
                return None
            lines, place = fragment.get("terms"), fragment.at("terms")
        if shape is not None and not self._fits_group(line, shape):
            return None
        low, high = self._card(line, "each" in line)
        return Group(
            at=str(line.get("path", "")),
            place=line.place,
            struct=inner,
            terms=self._terms(lines, inner, place),
            term=term,
            many="each" in line,
            min=low,
            max=high,
            hook=line.get("hook"),
        )

    def _hooked(self, line: Located, struct: type) -> type:
        """The struct of a group without a term of its own: what its hook carries, or the parent's (a container)."""
        return HOOKS[line["hook"]][1] if line.get("hook") in HOOKS else struct

    def _fits_group(self, line: Located, shape: Shape) -> bool:
        if "hook" not in line and not shape.is_group:
            self.complaints.add(
                "table-type", f"{shape.name} is a {shape.wire_type}, not a group of terms", line.at("term")
            )
            return False
        if "hook" not in line and shape.many != ("each" in line):
            wanted, key = ("each", "term") if shape.many else ("term", "each")
            self.complaints.add("table-each", f"{shape.name} is written with {wanted}, not {key}", line.at(key))
            return False
        return True

    def _leaf(self, line: Located, term: tuple[str, ...], shape: Shape | None) -> Leaf | None:
        if not term and "const" not in line:
            self.complaints.add("table-line", "a line needs a term, a const or terms of its own", line.place)
            return None
        wire_type = str(line.get("type") or (shape.wire_type if shape else "") or "text")
        if shape is not None and "hook" not in line and not self._fits_leaf(line, shape, wire_type):
            return None
        low, high = self._card(line, "each" in line)
        return Leaf(
            at=str(line.get("path") or line.get("column") or ""),
            place=line.place,
            term=term,
            const=None if "const" not in line else str(line["const"]),
            type=wire_type,
            many="each" in line,
            codes=self._codes(line),
            min=1 if "const" in line and "card" not in line else low,
            max=high,
            options={key: line[key] for key in _OPTIONS if key in line},
            hook=line.get("hook"),
            only=self._only(line),
            coded=self._coded(line, wire_type),
        )

    def _fits_leaf(self, line: Located, shape: Shape, wire_type: str) -> bool:
        if shape.is_group:
            inner = next(iter(known_terms(shape.type)))
            message = f"{shape.name} is a {shape.type.__name__}; map its terms, such as {shape.name}.{inner}"
            self.complaints.add("table-type", message, line.place)
            return False
        if wire_type != shape.wire_type:
            known = "" if wire_type in WIRE_TYPES.values() else did_you_mean(wire_type, WIRE_TYPES.values())
            self.complaints.add(
                "table-type", f"{shape.name} is a {shape.wire_type}, not a {wire_type}{known}", line.at("type")
            )
            return False
        if shape.many != ("each" in line):
            self.complaints.add(
                "table-each", f"{shape.name} is written with {'each' if shape.many else 'term'}", line.place
            )
            return False
        return True

    def _only(self, line: Located) -> str:
        only = str(line.get("only", ""))
        if only not in {"", "read", "write"}:
            self.complaints.add("table-only", f"only is read or write, not {only!r}", line.at("only"))
        return only

    def _coded(self, line: Located, wire_type: str) -> bool:
        if "coded" in line and wire_type not in {"identifier", "quantity"}:
            self.complaints.add("table-coded", f"a {wire_type} has no scheme or unit to be coded", line.at("coded"))
        return bool(line.get("coded", False))

    def _card(self, line: Located, many: bool) -> tuple[int, int]:
        text = str(line.get("card", "0..n" if many else "0..1"))
        match = re.fullmatch(r"([01])\.\.(1|n)", text)
        if match is None:
            self.complaints.add(
                "table-card", f"{text!r} is not a cardinality: 0..1, 1..1, 0..n or 1..n", line.at("card")
            )
            return 0, 1
        return int(match[1]), MANY if match[2] == "n" else 1

    def _codes(self, line: Located) -> Codes | None:
        named = line.get("codes")
        if named is None:
            return None
        if isinstance(named, dict):
            return code_map("codes", named, line.at("codes"))
        path = f"codelists/{named}"
        if path not in self.lists:
            if f"{path}.yaml" not in self.texts:
                known = [key[10:-5] for key in self.texts if key.startswith("codelists/")]
                self.complaints.add(
                    "table-codes", f"there is no code list {named}{did_you_mean(str(named), known)}", line.at("codes")
                )
                return None
            self.lists[path] = code_list(self.texts[f"{path}.yaml"], f"{path}.yaml")
        return self.lists[path]
