"""The lines of a table or fragment: each becomes a leaf or a group, tied to a term that exists and fits."""

from __future__ import annotations

from typing import Any

from gateway.findings import Place
from gateway.mapping.keys import Keys
from gateway.mapping.library import Library
from gateway.mapping.located import Located, did_you_mean
from gateway.mapping.shapes import HOOKS, Shape, find, known_terms, shapes
from gateway.mapping.table import Group, Leaf

_KEYS = {
    "path", "column", "term", "each", "const", "type", "codes", "card", "terms", "use", "hook",
    "scheme", "date", "decimal", "default", "only", "coded", "kept", "spared",
    "field", "like", "numbered", "instead", "length", "positive",
}  # fmt: skip
_OPTIONS = ("scheme", "date", "decimal", "default", "like", "numbered", "instead", "length", "positive")


class Lines:
    """Builds the terms of one table; mistakes go to the library's complaints."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.keys = Keys(library.complaints)

    def terms(self, lines: Any, struct: type, place: Place) -> tuple[Leaf | Group, ...]:
        if not isinstance(lines, list) or not lines:
            self.library.complaints.add("table-terms", "terms must be a list with at least one line", place)
            return ()
        return tuple(term for line in lines for term in self._lines(line, struct, place))

    def _lines(self, line: Any, struct: type, place: Place) -> tuple[Leaf | Group, ...]:
        """What a line stands for: itself, or the lines of a fragment where it says nothing but `use`."""
        if isinstance(line, Located) and set(line) == {"use"}:
            fragment = self.library.fragment(line, struct, "its place")
            return () if fragment is None else self.terms(fragment.get("terms"), struct, fragment.at("terms"))
        made = self._line(line, struct, place)
        return () if made is None else (made,)

    def _line(self, line: Any, struct: type, place: Place) -> Leaf | Group | None:
        if not isinstance(line, Located):
            self.library.complaints.add("table-line", "a line of terms is a mapping such as {path: …, term: …}", place)
            return None
        self.library.known_keys(line, _KEYS, "a line")
        if "hook" in line and line["hook"] not in HOOKS:
            self.library.complaints.add(
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
            self.library.complaints.add(
                "table-term", f"{struct.__name__} has no term {'.'.join(term)}{near}", line.at(key)
            )
            return None
        if "terms" in line or "use" in line:
            return self._group(line, struct, term, shape)
        return self._leaf(line, term, shape)

    def _group(self, line: Located, struct: type, term: tuple[str, ...], shape: Shape | None) -> Group | None:
        lines, place = line.get("terms"), line.at("terms")
        inner = shape.type if shape else self._hooked(line, struct)
        if "use" in line:
            fragment = self.library.fragment(line, inner, ".".join(term))
            if fragment is None:
                return None
            lines, place = fragment.get("terms"), fragment.at("terms")
        if shape is not None and not self.keys.fits_group(line, shape):
            return None
        low, high = self.keys.card(line, "each" in line)
        return Group(
            at=str(line.get("path", "")),
            place=line.place,
            struct=inner,
            terms=self.terms(lines, inner, place),
            term=term,
            many="each" in line,
            min=low,
            max=high,
            hook=line.get("hook"),
            kept=self._kept(line, inner),
            spared=bool(line.get("spared", False)),
        )

    def _kept(self, line: Located, struct: type) -> str:
        """The text field of `struct` that a group may stand in as it is."""
        kept = str(line.get("kept", ""))
        shape = shapes(struct).get(kept)
        if kept and (shape is None or shape.type is not str or shape.many):
            message = f"{struct.__name__} has no text {kept}{did_you_mean(kept, shapes(struct))}"
            self.library.complaints.add("table-term", message, line.at("kept"))
        return kept

    def _hooked(self, line: Located, struct: type) -> type:
        """The struct of a group without a term of its own: what its hook carries, or the parent's (a container)."""
        return HOOKS[line["hook"]][1] if line.get("hook") in HOOKS else struct

    def _leaf(self, line: Located, term: tuple[str, ...], shape: Shape | None) -> Leaf | None:
        if not term and "const" not in line:
            self.library.complaints.add("table-line", "a line needs a term, a const or terms of its own", line.place)
            return None
        wire_type = str(line.get("type") or (shape.wire_type if shape else "") or "text")
        if shape is not None and "hook" not in line and not self.keys.fits_leaf(line, shape, wire_type):
            return None
        low, high = self.keys.card(line, "each" in line)
        return Leaf(
            at=str(line.get("path") or line.get("column") or line.get("field") or ""),
            place=line.place,
            term=term,
            const=None if "const" not in line else str(line["const"]),
            type=wire_type,
            many="each" in line,
            codes=self.library.codes(line),
            min=1 if "const" in line and "card" not in line else low,
            max=high,
            options={key: line[key] for key in _OPTIONS if key in line},
            hook=line.get("hook"),
            only=self.keys.only(line),
            coded=self.keys.coded(line, wire_type),
        )
