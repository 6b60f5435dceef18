"""What each file of a published package judges, worked out from the file itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final, Literal

import msgspec
from lxml import etree

from gateway.findings import Place, reject
from gateway.rules.compiler import namespaces
from gateway.rules.dtd.declared import declared, is_cxml, judged_by, version_of
from gateway.rules.sheet import SCH
from gateway.rules.transactions import TRANSACTIONS
from gateway.xml import line_of, parse, parser

Kind = Literal["schematron", "xsd", "dtd"]
KINDS: Final[dict[str, Kind]] = {".sch": "schematron", ".xsd": "xsd", ".dtd": "dtd", ".mod": "dtd", ".ent": "dtd"}
_XSD = "{http://www.w3.org/2001/XMLSchema}"
_NUMBER = re.compile(r"(?<![A-Za-z0-9])T(\d{2,3})(?![0-9])")
_NAME = re.compile(r"([\w.-]+):([\w.-]+)")
_SAYS = re.compile(r"'(urn:[^']+)'")
_VERSION = re.compile(r"(\d+\.\d+)(?=\.xsd$)")


class File(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One stored file. `roots` are the elements (`{namespace}name`) of the documents that it judges; none: included.

    Roots of cXML's DTDs are what stands in the envelope (OrderRequest). `transactions` are T-numbers, for Schematron;
    `customization` tells a Schematron file that judges some documents of a transaction only, by how their
    CustomizationID begins; `version` is a schema's or DTD's.
    """

    path: str
    kind: Kind
    sha256: str
    roots: tuple[str, ...] = ()
    transactions: tuple[str, ...] = ()
    customization: str = ""
    version: str = ""


def described(path: str, raw: bytes, sha256: str, included: frozenset[str]) -> File:
    """The file and what it judges. `included` are the paths that others bring in. Raises `Rejected`: not readable."""
    kind = KINDS[PurePosixPath(path).suffix.lower()]
    if kind == "schematron":
        return _schematron(path, parse(raw, path), sha256)
    if kind == "xsd" and path not in included:
        return _xsd(path, raw, sha256)
    if kind == "dtd" and is_cxml(raw):
        dtd = declared(raw, path)
        return File(path=path, kind=kind, sha256=sha256, roots=judged_by(dtd), version=version_of(dtd, path))
    return File(path=path, kind=kind, sha256=sha256)


def brought_in(files: Mapping[str, bytes]) -> frozenset[str]:
    """The schemas that other schemas include or import. Raises `Rejected` for one that is no XML, or not there."""
    found: set[str] = set()
    for path, raw in files.items():
        if not path.lower().endswith(".xsd"):
            continue
        for element in schema_of(path, raw).iter(f"{_XSD}include", f"{_XSD}import", f"{_XSD}redefine"):
            location = element.get("schemaLocation")
            if location is None:
                continue
            target = _beside(path, location)
            if target not in files:
                message = f"it needs {location}, which is not in the package; install the folder above both"
                raise reject("rules-include", message, Place(source=path, line=line_of(element)))
            found.add(target)
    return frozenset(found)


def schema_of(path: str, raw: bytes) -> etree._Element:
    """The root of a schema, whose own document type (W3C's signature schema has one) is left unread."""
    try:
        return etree.fromstring(raw, parser())
    except etree.XMLSyntaxError as error:
        line, column = error.position
        place = Place(source=path, line=line or None, column=column or None)
        raise reject("rules-xsd", f"this is not a schema: {error.msg}", place) from None


def _beside(path: str, location: str) -> str:
    parts: list[str] = list(PurePosixPath(path).parent.parts)
    for step in location.replace("\\", "/").split("/"):
        if step == ".." and parts:
            parts.pop()
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)


def _xsd(path: str, raw: bytes, sha256: str) -> File:
    schema = schema_of(path, raw)
    target = schema.get("targetNamespace")
    names = [element.get("name", "") for element in schema.iterchildren(f"{_XSD}element")]
    roots = tuple(f"{{{target}}}{name}" if target else name for name in names)
    version = _VERSION.search(path)
    return File(
        path=path, kind="xsd", sha256=sha256, roots=roots, version=version[1] if version else schema.get("version", "")
    )


def _schematron(path: str, schema: etree._Element, sha256: str) -> File:
    roots = _roots(schema)
    said = _customizations(schema)
    numbers = _numbers(path, schema, roots, said)
    if not numbers and not roots:
        message = "what this file judges is not to be seen: no transaction in its name, no root element in its rules"
        raise reject("rules-unknown", message, Place(source=path))
    return File(
        path=path,
        kind="schematron",
        sha256=sha256,
        roots=tuple(sorted(roots)),
        transactions=numbers,
        customization=min(said, key=len, default=""),
    )


def _roots(schema: etree._Element) -> set[str]:
    """Elements of the contexts that have a namespace of their own, as every UBL document does and no part of it."""
    prefixes = namespaces(schema)
    found = set()
    for rule in schema.iter(f"{SCH}rule"):
        for prefix, name in _NAME.findall(rule.get("context", "")):
            uri = prefixes.get(prefix, "")
            if uri.endswith(f":{name}-2") or uri.endswith(f":{name}"):
                found.add(f"{{{uri}}}{name}")
    return found


def _numbers(path: str, schema: etree._Element, roots: set[str], said: set[str]) -> tuple[str, ...]:
    """By the file's name, its rules' ids, the CustomizationID that it asks for, or the roots of its documents."""
    if named := {f"T{number}" for number in _NUMBER.findall(PurePosixPath(path).stem)} & TRANSACTIONS.keys():
        return tuple(sorted(named))
    ids = " ".join(check.get("id", "") for check in schema.iter(f"{SCH}assert"))
    if found := {f"T{number}" for number in _NUMBER.findall(ids)} & TRANSACTIONS.keys():
        return tuple(sorted(found))
    known = [one for one in TRANSACTIONS.values() if any(name.startswith(one.customization) for name in said)]
    known = known or [one for one in TRANSACTIONS.values() if one.tags & roots]
    return tuple(sorted(one.number for one in known))


def _customizations(schema: etree._Element) -> set[str]:
    """The values that rules about the CustomizationID ask for."""
    found: set[str] = set()
    for rule in schema.iter(f"{SCH}rule"):
        about = "CustomizationID" in rule.get("context", "")
        for check in rule.iterchildren(f"{SCH}assert"):
            if about or "CustomizationID" in check.get("test", ""):
                found.update(_SAYS.findall(check.get("test", "")))
    return found
