"""How generated code writes one value: its text, its attributes, and the checks before it may stand."""

from __future__ import annotations

import ast

from gateway.formats import values
from gateway.formats.ubl.dress import CODED
from gateway.formats.ubl.elements import Element
from gateway.formats.ubl.emit import Emitter
from gateway.formats.xml import escape_attribute
from gateway.mapping.table import Leaf


class Spelling(Emitter):
    def value(self, var: str, term: tuple[str, ...]) -> str:
        """An expression for a dotted term that gives None where a struct on the way is missing."""
        code = f"{var}.{term[0]}"
        for name in term[1:]:
            code = f"(None if {code} is None else {code}.{name})"
        return code

    def append(self, element: Element, leaf: Leaf, value: str, var: str, path: str) -> None:
        self.check_code(leaf, value, path)
        self.check_attributes(element, leaf, value, var, path)
        parts = [repr(f"<{element.name}")]
        parts.extend(self.attribute(name, code) for name, code in self.attribute_values(element, value, var))
        parts.extend(["'>'", self.content(leaf, value), repr(f"</{element.name}>")])
        self.line(f"a({' + '.join(parts).replace(chr(39) + ' + ' + chr(39), '')})")

    def attribute_values(self, element: Element, value: str, var: str) -> list[tuple[str, str]]:
        pairs = [
            (name, self.spelled(element.leaf, f"{value}.{field}", field)) for name, field in element.fields.items()
        ]
        for name, extra in element.attributes.items():
            if extra.only != "read":
                code = self.value(var, extra.term) if extra.term else repr(extra.const)
                pairs.append((name, self.spelled(extra, code, "")))
        return pairs

    def spelled(self, leaf: Leaf | None, code: str, field: str) -> str:
        """A code as the wire spells it, where a map says so; of a value with a code, only that field is mapped."""
        if leaf is None or leaf.codes is None or leaf.codes.to_wire is leaf.codes.from_wire:
            return code
        if field != CODED.get(leaf.type, ""):
            return code
        return f"{self.constant(leaf.codes.to_wire)}.get({code}, {code})"

    def attribute(self, name: str, code: str) -> str:
        opening, closing = repr(f' {name}="'), repr('"')
        if code.startswith(("'", '"')):
            return repr(f' {name}="{escape_attribute(ast.literal_eval(code))}"')
        return f"('' if {code} is None else {opening} + esc_attr({code}) + {closing})"

    def check_code(self, leaf: Leaf, value: str, path: str) -> None:
        if leaf.const is not None:
            message = f" was given, and only {leaf.const!r} can be said"
            self.line(f"if {value} != {leaf.const!r}: bad(f'{path}', repr({value}) + {message!r})")
        if leaf.codes is None:
            return
        codes = self.constant(leaf.codes.to_wire)
        field = f".{CODED[leaf.type]}" if leaf.type in CODED else ""
        test = f"{value}{field} not in {codes}" + (f" and {value}{field} is not None" if field else "")
        message = f" is not in the code list {leaf.codes.name}"
        self.line(f"if {test}: bad(f'{path}{field}', repr({value}{field}) + {message!r})")

    def check_attributes(self, element: Element, leaf: Leaf, value: str, var: str, path: str) -> None:
        if leaf.coded:
            field = CODED[leaf.type]
            self.line(f"if {value}.{field} is None: bad(f'{path}.{field}', 'is missing')")
        for extra in element.attributes.values():
            if not extra.term or extra.only == "read":
                continue
            code, place = self.value(var, extra.term), f"{path.removesuffix(leaf.dotted)}{extra.dotted}"
            if extra.min:
                self.line(f"if {code} is None: bad(f'{place}', 'is missing')")
            if extra.codes is not None:
                known = self.constant(extra.codes.to_wire)
                message = f" is not in the code list {extra.codes.name}"
                self.line(
                    f"if {code} is not None and {code} not in {known}: bad(f'{place}', repr({code}) + {message!r})"
                )

    def content(self, leaf: Leaf, value: str) -> str:
        if leaf.type in CODED:
            inner = f"{value}.value"
            return f"esc({inner})" if leaf.type == "identifier" else f"{self.constant(values.write_decimal)}({inner})"
        if leaf.type in values.WRITERS:
            return f"{self.constant(values.WRITERS[leaf.type])}({value})"
        return f"esc({self.spelled(leaf, value, '')})"
