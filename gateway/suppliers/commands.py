"""`avrop suppliers check|list|show|diff`: what each command answers, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from gateway.findings import Finding
from gateway.mapping.located import did_you_mean
from gateway.suppliers.differences import differences
from gateway.suppliers.supplier import Supplier, Suppliers


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`data` is ready for JSON, `text` for a terminal; `code` is the exit code: 0 good, 1 findings, 2 wrong use."""

    data: Any
    text: str
    code: int = 0


def check(suppliers: Suppliers, more: Iterable[Finding] = ()) -> Answer:
    """How many suppliers are sound, and every finding in the order of the file; notes do not fail the check."""
    told = sorted([*suppliers.findings, *suppliers.notes, *more], key=_by_place)
    wrong = sum(finding.fatal for finding in told)
    tail = f"{len(suppliers)} suppliers are sound; {wrong} findings" if wrong else _sound(suppliers)
    tail += f"; {len(told) - wrong} notes" if wrong < len(told) else ""
    data = {"suppliers": len(suppliers), "findings": [_plain(finding) for finding in told]}
    return Answer(data=data, text="\n".join([*map(str, told), tail]), code=1 if wrong else 0)


def diff(before: Suppliers, after: Suppliers, since: str) -> Answer:
    """What `after` changes, fact by fact; `since` says which revision `before` is. A broken file is a finding."""
    found = differences(before, after)
    lines = [f"+ {id}  {after.by_id[id].name}" for id in found.added]
    lines += [f"- {id}  {before.by_id[id].name}" for id in found.removed]
    for id, changes in found.changed.items():
        lines += [f"~ {id}", *(f"    {one.fact}: {_value(one.before)} -> {_value(one.after)}" for one in changes)]
    lines.append(f"{found} since {since}" if found.any else f"nothing differs from {since}")
    if after.findings:
        lines.append(f"{len(after.findings)} findings: this file is refused; avrop suppliers check tells why")
    data = {"since": since, "differences": found, "findings": [_plain(finding) for finding in after.findings]}
    return Answer(data=data, text="\n".join(lines), code=1 if after.findings else 0)


def _value(value: Any) -> str:
    return "nothing" if value in (None, "", []) else str(value)


def _by_place(finding: Finding) -> tuple[int, int]:
    return finding.place.line or 0, finding.place.column or 0


def _plain(finding: Finding) -> dict[str, Any]:
    return {"rule": finding.rule, "fatal": finding.fatal, "message": finding.message} | _where(finding.place)


def _where(place: Any) -> dict[str, Any]:
    return {"file": place.source, "line": place.line, "column": place.column, "path": place.path}


def _sound(suppliers: Suppliers) -> str:
    ways = Counter(supplier.transport for supplier in suppliers)
    return f"{len(suppliers)} suppliers, all sound: " + ", ".join(f"{count} {way}" for way, count in ways.most_common())


def list_all(suppliers: Suppliers, transport: str = "", category: str = "") -> Answer:
    """One line for each supplier, of one transport or category where these are given."""
    chosen = [
        supplier
        for supplier in suppliers
        if transport in {"", supplier.transport} and category in {"", supplier.category}
    ]
    width = max((len(supplier.id) for supplier in chosen), default=0)
    lines = [
        f"{supplier.id:{width}}  {supplier.transport:12}  {supplier.dialect:12}  {supplier.name}" for supplier in chosen
    ]
    return Answer(data=[_facts(supplier) for supplier in chosen], text="\n".join(lines))


def show(suppliers: Suppliers, id: str) -> Answer:
    """Everything known of one supplier, its settings included; secrets are references there and stay so."""
    supplier = suppliers.get(id)
    if supplier is None:
        message = f"there is no supplier {id}{did_you_mean(id, suppliers.by_id)}"
        return Answer(data={"error": message}, text=message, code=2)
    data = _facts(supplier)
    text = "\n".join(f"{key:14}{_shown(value)}" for key, value in data.items() if value not in (None, "", []))
    return Answer(data=data, text=text)


def _facts(supplier: Supplier) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.to_builtins(supplier, enc_hook=str)
    return facts


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {inner}" for key, inner in value.items() if inner not in (None, ""))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
