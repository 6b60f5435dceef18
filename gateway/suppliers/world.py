"""What a suppliers file is read against, and the profiles found in it so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from gateway.findings import Finding, Place
from gateway.suppliers.agreement import Plan
from gateway.suppliers.tree import Entry, Node, Problem
from gateway.transports.contract import Transport


class Profile(msgspec.Struct, frozen=True):
    """What many suppliers share. `ways` are its transports, after those of the profile that it builds on; `shops` the
    ways into a shop of its own, alike.

    A `broken` one cannot be used: its suppliers are left out, which is told at the profile, once. `settled` are facts
    that need not be read again for each supplier.
    """

    owner: str
    at: Node
    entries: dict[str, Entry] = {}
    ways: tuple[Entry, ...] = ()
    shops: tuple[Entry, ...] = ()
    broken: bool = False
    settled: Mapping[str, Any] = {}


class World(msgspec.Struct, frozen=True):
    """What the file is read against. `profiles` grows while it is read."""

    source: str
    transports: Mapping[str, Transport]
    dialects: Collection[str]
    environ: Mapping[str, str]
    plan: Plan
    profiles: dict[str, Profile] = {}


def finding_of(source: str, problem: Problem, path: str = "") -> Finding:
    """A problem of the YAML as a finding."""
    place = Place(source=source, line=problem.line, column=problem.column, path=path)
    return Finding(rule=problem.rule, message=problem.message, place=place)
