"""Whether those who are named as owners can hear of anything: a log-in that exists, or an e-mail address."""

from __future__ import annotations

from collections.abc import Collection

from gateway.findings import Finding, Place
from gateway.mapping.located import did_you_mean
from gateway.suppliers.agreement import NOBODY
from gateway.suppliers.supplier import Supplier, Suppliers


def check_owners(suppliers: Suppliers, log_ins: Collection[str], source: str) -> list[Finding]:
    """A finding for each owner who is neither, told at the first supplier that names him."""
    first: dict[str, Supplier] = {}
    for supplier in suppliers:
        first.setdefault(supplier.owner, supplier)
    return [
        Finding(
            rule="supplier-unreachable",
            message=f"owner {owner} is no log-in of this program, and hears of nothing{did_you_mean(owner, log_ins)}",
            place=Place(source=source, line=supplier.line or None, path=supplier.id),
        )
        for owner, supplier in first.items()
        if owner != NOBODY and "@" not in owner and owner not in log_ins
    ]
