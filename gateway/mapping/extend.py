"""A supplier's own dialect: what differs from the standard tables, in one short file for all its documents."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

from gateway.findings import Place, reject
from gateway.mapping.codes import Codes, code_map
from gateway.mapping.located import Complaints, Located, did_you_mean, load_located
from gateway.mapping.shapes import HOOKS, find
from gateway.mapping.table import Group, Leaf, Table, leaves

_KEYS = {"extends", "variants", "layout", "codes", "columns"}
_SECTION_KEYS = {"change", "drop", "leave_out", "row", "cells"}
_OPTIONS = ("scheme", "date", "decimal", "like", "numbered")
_CHANGE_KEYS = {"column", "codes", "const", *_OPTIONS}


def extension(text: str, source: str, name: str) -> Extension:
    """What a dialect file says. Raises `Rejected` when it is not one."""
    data = load_located(text, source)
    if not isinstance(data, Located) or not isinstance(data.get("extends"), str):
        raise reject(
            "dialect-shape", "a dialect says `extends:` first, such as extends: csv", Place(source=source, line=1)
        )
    return Extension(name, data)


class Extension:
    """The differences of one dialect from `parent`; `variants` are the tables it writes before the plain ones."""

    def __init__(self, name: str, data: Located) -> None:
        self.name = name
        self.data = data
        self.parent: str = data["extends"]
        self.place = data.at("extends")
        self.variants = tuple(str(variant) for variant in data.get("variants") or ())
        self.differs = bool(set(data) - {"extends", "variants"})
        self.complaints = Complaints()
        self.codes: dict[str, Codes] = {}
        for key, value in self._mapping(data, "codes").items():
            self.codes[key] = code_map(key, value, self._mapping(data, "codes").at(key))
        self.columns = self._mapping(data, "columns")

    def tables(self, parents: Sequence[Table]) -> list[Table]:
        """Every parent table with the dialect's differences. Raises `Rejected` with all mistakes."""
        self._known(self.data, _KEYS | {_section(table) for table in parents}, "a dialect")
        known = {table.variant for table in parents} - {""}
        for variant in self.variants:
            if variant not in known:
                message = f"{self.parent} has no variant {variant}{did_you_mean(variant, known)}"
                self.complaints.add("dialect-variant", message, self.data.at("variants"))
        made = [self._table(table) for table in parents]
        self._finish(parents)
        return made

    def _table(self, parent: Table) -> Table:
        section_name = _section(parent)
        section = self._mapping(self.data, section_name)
        self._known(section, _SECTION_KEYS, section_name)
        change = self._mapping(section, "change")
        known = {".".join(term): leaf for term, leaf in leaves(parent.root)}
        for term in change:
            if term not in known:
                message = f"{parent.name} has no line for {term}{did_you_mean(term, known)}"
                self.complaints.add("dialect-term", message, change.at(term))
        leave_out = [str(term) for term in section.get("leave_out") or ()]
        dropped = {str(term): section.at("drop") for term in section.get("drop") or ()}
        dropped |= dict.fromkeys(leave_out, section.at("leave_out"))
        droppable = [_hooked(leaf) or full for full, leaf in known.items()]
        for term, place in dropped.items():
            if not any(_below(full, term) for full in droppable):
                self.complaints.add(
                    "dialect-term", f"{parent.name} has no line for {term}{did_you_mean(term, known)}", place
                )
        row = self._row(section)
        root = self._group(parent.root, (), change, dropped)
        return dataclasses.replace(
            parent,
            name=f"{self.name}/{section_name}",
            source=self.data.place.source,
            root=self._only(root, set(row["row"]), section) if row else root,
            layout=parent.layout | self._mapping(self.data, "layout") | row,
            leave_out=(*parent.leave_out, *leave_out),
        )

    def _row(self, section: Located) -> dict[str, Any]:
        """The cells of a row in their order: `row` where the file names them itself, `cells` where it does not."""
        key = "cells" if "cells" in section else "row"
        if key not in section:
            return {}
        names = section[key]
        if not isinstance(names, list) or not names or ("row" in section and "cells" in section):
            raise reject(
                "dialect-row", "say row: or cells:, as the list of the columns in their order", section.at(key)
            )
        return {"row": [str(name) for name in names], "header": key == "row"}

    def _only(self, group: Group, row: set[str], section: Located) -> Group:
        """The lines whose column stands in the row; the others are dropped."""
        terms: list[Leaf | Group] = []
        for term in group.terms:
            if isinstance(term, Group):
                inner = self._only(term, row, section)
                terms.extend([inner] if inner.terms else [])
            elif term.at in row or _silent(term):
                terms.append(term)
            elif _needed(group.struct, term.term):
                message = f"{term.dotted} must be in every document, and its column {term.at} does not stand in the row"
                self.complaints.add("dialect-row", message, section.at("cells" if "cells" in section else "row"))
        return dataclasses.replace(group, terms=tuple(terms))

    def _finish(self, parents: Sequence[Table]) -> None:
        """Complains of columns and code lists that no parent table has, then raises if anything was wrong."""
        found = [leaf for table in parents for _, leaf in leaves(table.root)]
        columns = {leaf.at for leaf in found}
        lists = {_list_name(leaf.codes) for leaf in found if leaf.codes}
        for key in self.columns:
            if key not in columns:
                message = f"no table that is extended has a column {key}{did_you_mean(key, columns)}"
                self.complaints.add("dialect-column", message, self.columns.at(key))
        for key in self.codes:
            if key not in lists:
                message = f"no table that is extended uses a code list {key}{did_you_mean(key, lists)}"
                self.complaints.add("dialect-codes", message, self._mapping(self.data, "codes").at(key))
        self.complaints.raise_if_any()

    def _group(self, group: Group, prefix: tuple[str, ...], change: Located, dropped: dict[str, Place]) -> Group:
        terms: list[Leaf | Group] = []
        for term in group.terms:
            full = ".".join(prefix + term.term)
            cut = next((key for key in dropped if _below(_hooked(term) or full, key)), None)
            if cut is not None and self._droppable(group.struct, term, full, dropped[cut]):
                continue
            if isinstance(term, Group):
                terms.append(self._group(term, prefix + term.term, change, dropped))
            else:
                terms.append(self._leaf(term, group, prefix, change))
        return dataclasses.replace(group, terms=_relied_on(terms))

    def _droppable(self, struct: type, term: Leaf | Group, full: str, place: Place) -> bool:
        if _needed(struct, term.term):
            self.complaints.add("dialect-drop", f"{full} must be in every document, so it cannot be dropped", place)
        return True

    def _leaf(self, leaf: Leaf, group: Group, prefix: tuple[str, ...], change: Located) -> Leaf:
        full = ".".join(prefix + leaf.term)
        column = str(self.columns.get(leaf.at, leaf.at))
        place = self.columns.at(leaf.at) if leaf.at in self.columns else leaf.place
        codes, options, const = leaf.codes, dict(leaf.options), leaf.const
        if codes is not None:
            codes = self.codes.get(_list_name(codes), codes)
        changes = change.get(full)
        if isinstance(changes, Located):
            self._known(changes, _CHANGE_KEYS, f"a change of {full}")
            column, place = str(changes.get("column", column)), change.at(full)
            options |= {key: changes[key] for key in _OPTIONS if key in changes}
            if "const" in changes:
                const = self._const(leaf, changes)
            if "like" in options:
                options["like"] = self._like(str(options["like"]), group, prefix, change.at(full))
            if "codes" in changes:
                codes = code_map(full, changes["codes"], changes.at("codes"))
        return dataclasses.replace(leaf, at=column, place=place, codes=codes, options=options, const=const)

    def _const(self, leaf: Leaf, changes: Located) -> str:
        if leaf.type not in {"text", "date", "decimal", "integer"} or leaf.many:
            message = f"{leaf.dotted} is no single text, number or date, so it cannot be a const"
            self.complaints.add("dialect-term", message, changes.at("const"))
        return str(changes["const"])

    def _like(self, term: str, group: Group, prefix: tuple[str, ...], place: Place) -> str:
        """The term that a line says as well, seen from the group that both stand in."""
        start = "".join(f"{name}." for name in prefix)
        mine = {f"{start}{leaf.dotted}": leaf.dotted for leaf in group.terms if isinstance(leaf, Leaf)}
        if term not in mine:
            self.complaints.add("dialect-term", f"{term} is no term beside this one{did_you_mean(term, mine)}", place)
        return mine.get(term, term)

    def _known(self, data: Located, known: set[str], what: str) -> None:
        for key in data:
            if key not in known:
                self.complaints.add(
                    "dialect-key", f"{key} is not a key of {what}{did_you_mean(key, known)}", data.at(key)
                )

    def _mapping(self, data: Located, key: str) -> Located:
        value: Any = data.get(key)
        if value is None:
            return Located(data.at(key))
        if not isinstance(value, Located):
            raise reject("dialect-shape", f"{key} must be a mapping", data.at(key))
        return value


