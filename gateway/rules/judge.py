"""The official rules in force, on one document: `Rules(folder, pool).judge(raw, day=today)`.

A verdict is given for each layer that has rules for the document's transaction on that day; where none has, there is no
verdict, and `silent` says so in words. Safe to use from many threads.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Collection
from datetime import date
from pathlib import Path

from lxml import etree
from msgspec.structs import replace

from gateway.findings import Finding, Rejected
from gateway.rules.dtd.asked import Asked, asked_by, numbers
from gateway.rules.packages import InForce, file_of, in_force, only
from gateway.rules.pool import Pool
from gateway.rules.transactions import TRANSACTIONS, transaction_of
from gateway.rules.verdict import OFFICIAL, Layer, Verdict
from gateway.rules.xsd import Schema
from gateway.xml import parse, refuse_doctype

EXPLAINED = 2_000_000  # bytes of a document whose schema findings are explained; above, the parser's own words do


class Rules:
    """The packages in `folder`; Schematron and DTDs judge in `pool`, which its owner closes."""

    def __init__(self, folder: Path, pool: Pool) -> None:
        self.folder = folder
        self.pool = pool

    def judge(
        self,
        raw: bytes,
        *,
        day: date,
        source: str = "",
        transaction: str | None = None,
        package: str | None = None,
        layers: Collection[Layer] = OFFICIAL,
    ) -> tuple[Verdict, ...]:
        """A verdict for each of `layers` that has rules in force on `day` for this document.

        `transaction` ("T01") is what the document is judged as; worked out from the document itself where it is None.
        `package` is judged by whatever the day. `raw` is bare, without SBDH; what is no XML at all gets one verdict
        that says so, without a package. Raises `Rejected` for an unknown package and a manifest that is damaged only.
        """
        force = self.standing(day, package)
        began = time.perf_counter()
        try:
            root = parse(raw, source, doctype=True)
            if (asked := asked_by(root)) is None:
                refuse_doctype(root, source)
        except Rejected as rejected:
            first = next(layer for layer in OFFICIAL if layer in layers)
            return (Verdict(layer=first, package="", findings=rejected.findings, took_ms=_since(began)),)
        number = transaction or transaction_of(root)
        given = [self._verdict(layer, force, root, raw, number, source) for layer in OFFICIAL if layer in layers]
        if asked is not None and "dtd" in layers:
            given.append(self._by_dtd(force, asked, raw, source))
        return tuple(verdict for verdict in given if verdict is not None)

    def standing(self, day: date, package: str | None = None) -> InForce:
        """The packages that judge on `day`, or the one of that name; raises `Rejected` for an unknown name."""
        return only(self.folder, package) if package else in_force(self.folder, day)

    def transaction(self, raw: bytes) -> str | None:
        """The T-number of a document by what it says of itself; None where it has none, or is no XML."""
        try:
            return transaction_of(parse(raw))
        except Rejected:
            return None

    def silent(
        self, transaction: str | None, *, day: date, package: str | None = None, layers: Collection[Layer] = OFFICIAL
    ) -> tuple[Finding, ...]:
        """One finding `rules-not-installed`, not fatal, for each layer without rules in force for the transaction."""
        if transaction not in TRANSACTIONS:
            return ()
        force = self.standing(day, package)
        return tuple(
            not_installed(layer, f"{transaction} on {day}")
            for layer in OFFICIAL
            if layer in layers and layer != "dtd" and force.package(layer, transaction) is None
        )

    def without_dtd(self, raw: bytes, *, day: date, package: str | None = None) -> tuple[Finding, ...]:
        """The finding `rules-not-installed`, not fatal, for a cXML document that no installed DTD is about."""
        try:
            asked = asked_by(parse(raw, doctype=True))
        except Rejected:
            return ()
        if asked is None or self.standing(day, package).dtd(asked) is not None:
            return ()
        return (not_installed("dtd", f"{asked.element} on {day}"),)

    def _by_dtd(self, force: InForce, asked: Asked, raw: bytes, source: str) -> Verdict | None:
        """A DTD that is older than the one that the document names only warns: it cannot know what came since."""
        found = force.dtd(asked)
        if found is None:
            return None
        package, file = found
        began = time.perf_counter()
        findings = self.pool.by_dtd(file_of(self.folder, package, file), raw, source)
        if numbers(file.version) < numbers(asked.version):
            findings = tuple(replace(one, fatal=False) if one.rule == "dtd" else one for one in findings)
        return Verdict(layer="dtd", package=package.name, findings=findings, took_ms=_since(began))

    def _verdict(
        self, layer: Layer, force: InForce, root: etree._Element, raw: bytes, number: str | None, source: str
    ) -> Verdict | None:
        found = force.for_document(layer, root, number)
        if found is None:
            return None
        package, files = found
        began = time.perf_counter()
        findings: list[Finding] = []
        for file in files:
            path = file_of(self.folder, package, file)
            if layer == "xsd":
                findings += self._by_schema(path, root, raw, source)
            else:
                findings += self.pool.judge(path, raw, source)
        return Verdict(layer=layer, package=package.name, findings=tuple(findings), took_ms=_since(began))

    def _by_schema(self, path: Path, root: etree._Element, raw: bytes, source: str) -> tuple[Finding, ...]:
        """The parser's findings, in words for a person where they can be had."""
        findings = _schema(path).check(root, source)
        if not findings or len(raw) > EXPLAINED:
            return findings
        explained = self.pool.explain(path, raw, source)
        return explained if explained and {finding.rule for finding in explained} == {"xsd"} else findings


def not_installed(layer: Layer, what: str) -> Finding:
    """Says that a layer could not judge, and how it can."""
    message = f"no {layer} rules in force for {what}; install them: avrop rules install PATH --name NAME --from DATE"
    return Finding(rule="rules-not-installed", message=message, fatal=False)


@functools.lru_cache(maxsize=64)
def _schema(path: Path) -> Schema:
    """Compiled once for each process; an installed file never changes."""
    return Schema(path)


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 3)
