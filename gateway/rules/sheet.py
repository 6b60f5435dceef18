"""The building blocks of a generated stylesheet, and what a Schematron file may not hold."""

from __future__ import annotations

import copy
import re
from typing import Final, TypeAlias

from lxml import etree

from gateway.findings import Place, Rejected, reject
from gateway.xml import line_of

SCH: Final = "{http://purl.oclc.org/dsdl/schematron}"
XSL_URI: Final = "http://www.w3.org/1999/XSL/Transform"
XSL: Final = f"{{{XSL_URI}}}"
SOURCE_URI: Final = "urn:example:avrop:source"
LINE: Final = f"{{{SOURCE_URI}}}line"
_MARK = re.compile(r'\ssource:line="(\d+)"')
Lets: TypeAlias = list[tuple[etree._Element, str]]  # a let and the path to where its expression is seen from


def unread(element: etree._Element, message: str) -> Rejected:
    return reject("schematron", message, Place(line=line_of(element), path=etree.QName(element).localname))


def written_at(element: etree._Element, source: etree._Element) -> etree._Element:
    """Marks a piece of the stylesheet with the line that it was made from, so that an error can name that line."""
    element.set(LINE, str(line_of(source) or ""))
    return element


def line_before(text: str, line: int, column: int) -> int | None:
    """The line of the Schematron file that a place in the serialised stylesheet was made from."""
    start = sum(len(one) + 1 for one in text.split("\n")[: line - 1])
    marks = _MARK.findall(text[: start + column])
    return int(marks[-1]) if marks else None


def add(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{XSL}{tag}", attributes)


def declare(parent: etree._Element, let: etree._Element, root: str = "") -> None:
    variable = written_at(add(parent, "variable", name=let.get("name", "")), let)
    value = let.get("value")
    if value is not None:
        variable.set("select", f"{root}({value})" if root else value)
        return
    variable.text = let.text
    variable.extend(copy.deepcopy(child) for child in let)
