"""Why a document breaks its XML schema, in words for a person: which element, where, and what was expected there.

`xmlschema` knows what a place in the document allows, which lxml's parser does not tell; building UBL in it takes
seconds, so it is kept, and lives in the worker processes.
"""

from __future__ import annotations

import functools
import re
from itertools import islice
from typing import Any, TypeAlias

import xmlschema

from gateway.findings import Finding, Place
from gateway.rules.names import shortened
from gateway.xml import parse

_Prefixes: TypeAlias = dict[str, str | None]
FIRST = 20  # findings that are explained; what comes after the first is often its consequence
_NAMED = 6
_CLASS = re.compile(r" for <class '[^']*'>")


def explain(path: str, raw: bytes, source: str) -> tuple[Finding, ...]:
    """The first findings, in document order, all fatal. Raises `Rejected` where `raw` cannot be read."""
    root = parse(raw, source)
    prefixes = {uri: prefix for prefix, uri in root.nsmap.items()}
    errors = islice(_schema(path).iter_errors(root), FIRST)
    return tuple(Finding(rule="xsd", message=_words(error, prefixes), place=_place(error, source)) for error in errors)


@functools.lru_cache(maxsize=4)
def _schema(path: str) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(path, allow="local", defuse="never")


def _place(error: Any, source: str) -> Place:
    line = getattr(_child(error), "sourceline", None)
    return Place(source=source, line=line if isinstance(line, int) else None, path=error.path or "")


def _child(error: Any) -> Any:
    """The element that is wrong: a child that stands where it may not, else the element itself."""
    index = getattr(error, "index", None)
    if getattr(error, "invalid_tag", None) and index is not None and index < len(error.elem):
        return error.elem[index]
    return error.elem


def _words(error: Any, prefixes: _Prefixes) -> str:
    name = shortened(error.elem.tag, prefixes) if error.elem is not None else "the document"
    if isinstance(error, xmlschema.XMLSchemaChildrenValidationError):
        return _children(error, name, prefixes)
    if (
        error.elem is not None
        and error.elem.getparent() is None
        and "not an element of the schema" in str(error.reason)
    ):
        return f"{name} is not the root element of the documents that this schema is for"
    reason = _CLASS.sub("", str(error.reason or error.message)).rstrip(".")
    reason = shortened(reason, prefixes)
    return f"{name} holds {str(error.obj)[:60]!r}: {reason}" if isinstance(error.obj, str) else f"{name}: {reason}"


def _children(error: Any, name: str, prefixes: _Prefixes) -> str:
    wanted = [shortened(one.name, prefixes) for one in error.expected or () if getattr(one, "name", None)]
    there = " or ".join(wanted[:_NAMED]) + (" or another" if len(wanted) > _NAMED else "")
    if error.invalid_tag is None:
        return f"{name} is not complete: {there or 'something'} is missing at its end"
    wrong = shortened(error.invalid_tag, prefixes)
    if not there:
        return f"{wrong} may not stand in {name}, or not at this place or this often; nothing more is expected here"
    return f"{wrong} may not stand here in {name}: {there} is expected before it, or instead of it"
