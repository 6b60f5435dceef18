"""The steps before any order: what is configured, and whether their side can be reached, written to, listed, looked up.

Nothing of it reaches the supplier's own programs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from gateway.exchange.selftest import shop
from gateway.exchange.selftest.record import Step
from gateway.exchange.selftest.scenario import CONNECTION, STEPS, takes
from gateway.exchange.selftest.tools import Tools
from gateway.findings import Finding, Place
from gateway.suppliers.supplier import Supplier
from gateway.transports.secrets import resolve

_REFERENCE = re.compile(r"(?:env|file):[^,]+")
_PROBED = ("connect", "write", "list")


def steps_of(tools: Tools, supplier: Supplier, wanted: Collection[str] = STEPS[CONNECTION]) -> Iterator[Step]:
    """Those of the connection's steps that are wanted, in their order; after one that failed, no later one is asked."""
    if "configuration" in wanted:
        step = configuration(tools, supplier)
        yield step
        if not step.good:
            return
    failed = False
    for step in _probed(tools, supplier, [name for name in _PROBED if name in wanted]):
        yield step
        failed = failed or step.good is False
    if "lookup" in wanted and not failed:
        yield _lookup(tools, supplier)
    if shop.NAME in wanted and not failed:
        yield shop.step_of(tools, supplier)


def configuration(tools: Tools, supplier: Supplier) -> Step:
    """Whether what suppliers.yaml says is complete, and every reference to a secret leads somewhere."""
    findings = tuple(_missing(tools, supplier))
    now = tools.office.clock()
    if any(finding.fatal for finding in findings):
        return Step(step="configuration", good=False, evidence=findings[0].message, at=now, findings=findings)
    evidence = f"{supplier.transport}, {supplier.dialect or 'by hand'}, suppliers.yaml:{supplier.line}"
    return Step(step="configuration", good=True, evidence=evidence, at=now, findings=findings)


def _missing(tools: Tools, supplier: Supplier) -> Iterator[Finding]:
    office = tools.office
    place = Place(source="suppliers.yaml", line=supplier.line or None)
    if not supplier.active:
        why = f"{supplier.id} is not active: nobody can order from it; that is right until the self-test is green"
        yield _finding("selftest-inactive", why, place, fatal=False)
    if supplier.by_hand:
        return
    transport, dialect = office.transports.get(supplier.transport), office.dialects.get(supplier.dialect)
    if transport is None:
        yield _finding("transport-not-built", f"sending by {supplier.transport} is not built", place)
        return
    if dialect is None:
        yield _finding("unknown-dialect", f"no mapping is called {supplier.dialect!r}", place)
        return
    if transport.envelope == "sbdh" and supplier.participant is None:
        why = f"{supplier.id} has no participant identifier, and {supplier.transport} delivers by it"
        yield _finding("no-participant", why, place)
    for document in ("OrderResponse", "DespatchAdvice"):
        if not takes(dialect, document):
            why = f"the dialect {dialect.name} has no table for {document}: its answers cannot be read"
            yield _finding("selftest-no-table", why, place, fatal=False)
    yield from _secrets(supplier, place)


def _secrets(supplier: Supplier, place: Place) -> Iterator[Finding]:
    if not isinstance(supplier.settings, msgspec.Struct):
        return
    for name, value in msgspec.structs.asdict(supplier.settings).items():
        for reference in _references(value):
            try:
                resolve(reference)
            except ValueError as error:
                yield _finding("selftest-secret", f"setting {name}: {error}", place)


def _references(value: Any) -> list[str]:
    """What in a setting points at a secret, several divided by commas; a value itself is never looked at."""
    parts = [part.strip() for part in value.split(",")] if isinstance(value, str) else []
    return [part for part in parts if _REFERENCE.fullmatch(part)]


def _probed(tools: Tools, supplier: Supplier, wanted: Collection[str]) -> Iterator[Step]:
    """The transport's own steps; it stops at the first that fails."""
    if not wanted:
        return
    office, seen = tools.office, set()
    transport = office.transports.get(supplier.transport)
    if transport is None or supplier.by_hand or supplier.settings is None:
        why = f"orders to it are made by hand: sending by {supplier.transport} is not built yet"
        yield from (Step(step=name, good=None, evidence=why, at=office.clock()) for name in wanted)
        return
    failed = False
    for check in transport.probe(supplier.settings):
        if check.step not in wanted and check.good:
            continue
        seen.add(check.step)
        failed = failed or not check.good
        yield Step(step=check.step, good=check.good, evidence=check.evidence, at=office.clock())
    why = f"there is nothing to {{}} with {supplier.transport}"
    for name in () if failed else [name for name in wanted if name not in seen]:
        yield Step(step=name, good=None, evidence=why.format(name), at=office.clock())


def _lookup(tools: Tools, supplier: Supplier) -> Step:
    looked = tools.lookup(supplier) if tools.lookup is not None else None
    now = tools.office.clock()
    if looked is None or looked.check is None:
        why = "it is not addressed in the Peppol network" if looked else "nobody here can ask the Peppol network"
        return Step(step="lookup", good=None, evidence=why, at=now)
    check = looked.check
    findings: tuple[Finding, ...] = ()
    if looked.down:
        why = f"the Peppol network cannot be asked now, which is not the supplier's fault: {check.evidence}"
        findings = (Finding(rule="selftest-lookup-down", message=why),)
    return Step(step="lookup", good=check.good, evidence=check.evidence, at=now, findings=findings)


def _finding(rule: str, why: str, place: Place, fatal: bool = True) -> Finding:
    return Finding(rule=rule, message=why, place=place, fatal=fatal)
