"""`avrop suppliers check|list|show`: what each command answers, for people and for programs."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from gateway.mapping.located import did_you_mean
from gateway.suppliers.supplier import Supplier, Suppliers


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`data` is ready for JSON, `text` for a terminal; `code` is the exit code: 0 good, 1 findings, 2 wrong use."""

    data: Any
    text: str
    code: int = 0


def check(suppliers: Suppliers) -> Answer:
    """How many suppliers are sound, and every finding in the order of the file."""
    findings = [
        {"rule": finding.rule, "fatal": finding.fatal, "message": finding.message} | _where(finding.place)
        for finding in suppliers.findings
    ]
    tail = f"{len(suppliers)} suppliers are sound; {len(findings)} findings" if findings else _sound(suppliers)
    text = "\n".join([*map(str, suppliers.findings), tail])
    return Answer(data={"suppliers": len(suppliers), "findings": findings}, text=text, code=1 if findings else 0)


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
