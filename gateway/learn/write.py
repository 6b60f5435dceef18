"""The dialect file that a proposal is: what differs from the standard tables, for all files of one supplier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from gateway.learn.flow import dumped
from gateway.learn.gaps import Gaps, gaps
from gateway.learn.left import left_out
from gateway.learn.numbers import Style, style
from gateway.learn.remarks import Remarks
from gateway.learn.study import Study
from gateway.mapping.table import Table, leaves


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
        return "\n".join([f"# {about}", *dumped({key: value for key, value in data.items() if value})]) + "\n"

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
            self.remarks.note(
                "decimal", f"no number has decimals; {decimal!r} is assumed, and another is refused loudly"
            )
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
        usual = {
            "encoding": "utf-8",
            "separator": ";",
            "decimal": ".",
            "date": "%Y-%m-%d",
            "newline": "\r\n",
            "thousands": "",
        }
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
        left = left_out(study, self.tables[name], found, self.names[name], self.remarks)
        section["leave_out"] = [*found.leave_out, *left]
        return {key: value for key, value in section.items() if value}

    def _row(self, study: Study) -> dict[str, Any]:
        if not study.sheet.names:
            taken = {guess.index: guess.column for guess in study.mapped if guess.column in self.names[study.document]}
            return {"cells": [taken.get(index, f"cell_{index + 1}") for index in range(study.sheet.width)]}
        return {} if study.document != "order" else {"row": list(study.sheet.names)}

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
