"""Rule packages on disk: installed side by side under a name, each in force from a day.

`FOLDER/NAME/manifest.json` tells what `FOLDER/NAME/files/…` judges. A package is never changed once it is there: a
verdict names it, and must be repeatable.
"""

from __future__ import annotations

import functools
import re
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec
from lxml import etree

from gateway.findings import Place, reject
from gateway.rules.contents import File
from gateway.rules.dtd.asked import Asked, numbers
from gateway.rules.transactions import TRANSACTIONS, customization_of
from gateway.rules.verdict import OFFICIAL, Layer

MANIFEST: Final = "manifest.json"
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_UBL: Final = "2.1"
_KNOWN: Final = ("cXML", "Fulfill", "InvoiceDetail", "Catalog")


class Installed(msgspec.Struct, frozen=True, kw_only=True):
    """A package: in force from `effective`, `installed` at. `files` are all that it holds, each with what it judges."""

    name: str
    effective: date
    installed: datetime
    files: tuple[File, ...]

    @property
    def schematrons(self) -> tuple[File, ...]:
        return tuple(file for file in self.files if file.kind == "schematron")

    @property
    def schemas(self) -> tuple[File, ...]:
        """The XML schemas of whole documents, without those that they include."""
        return tuple(file for file in self.files if file.kind == "xsd" and file.roots)

    @property
    def dtds(self) -> tuple[File, ...]:
        return tuple(file for file in self.files if file.kind == "dtd")

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions of the DTDs that judge, the oldest first."""
        return tuple(sorted({file.version for file in self.dtds if file.roots}, key=numbers))

    def judges(self, layer: Layer, transaction: str) -> bool:
        """Whether it has rules of this layer for documents of the transaction."""
        if layer == "schematron":
            return any(transaction in file.transactions for file in self.schematrons)
        known = TRANSACTIONS[transaction]
        return layer == "xsd" and any(_fits(file, tag, known.ubl) for file in self.schemas for tag in known.tags)

    def for_document(self, layer: Layer, root: etree._Element, transaction: str | None) -> tuple[File, ...]:
        """The files that judge a document, as `transaction` says or, without one, by its root element."""
        if layer == "dtd":
            return ()  # chosen among all packages, by version: see InForce.dtd
        if layer == "xsd":
            tag, version = _wanted(root.tag, transaction)
            return tuple(file for file in self.schemas if _fits(file, tag, version))[:1]
        if transaction is None:
            return ()
        found = [file for file in self.schematrons if transaction in file.transactions]
        return _alternatives(found, customization_of(root))


def _wanted(tag: str, transaction: str | None) -> tuple[str, str]:
    """The root element and version that a schema is sought for; a document of another kind meets the asked one's."""
    if transaction is None:
        return tag, _UBL
    known = TRANSACTIONS[transaction]
    return tag if tag in known.tags else min(known.tags), known.ubl


def _fits(file: File, tag: str, version: str) -> bool:
    """By root element; by version where the schema is of UBL, whose versions share their names."""
    return tag in file.roots and (file.version == version or not tag.startswith("{urn:oasis:names:specification:ubl:"))


def _alternatives(files: list[File], said: str) -> tuple[File, ...]:
    """Where several files ask for different CustomizationIDs, the one that the document names; else the shortest."""
    asking = sorted((file for file in files if file.customization), key=lambda file: len(file.customization))
    named = [file for file in asking if said.startswith(file.customization)] or asking[:1]
    return tuple(file for file in files if not file.customization or file in named)


class InForce(msgspec.Struct, frozen=True):
    """What judges on one day: for each layer and transaction the package with the newest day of those that have one."""

    packages: tuple[Installed, ...]

    def package(self, layer: Layer, transaction: str) -> Installed | None:
        return next((one for one in self.packages if one.judges(layer, transaction)), None)

    def for_document(
        self, layer: Layer, root: etree._Element, transaction: str | None
    ) -> tuple[Installed, tuple[File, ...]] | None:
        """The package and those of its files that judge this document; None where no rules are in force for it."""
        for one in self.packages:
            if files := one.for_document(layer, root, transaction):
                return one, files
        return None

    def dtd(self, asked: Asked) -> tuple[Installed, File] | None:
        """The DTD of the version that the document names, else the newest that there is; None where none judges it."""
        found = [(one, file) for one in self.packages for file in one.dtds if asked.element in file.roots]
        return max(found, key=lambda pair: _suits(pair[1], asked), default=None)  # the first of equals: newest package

    def table(self) -> dict[str, dict[str, str]]:
        """Transaction → layer → name of the package, for those that have one."""
        rows = {number: _named(self, number) for number in TRANSACTIONS}
        return {number: row for number, row in rows.items() if row}


def _suits(file: File, asked: Asked) -> tuple[object, ...]:
    """How well a DTD suits: its version, then the file that the document names, then those that people know best.

    Several files of a release may have one request (OrderRequest stands in Catalog.dtd as well as in cXML.dtd).
    """
    name = PurePosixPath(file.path).stem.removeprefix(file.version).strip("-_")
    known = _KNOWN.index(name) if name in _KNOWN else len(_KNOWN)
    return file.version == asked.version, numbers(file.version), f"{name}.dtd" == asked.file, -known


def _named(force: InForce, transaction: str) -> dict[str, str]:
    found = ((layer, force.package(layer, transaction)) for layer in OFFICIAL)
    return {layer: package.name for layer, package in found if package is not None}


def in_force(folder: Path, day: date) -> InForce:
    """The packages in force on `day`, the newest first."""
    past = [package for package in installed(folder) if package.effective <= day]
    return InForce(tuple(sorted(past, key=lambda one: (one.effective, one.installed), reverse=True)))


def only(folder: Path, name: str) -> InForce:
    """The package `name` alone, whatever its day. Raises `Rejected` naming those that there are."""
    found = {package.name: package for package in installed(folder)}
    if name not in found:
        there = ", ".join(found) or "none is installed; see avrop rules install"
        raise reject("rules-name", f"there is no package {name!r}; known: {there}", Place(source=str(folder)))
    return InForce((found[name],))


def installed(folder: Path) -> tuple[Installed, ...]:
    """All packages, by day and name. Raises `Rejected` for a manifest that cannot be read."""
    try:
        changed = folder.stat().st_mtime_ns
    except FileNotFoundError:
        return ()
    return _read(folder, changed)


@functools.lru_cache(maxsize=8)
def _read(folder: Path, _changed: int) -> tuple[Installed, ...]:
    found = [_manifest(path) for path in folder.glob(f"*/{MANIFEST}") if NAME.fullmatch(path.parent.name)]
    return tuple(sorted(found, key=lambda package: (package.effective, package.name)))


def _manifest(path: Path) -> Installed:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Installed)
    except (OSError, msgspec.DecodeError) as error:
        message = f"this manifest cannot be read: {error}; remove its folder and install the package again"
        raise reject("rules-manifest", message, Place(source=str(path))) from None


def file_of(folder: Path, package: Installed, file: File) -> Path:
    """Where a file of an installed package lies."""
    return folder / package.name / "files" / file.path
