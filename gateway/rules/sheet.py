"""The building blocks of a generated stylesheet, and what a Schematron file may not hold."""

from __future__ import annotations

import copy
from typing import Final, TypeAlias

from lxml import etree

from gateway.findings import Place, Rejected, reject
from gateway.xml import line_of

SCH: Final = "{http://purl.oclc.org/dsdl/schematron}"
XSL_URI: Final = "http://www.w3.org/1999/XSL/Transform"
XSL: Final = f"{{{XSL_URI}}}"
Lets: TypeAlias = list[tuple[etree._Element, str]]  # a let and the path to where its expression is seen from


def unread(element: etree._Element, message: str) -> Rejected:
    return reject("schematron", message, Place(line=line_of(element), path=etree.QName(element).localname))


def add(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{XSL}{tag}", attributes)


def declare(parent: etree._Element, let: etree._Element, root: str = "") -> None:
    variable = add(parent, "variable", name=let.get("name", ""))
    value = let.get("value")
    if value is not None:
        variable.set("select", f"{root}({value})" if root else value)
        return
    variable.text = let.text
    variable.extend(copy.deepcopy(child) for child in let)
