"""The dialect file that a proposal is: what differs from the standard tables, for all files of one supplier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import yaml

from gateway.learn.gaps import Gaps, gaps
from gateway.learn.numbers import Style, style
from gateway.learn.remarks import Remarks
from gateway.learn.study import Study
from gateway.mapping.shapes import shapes
from gateway.mapping.table import Table, leaves

_WIDTH = 110
_INBOUND = {"order_response", "despatch_advice", "catalogue"}
# What an order of ours says and a supplier cannot do without: when, where, in what unit.
_GRAVE = {"delivery.requested": "when", "lines.quantity.unit": "in which unit"}
_WHERE = ("delivery.consignee", "delivery.recipient")


class Dialect:
    """Builds the text of one dialect file out of studies; what it had to decide is said in `remarks`."""

    def __init__(self, studies: Sequence[Study], tables: Mapping[str, Table], today: date, remarks: Remarks) -> None:
        self.studies = {study.document: study for study in studies}
        self.tables = tables
        self.remarks = remarks
        self.style = self._style()
        self.gaps = {name: self._gaps(study, today) for name, study in self.studies.items()}
        self.names = {name: self._names(study) for name, study in self.studies.items()}

    def text(self, about: str) -> str:
        """The file, with `about` as its first line."""
        dates = Counter(pattern for study in self.studies.values() for pattern in study.dates.values())
        pattern = dates.most_common(1)[0][0] if dates else "%Y-%m-%d"
        common = self._common()
        data: dict[str, Any] = {"extends": "csv", "layout": self._layout(pattern)}
        if codes := self._codes():
            data["codes"] = codes
        if common:
            data["columns"] = common
        for name in self.studies:
            data[name] = self._section(name, common, pattern)
        return "\n".join([f"# {about}", *_dumped({key: value for key, value in data.items() if value})]) + "\n"

    def _style(self) -> Style:
        found = style(dict.fromkeys(number for study in self.studies.values() for number in study.numbers))
        separator = next(iter(self.studies.values())).sheet.separator
        decimal = found.decimal or next((sign for one in found.doubtful for sign in one if sign in ".,"), "")
        if found.mixed:
            self.remarks.doubt("numbers-mixed", "numbers are written in two ways, and one table reads one of them")
        if found.doubtful:
            shown = ", ".join(map(repr, found.doubtful[:3]))
            self.remarks.doubt("thousand", f"{shown} can be thousands or decimals; decimals are taken: ask which")
        if not decimal and any(study.numbers for study in self.studies.values()):
            decimal = "." if separator == "," else ","
            self.remarks.note("decimal", f"no number has decimals; {decimal!r} is assumed, and another is refused loudly")
        if decimal == separator:
            self.remarks.stop("decimal-sign", "the decimal sign is also the separator; ask for another of the two")
            decimal = "."
        return Style(decimal or ".", "" if found.thousands == (decimal or ".") else found.thousands)

    def _layout(self, pattern: str) -> dict[str, str]:
        sheet = next(iter(self.studies.values())).sheet
        made = {
            "encoding": sheet.encoding, "separator": sheet.separator, "decimal": self.style.decimal, "date": pattern,
            "newline": sheet.newline, "thousands": self.style.thousands,
        }  # fmt: skip
        usual = {"encoding": "utf-8", "separator": ";", "decimal": ".", "date": "%Y-%m-%d", "newline": "\r\n", "thousands": ""}
        return {key: value for key, value in made.items() if value != usual[key]}

    def _gaps(self, study: Study, today: date) -> Gaps:
        table, mine = self.tables[study.document], Remarks(study.source)
        made = gaps(study.document, table.document, study.paths, today, mine)
        self.remarks.notes.extend(mine.notes)
        self.remarks.doubts.extend(mine.doubts)
        return made

    def _names(self, study: Study) -> dict[str, str]:
        """Standard column → what the supplier calls it; a cell without a name keeps the standard's."""
        unusable = self.gaps[study.document].unusable
        return {
            guess.column: guess.name if study.sheet.names else guess.column
            for guess in study.mapped
            if guess.term not in unusable
        }

    def _common(self) -> dict[str, str]:
        """The columns that are called alike in every table that has them, and stand in no other's way."""
        said: dict[str, set[str]] = {}
        for names in self.names.values():
            for column, theirs in names.items():
                said.setdefault(column, set()).add(theirs)
        alike = {column: next(iter(theirs)) for column, theirs in said.items() if len(theirs) == 1}
        twice = Counter(alike.values())
        return {
            column: theirs
            for column, theirs in alike.items()
            if theirs != column and twice[theirs] == 1 and not self._in_the_way(column, theirs, alike)
        }

    def _in_the_way(self, column: str, theirs: str, alike: Mapping[str, str]) -> bool:
        """Whether a table has the column and yet another one that is, or becomes, called the same."""
        for name, table in self.tables.items():
            mine = {leaf.at for _, leaf in leaves(table.root)}
            unlearned = column in mine and column not in self.names.get(name, {})
            if unlearned and theirs in mine - {column}:
                return True
            if unlearned and theirs in self.names.get(name, {}).values():
                return True
        return False

    def _section(self, name: str, common: Mapping[str, str], pattern: str) -> dict[str, Any]:
        study, found = self.studies[name], self.gaps[name]
        changes: dict[str, dict[str, Any]] = {}
        for guess in study.mapped:
            theirs = self.names[name].get(guess.column)
            if theirs is None:
                continue
            change = {"column": theirs} if common.get(guess.column, guess.column) != theirs else {}
            if study.dates.get(guess.term, pattern) != pattern:
                change["date"] = study.dates[guess.term]
            if guess.term in study.schemes:
                change["scheme"] = study.schemes[guess.term]
            if change:
                changes[guess.term] = change
        section: dict[str, Any] = self._row(study)
        section["change"] = changes | found.changes
        section["leave_out"] = [*found.leave_out, *self._left(study, found)]
        return {key: value for key, value in section.items() if value}

    def _row(self, study: Study) -> dict[str, Any]:
        if not study.sheet.names:
            taken = {guess.index: guess.column for guess in study.mapped if guess.column in self.names[study.document]}
            return {"cells": [taken.get(index, f"cell_{index + 1}") for index in range(study.sheet.width)]}
        return {} if study.document in _INBOUND else {"row": list(study.sheet.names)}

    def _left(self, study: Study, found: Gaps) -> list[str]:
        """What an order of ours says and the file has no column for; of an answer, only what would be in the way."""
        said = {guess.term for guess in study.mapped if guess.column in self.names[study.document]} | found.changes.keys()
        every = [(".".join(term), leaf) for term, leaf in leaves(self.tables[study.document].root)]
        if study.document in _INBOUND and study.sheet.names:
            theirs = set(self.names[study.document].values())
            gone = [term for term, leaf in every if term not in said and (leaf.at in theirs or leaf.min)]
            return self._optional(study, [term for term in gone if not _covered(term, found.leave_out)])
        gone = [_shortest(term, said) for term, _ in every if term not in said and not _covered(term, found.leave_out)]
        left = list(dict.fromkeys(gone))
        if study.document == "order":
            self._say_left(left)
        return self._optional(study, left)

    def _optional(self, study: Study, terms: Sequence[str]) -> list[str]:
        """Those that a document can be without: that another one is missing is said elsewhere."""
        struct = self.tables[study.document].document
        if study.document == "despatch_advice" and "lines.delivered.unit" in terms:
            message = "no column says the unit of what was sent; ask for one"
            self.remarks.doubt("no-unit", message)
        return [term for term in terms if not _needed(struct, term)]

    def _say_left(self, left: Sequence[str]) -> None:
        for term, what in _GRAVE.items():
            if any(_covered(term, [one]) for one in left):
                self.remarks.doubt("order-without", f"an order would not say {what} ({term}): ask for a column")
        if all(any(_covered(term, [one]) for one in left) for term in _WHERE):
            self.remarks.doubt("order-without", "an order would not say where to deliver (delivery): ask for a column")
        if "note" in left and "lines.note" in left and "delivery.marks" in left:
            self.remarks.note("mute", "what a colleague writes to the supplier beside an article would not reach them")
        if left:
            shown = ", ".join(left)
            self.remarks.note("order-left", f"orders will not carry what the file has no column for: {shown}")

    def _codes(self) -> dict[str, dict[str, Any]]:
        merged: dict[str, dict[str, list[str]]] = {}
        for study in self.studies.values():
            for name, words in study.codes.items():
                for code, said in words.items():
                    known = merged.setdefault(name, {}).setdefault(code, [])
                    known.extend(word for word in said if word not in known)
        spoken = {
            name: {code: said[0] if len(said) == 1 else said for code, said in words.items()}
            for name, words in merged.items()
            if any(said != [code] for code, said in words.items())
        }
        if "units" in spoken:
            self.remarks.note("units", f"only these units are known of the supplier: {', '.join(spoken['units'])}")
        return spoken


