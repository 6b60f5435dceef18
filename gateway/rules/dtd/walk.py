"""A document against a DTD, element by element, until enough is found: each fault says what was expected instead.

libxml2 has the last word: it judges what this finds no fault with, and is not asked where this does. It cannot be
stopped, and would list a million faults of one document before it says the first.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from lxml import etree

from gateway.findings import Finding, Place
from gateway.mapping.located import did_you_mean
from gateway.rules.dtd.attributes import Attributes
from gateway.rules.dtd.content import Content, Wrong
from gateway.xml import line_of, parse

FIRST: Final = 20
"""Findings that are told; what comes after the first is often its consequence."""
_NAMED: Final = 6
_SHOWN: Final = 60
_LONGEST: Final = 100


class Dtd:
    """A DTD that was read. Used by one thread at a time: libxml2's list of faults belongs to it, not to the call."""

    def __init__(self, dtd: Any) -> None:
        self._dtd = dtd
        self._elements: dict[str, Any] = {_name(one): one for one in dtd.iterelements()}
        self._content = functools.cache(self._content_of)
        self._attributes = functools.cache(lambda name: Attributes(self._elements[name]))

    def check(self, root: etree._Element, source: str = "") -> tuple[Finding, ...]:
        """The first findings in document order, all fatal; nothing where the document is valid.

        A catalogue that was sent along with its request, and stands in the envelope of that, is judged alone.
        """
        sent_along = root.find("Request/Index") if root.tag == "cXML" else None
        root = root if sent_along is None else parse(etree.tostring(sent_along, with_tail=False))
        found = tuple(islice(self._faults(root, source), FIRST + 1))
        if len(found) > FIRST:
            more = Finding(rule="rules-more", message="more findings are not shown; mend these first", fatal=False)
            return (*found[:FIRST], more)
        return found or self._by_libxml2(root, source)

    def _by_libxml2(self, root: etree._Element, source: str) -> tuple[Finding, ...]:
        if self._dtd.validate(root):
            return ()
        return tuple(
            Finding(rule="dtd", message=one.message, place=Place(source=source, line=one.line, path=one.path or ""))
            for one in islice(self._dtd.error_log, FIRST)
        )

    def _faults(self, root: etree._Element, source: str) -> Iterator[Finding]:
        ids: set[str] = set()
        for element in root.iter(etree.Element):
            name = _tag(element)
            if name not in self._elements:
                # Its parent has said so, where it has one.
                if element is root:
                    yield _finding(f"{name} is no element of this DTD", element, source)
                continue
            for said in self._attributes(name).wrong(element, ids):
                yield _finding(f"{name} {said}", element, source)
            yield from self._inside(name, element, source)

    def _inside(self, name: str, element: etree._Element, source: str) -> Iterator[Finding]:
        kind = self._elements[name].type
        if kind == "empty":
            if len(element) or element.text:
                yield _finding(f"{name} holds something, and must be empty", element, source)
        elif kind == "element":
            yield from self._children(name, element, source)
            if (text := _text(element)) is not None:
                yield _finding(f"{name} holds the text {text!r}, and only elements may stand in it", element, source)
        elif kind == "mixed":
            allowed = self._content(name).names
            wrong = next((one for one in element.iterchildren(etree.Element) if _tag(one) not in allowed), None)
            if wrong is not None:
                yield self._stranger(_tag(wrong), name, tuple(allowed), wrong, source)

    def _children(self, name: str, element: etree._Element, source: str) -> Iterator[Finding]:
        children = list(element.iterchildren(etree.Element))
        wrong = self._content(name).wrong(map(_tag, children))
        if wrong is None:
            return
        if wrong.at is None:
            yield _finding(f"{name} is not complete: {_listed(wrong)} is missing at its end", element, source)
        else:
            yield self._stranger(_tag(children[wrong.at]), name, wrong.expected, children[wrong.at], source)

    def _stranger(self, child: str, parent: str, expected: tuple[str, ...], at: etree._Element, source: str) -> Finding:
        if child not in self._elements:
            near = did_you_mean(child[:_SHOWN], expected or self._elements)
            return _finding(f"{child} in {parent} is no element of this DTD{near}", at, source)
        if not expected:
            why = f"{child} may not stand in {parent}, or not at this place or this often; "
            why += "nothing more is expected here"
        else:
            there = _listed(Wrong(0, expected))
            why = f"{child} may not stand here in {parent}: {there} is expected before it, or instead of it"
        return _finding(why, at, source)

    def _content_of(self, name: str) -> Content:
        return Content(self._elements[name].content)


def _listed(wrong: Wrong) -> str:
    more = " or another" if len(wrong.expected) > _NAMED else ""
    return (" or ".join(wrong.expected[:_NAMED]) or "something") + more


def _finding(message: str, element: etree._Element, source: str) -> Finding:
    path = element.getroottree().getpath(element)
    return Finding(rule="dtd", message=message, place=Place(source=source, line=line_of(element), path=path))


def _text(element: etree._Element) -> str | None:
    """The first text that stands directly in an element."""
    texts = (element.text, *(child.tail for child in element))
    return next((text.strip()[:_SHOWN] for text in texts if text and text.strip()), None)


def _tag(element: etree._Element) -> str:
    """The name as the document writes it, cut where it is beyond reading: DTDs know no namespaces."""
    local = str(element.tag).rpartition("}")[2][:_LONGEST]
    return f"{element.prefix}:{local}" if element.prefix else local


def _name(declaration: Any) -> str:
    return f"{declaration.prefix}:{declaration.name}" if declaration.prefix else str(declaration.name)
