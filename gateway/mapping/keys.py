"""What the keys of a line may say, checked one by one against the term they stand beside."""

from __future__ import annotations

import re

from gateway.mapping.located import Complaints, Located, did_you_mean
from gateway.mapping.shapes import WIRE_TYPES, Shape, known_terms
from gateway.mapping.table import MANY


class Keys:
    def __init__(self, complaints: Complaints) -> None:
        self.complaints = complaints

    def fits_group(self, line: Located, shape: Shape) -> bool:
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

    def fits_leaf(self, line: Located, shape: Shape, wire_type: str) -> bool:
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

    def only(self, line: Located) -> str:
        only = str(line.get("only", ""))
        if only not in {"", "read", "write"}:
            self.complaints.add("table-only", f"only is read or write, not {only!r}", line.at("only"))
        return only

    def coded(self, line: Located, wire_type: str) -> bool:
        if "coded" in line and wire_type not in {"identifier", "quantity"}:
            self.complaints.add("table-coded", f"a {wire_type} has no scheme or unit to be coded", line.at("coded"))
        return bool(line.get("coded", False))

    def card(self, line: Located, many: bool) -> tuple[int, int]:
        text = str(line.get("card", "0..n" if many else "0..1"))
        match = re.fullmatch(r"([01])\.\.(1|n)", text)
        if match is None:
            self.complaints.add(
                "table-card", f"{text!r} is not a cardinality: 0..1, 1..1, 0..n or 1..n", line.at("card")
            )
            return 0, 1
        return int(match[1]), MANY if match[2] == "n" else 1
