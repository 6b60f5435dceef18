"""A Schematron package's verdict on a document: `Schematron.load(text).judge(raw)`."""

from __future__ import annotations

import functools
import re
from typing import Self

from lxml import etree

from gateway.findings import Finding, Place, Rejected
from gateway.rules import saxon
from gateway.rules.compiler import namespaces, stylesheet
from gateway.rules.names import shortened
from gateway.rules.sheet import line_before
from gateway.xml import line_at, parse

_MILD = {"warning", "warn", "information", "info", "notice", "hint"}
_FAULT = re.compile(r"on line (\d+) column (\d+)[^\n]*\n\s*(\w+)\s+([^\n]+)")


class Schematron:
    """Compiled rules. Loading takes about 0.3 s, judging an order of ten lines some 10 ms."""

    def __init__(self, schema: etree._Element, compiled: saxon.Stylesheet) -> None:
        self._schema = schema
        self._compiled = compiled
        self._prefixes: dict[str, str | None] = {uri: prefix for prefix, uri in namespaces(schema).items()}

    @classmethod
    def load(cls, text: str | bytes, source: str = "") -> Self:
        """Compile `text`, a flat .sch file. Raises `Rejected` where it is none or uses what is not read here."""
        schema = parse(text.encode("utf-8") if isinstance(text, str) else text, source)
        return cls(schema, _compile(stylesheet(schema), source))

    @functools.cached_property
    def rules(self) -> frozenset[str]:
        """The ids of all asserts and reports."""
        return frozenset(
            found for element in self._schema.iter("{*}assert", "{*}report") if (found := element.get("id"))
        )

    def judge(self, raw: bytes, source: str = "") -> tuple[Finding, ...]:
        """What the rules say of the document, in the rules' order; nothing where it obeys them all. Raises nothing."""
        try:
            root = parse(raw, source)
        except Rejected as rejected:
            return rejected.findings
        document = etree.tostring(root, encoding="unicode", with_tail=False)
        try:
            said = etree.fromstring(saxon.transform(self._compiled, document))
        except saxon.TransformFailed as failure:
            message = f"the rules cannot be applied to this document: {failure}"
            return (Finding(rule="schematron", message=message, place=Place(source=source)),)
        return tuple(self._finding(element, root, source) for element in said)

    def _finding(self, element: etree._Element, root: etree._Element, source: str) -> Finding:
        path = element.get("path", "")
        shown = shortened(path, self._prefixes)
        rule = element.get("id", "")
        words = " ".join((element.text or "").split())
        return Finding(
            rule=rule,
            message=words.removeprefix(f"[{rule}]").removeprefix("-").strip(),
            place=Place(source=source, line=line_at(root, path), path=shown),
            fatal=element.get("flag", "").lower() not in _MILD,
        )


def _compile(sheet: str, source: str) -> saxon.Stylesheet:
    try:
        return saxon.compile_stylesheet(sheet)
    except saxon.TransformFailed as failure:
        raise Rejected(_faults(sheet, str(failure), source)) from None


def _faults(sheet: str, said: str, source: str) -> list[Finding]:
    """What Saxon said of the generated stylesheet, told of the lines of the Schematron file it was made from."""
    found = [
        Finding(
            rule="schematron",
            message=f"the rules do not compile: {words.strip()} ({code})",
            place=Place(source=source, line=line_before(sheet, int(line), int(column))),
        )
        for line, column, code, words in _FAULT.findall(said)
    ]
    return found or [
        Finding(rule="schematron", message=f"the rules do not compile: {said}", place=Place(source=source))
    ]
