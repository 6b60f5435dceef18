"""What a new revision of suppliers.yaml changes: who comes, who goes, and which facts of the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from gateway.suppliers.supplier import Supplier, Suppliers

_NOT_FACTS = {"line"}


class Change(msgspec.Struct, frozen=True):
    """One fact, such as `settings.host` or `lane.retry.first`; None where it was or is not stated."""

    fact: str
    before: Any
    after: Any


class Differences(msgspec.Struct, frozen=True, kw_only=True):
    """Ids of suppliers; `changed` has the facts of each."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: dict[str, tuple[Change, ...]]

    @property
    def any(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def __str__(self) -> str:
        return f"{len(self.added)} added, {len(self.changed)} changed, {len(self.removed)} removed"


def differences(before: Suppliers, after: Suppliers) -> Differences:
    """From `before` to `after`; where a supplier stands in the file is no difference."""
    both = [(one, after.by_id[one.id]) for one in before if one.id in after.by_id]
    changed = {one.id: tuple(_changes(one, other)) for one, other in both if not _alike(one, other)}
    return Differences(
        added=tuple(id for id in after.by_id if id not in before.by_id),
        removed=tuple(id for id in before.by_id if id not in after.by_id),
        changed=changed,
    )


def _alike(one: Supplier, other: Supplier) -> bool:
    return one == (other if one.line == other.line else msgspec.structs.replace(other, line=one.line))


def _changes(one: Supplier, other: Supplier) -> Iterator[Change]:
    was, now = _facts(one), _facts(other)
    for fact in {**was, **now}:
        if was.get(fact) != now.get(fact):
            yield Change(fact, was.get(fact), now.get(fact))


def _facts(supplier: Supplier) -> dict[str, Any]:
    """Every fact by its path; what is a mapping in the file is one entry for each of its keys."""
    found: dict[str, Any] = {}
    _flatten("", msgspec.to_builtins(supplier, enc_hook=str), found)
    return found


def _flatten(path: str, value: Any, found: dict[str, Any]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if path or key not in _NOT_FACTS:
                _flatten(f"{path}.{key}" if path else key, inner, found)
    else:
        found[path] = value
