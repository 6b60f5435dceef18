"""A catalogue that a supplier sent through the gateway becomes an import, and is read like any other file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import cast
from uuid import UUID

import sqlalchemy as sa

from gateway.exchange import journal
from gateway.findings import Finding, Place, Rejected
from gateway.model import Catalogue, Document
from gateway.suppliers.supplier import Supplier
from shop.catalogue import jobs, store
from shop.catalogue.terms import all_terms


def take_catalogue(
    conn: sa.Connection, supplier: Supplier, message_id: UUID, document: Document, now: datetime
) -> Sequence[Finding]:
    """Keeps the message's bytes as an import of its own id; a fatal finding where no contract of ours is meant."""
    head = cast(Catalogue, document)
    message = journal.get(conn, message_id)
    source = message.source if message is not None else head.number
    known = [terms.number for terms in all_terms(conn, supplier_id=supplier.id)]
    said = (head.contract or "").strip()
    contract = said or (known[0] if len(known) == 1 else "")
    if contract not in known:
        why = f"the supplier has no contract {said} here" if said else "it names no contract, and there is not just one"
        listed = f"; its contracts are {', '.join(known)}" if known else "; the supplier has none"
        return [Finding(rule="catalogue-contract", message=why + listed, place=Place(source=source, path="contract"))]
    try:
        digest = store.keep(conn, io.BytesIO(journal.raw(conn, message_id) or b""), source, now)
    except Rejected as rejected:
        return rejected.findings
    name = PurePosixPath(source).name or head.number
    jobs.add(conn, message_id, digest, name, supplier.id, supplier.name, now, contract=contract, message_id=message_id)
    return []
