"""suppliers.yaml to suppliers. A broken one is left out with line, column and suggestion; all others load."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Collection, Mapping

import msgspec

from gateway.findings import Finding, Place
from gateway.suppliers.agreement import Plan
from gateway.suppliers.card import Card
from gateway.suppliers.pieces import Pieces, read_pieces
from gateway.suppliers.read import read_profile, read_supplier
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.suppliers.tree import Entry, Problem, Text
from gateway.suppliers.tree import Mapping as Branch
from gateway.suppliers.world import Profile, World, finding_of
from gateway.transports.contract import Transport

MAX_CHARACTERS = 8_000_000
NO_PLAN = Plan()


def load(
    text: str,
    source: str,
    transports: Mapping[str, Transport],
    dialect_names: Collection[str],
    environ: Mapping[str, str] = os.environ,
    plan: Plan = NO_PLAN,
) -> Suppliers:
    """Every supplier of `text` that is sound, and a finding for every mistake. Raises nothing.

    `transports` is the dict of those that are built; `dialect_names` are the names of the mapping tables; `environ`
    fills `${NAME:-default}` in settings; `plan` is that of lanes whose `retry` says nothing.
    """
    digest = digest_of(text)
    if len(text) > MAX_CHARACTERS:
        message = f"the file holds {len(text)} characters; at most {MAX_CHARACTERS} are read"
        return Suppliers(
            (), [Finding(rule="suppliers-size", message=message, place=Place(source=source))], digest=digest
        )
    pieces = read_pieces(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    unreadable = {name: Profile(f"profile {name}", at, broken=True) for name, at in pieces.unreadable.items()}
    world = World(source, transports, dialect_names, environ, plan, unreadable)
    findings = [finding_of(source, problem) for problem in pieces.problems]
    for name, entry in pieces.profiles.items():
        findings.extend(read_profile(world, name, entry).findings)
    spoiled: Counter[Finding] = Counter()
    sound: list[tuple[Card, Supplier]] = []
    for node in pieces.suppliers:
        card, supplier = read_supplier(world, node)
        spoiled.update(list(dict.fromkeys(card.findings)))
        if supplier is not None:
            sound.append((card, supplier))
    kept, twins = _without_twins(sound)
    told = [_counted(finding, spoiled) for finding in dict.fromkeys([*findings, *spoiled, *twins])]
    return Suppliers(kept, sorted(told, key=_by_place), _unused(pieces, world), digest)


def digest_of(text: str) -> str:
    """SHA-256 in hex, by which a revision of the file is known."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _unused(pieces: Pieces, world: World) -> list[Finding]:
    """A note for every profile that no supplier uses, itself or through another profile."""
    waiting = {_profile_in(node.entries) for node in pieces.suppliers if isinstance(node, Branch)}
    used: set[str] = set()
    while waiting := {name for name in waiting - used if name in world.profiles}:
        used |= waiting
        waiting = {_profile_in(world.profiles[name].entries) for name in waiting}
    message = "no supplier uses this profile; remove it, or name it as the profile of a supplier"
    return [
        msgspec.structs.replace(
            finding_of(world.source, Problem(entry.line, entry.column, "supplier-unused", message), f"profile {name}"),
            fatal=False,
        )
        for name, entry in pieces.profiles.items()
        if name not in used
    ]


def _profile_in(entries: Mapping[str, Entry]) -> str:
    entry = entries.get("profile")
    return entry.value.value.strip() if entry is not None and isinstance(entry.value, Text) else ""


def _by_place(finding: Finding) -> tuple[int, int]:
    return finding.place.line or 0, finding.place.column or 0


def _counted(finding: Finding, spoiled: Counter[Finding]) -> Finding:
    """A mistake in a profile is told once, with the number of suppliers it costs."""
    count = spoiled[finding]
    if not count or not finding.place.path.startswith("profile "):
        return finding
    left_out = "1 supplier is" if count == 1 else f"{count} suppliers are"
    return msgspec.structs.replace(finding, message=f"{finding.message} ({left_out} left out)")


def _without_twins(sound: list[tuple[Card, Supplier]]) -> tuple[list[Supplier], list[Finding]]:
    """The first of those that share an id, a GLN or a participant, and a finding for each later one."""
    first: dict[tuple[str, str], Supplier] = {}
    kept: list[Supplier] = []
    findings: list[Finding] = []
    for card, supplier in sound:
        marks = {"id": supplier.id, "gln": supplier.gln, "participant": supplier.participant}
        keys = [(what, value) for what, value in marks.items() if value]
        twins = [(what, value, first[what, value]) for what, value in keys if (what, value) in first]
        for what, value, other in twins:
            entry = card.entries.get(what)
            at = entry.value if entry is not None and not entry.owner else card.at
            message = f"{what} {value} is already that of {other.id} on line {other.line}; each supplier has its own"
            card.complain("twin", message, at)
        findings.extend(card.findings)
        if not twins:
            kept.append(supplier)
            first.update(dict.fromkeys(keys, supplier))
    return kept, findings