def _needed(struct: type, term: str) -> bool:
    """Whether every document says it, through every step to it."""
    name, _, rest = term.partition(".")
    shape = shapes(struct)[name]
    if not shape.required or (not rest and shape.is_group):
        return False
    return _needed(shape.type, rest) if rest else True


def _covered(term: str, ancestors: Sequence[str]) -> bool:
    return any(term == one or term.startswith(f"{one}.") for one in ancestors)


def _shortest(term: str, said: set[str]) -> str:
    """The widest group around `term` of which nothing is said."""
    steps = term.split(".")
    for length in range(2 if steps[0] == "lines" else 1, len(steps)):
        group = ".".join(steps[:length])
        if not any(_covered(one, [group]) for one in said):
            return group
    return term


def _dumped(data: Mapping[str, Any]) -> list[str]:
    """YAML as people write it here: one key a line, what stands below it in braces."""
    lines: list[str] = []
    for key, value in data.items():
        nested = isinstance(value, dict) and any(isinstance(inner, dict | list) for inner in value.values())
        if nested and key != "columns":
            lines.append(f"{key}:")
            for name, inner in value.items():
                lines.extend(f"  {line}" for line in _flow(name, inner))
        else:
            lines.extend(_flow(key, value))
    return lines


class _Dumper(yaml.SafeDumper):
    """Line ends and tabs are written as \\n and \\t, and numbers that are text in double quotes."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = '"' if any(ord(sign) < 32 for sign in value) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def _flow(key: str, value: Any) -> list[str]:
    plain = yaml.safe_dump(key, allow_unicode=True).splitlines()[0]
    text = yaml.dump(value, Dumper=_Dumper, default_flow_style=True, allow_unicode=True, sort_keys=False, width=_WIDTH)
    first, *rest = text.removesuffix("...\n").splitlines()
    return [f"{plain}: {first}", *(f"  {line.strip()}" for line in rest)]
