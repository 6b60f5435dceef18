"""The attributes of an element by its declaration: what is missing, unknown, or says what it may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from gateway.mapping.located import did_you_mean

_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_TOKEN: Final = re.compile(r"[\w.:·-]+")
_NAME: Final = re.compile(r"[^\W\d][\w.:·-]*|:[\w.:·-]*")
_SHOWN: Final = 60
_LONGEST: Final = 100
_NAMED: Final = 12


class Attributes:
    """What the attributes of one element may say."""

    def __init__(self, declaration: Any) -> None:
        self.known = {_name(one): one for one in declaration.iterattributes()}
        self.required = tuple(name for name, one in self.known.items() if one.default == "required")
        self.choices = {name: tuple(one.values()) for name, one in self.known.items() if one.type == "enumeration"}

    def wrong(self, element: etree._Element, ids: set[str]) -> Iterator[str]:
        """Each fault, as what the element does. `ids` are those of the document so far, and grow."""
        said = {_said(element, str(name))[:_LONGEST]: str(value) for name, value in element.attrib.items()}
        for name in self.required:
            if name not in said:
                yield f"has no {name}, which must be there"
        for name, value in said.items():
            if name not in self.known:
                yield f"has no attribute {name} in this DTD{did_you_mean(name, self.known)}"
            elif (fault := self._value(name, value, ids)) is not None:
                yield fault

    def _value(self, name: str, value: str, ids: set[str]) -> str | None:
        one, shown = self.known[name], repr(value[:_SHOWN])
        choices = self.choices.get(name)
        if choices is not None and value.strip() not in choices:
            there = ", ".join(choices[:_NAMED]) + (" and others" if len(choices) > _NAMED else "")
            return f"says {shown} in {name}; allowed: {there}"
        if one.default == "fixed" and value != one.default_value:
            return f"says {shown} in {name}; allowed: {one.default_value}"
        if one.type == "nmtoken" and not _TOKEN.fullmatch(value.strip()):
            return f"says {shown} in {name}, and one word of letters, digits and . - _ : is expected"
        if one.type == "id":
            if not _NAME.fullmatch(value.strip()):
                return f"says {shown} in {name}, and a name that begins with a letter is expected"
            if value in ids:
                return f"says {shown} in {name}, and another element says so too: it must be told apart"
            ids.add(value)
        return None


def _said(element: etree._Element, name: str) -> str:
    """The name as the document writes it."""
    if not name.startswith("{"):
        return name
    uri, _, local = name[1:].partition("}")
    if name.startswith(_XML):
        return f"xml:{local}"
    prefix = next((prefix for prefix, known in element.nsmap.items() if known == uri and prefix), "")
    return f"{prefix}:{local}" if prefix else local


def _name(declaration: Any) -> str:
    return f"{declaration.prefix}:{declaration.name}" if declaration.prefix else str(declaration.name)