def _needed(struct: type, term: tuple[str, ...]) -> bool:
    """Whether no `struct` can be without the term: every step to it must be there."""
    steps = [find(struct, term[: length + 1]) for length in range(len(term))]
    return all(step is not None and step.required for step in steps)


def _relied_on(terms: list[Leaf | Group]) -> tuple[Leaf | Group, ...]:
    """The lines, those in every document that another one must be like."""
    needed = {line.options["like"] for line in terms if isinstance(line, Leaf) and "like" in line.options and line.min}
    return tuple(
        dataclasses.replace(line, min=1) if isinstance(line, Leaf) and line.dotted in needed else line for line in terms
    )


def _hooked(line: Leaf | Group) -> str:
    """The document's own term that a column with a hook stands for."""
    return HOOKS[line.hook][0] if line.hook and isinstance(line, Leaf) else ""


def _silent(leaf: Leaf) -> bool:
    """Whether the line needs no column."""
    return leaf.const is not None or "like" in leaf.options or bool(leaf.options.get("numbered"))


def _section(table: Table) -> str:
    """What a dialect file calls the table: the name of its file."""
    return table.name.split("/")[-1]


def _below(term: str, ancestor: str) -> bool:
    return term == ancestor or term.startswith(f"{ancestor}.")


def _list_name(codes: Codes) -> str:
    return re.sub(r"^codelists/(.*)\.yaml$", r"\1", codes.name)
