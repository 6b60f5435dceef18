"""The verdicts of a message, stored with the package that gave them: as they were given, whatever was done then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange import journal
from gateway.exchange.tables import verdicts
from gateway.findings import Finding
from gateway.rules.verdict import Layer, Verdict

Outcome = Literal["obeyed", "remarked", "broken", "unjudged"]
UNJUDGED = frozenset({"rules-unavailable", "rules-time", "rules-memory", "rules-size"})
"""Rules that say why there is no judgement of the document itself."""
_KEPT = 100


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """One verdict; `count` findings, of which `findings` are the first."""

    layer: Layer
    package: str
    outcome: Outcome
    count: int
    findings: tuple[Finding, ...]
    at: datetime


def outcome_of(verdict: Verdict) -> Outcome:
    """In one word."""
    if any(finding.rule in UNJUDGED for finding in verdict.findings):
        return "unjudged"
    if verdict.fatal:
        return "broken"
    return "remarked" if verdict.findings else "obeyed"


_KEEP = sa.text("""
    INSERT INTO verdicts (message_id, at, layer, package, outcome, count, findings)
    SELECT given.message_id, :at, given.layer, given.package, given.outcome, given.count, CAST(given.findings AS jsonb)
    FROM unnest(CAST(:message_id AS uuid[]), CAST(:layer AS text[]), CAST(:package AS text[]),
                CAST(:outcome AS text[]), CAST(:count AS int[]), CAST(:findings AS text[]))
        AS given (message_id, layer, package, outcome, count, findings)
""")


def keep(conn: sa.Connection, message_id: UUID, given: Sequence[Verdict], now: datetime) -> None:
    """Stores what was judged; judging again adds to it."""
    keep_all(conn, [(message_id, given)], now)


def keep_all(conn: sa.Connection, judged: Iterable[tuple[UUID, Sequence[Verdict]]], now: datetime) -> None:
    """The same of many messages, in one statement."""
    pairs = [(message_id, verdict) for message_id, given in judged for verdict in given]
    if pairs:
        columns: dict[str, list[object]] = {"message_id": [message_id for message_id, _ in pairs]}
        columns |= {"layer": [one.layer for _, one in pairs], "package": [one.package for _, one in pairs]}
        columns |= {"outcome": [outcome_of(one) for _, one in pairs], "count": [len(one.findings) for _, one in pairs]}
        columns["findings"] = [_plain(one.findings) for _, one in pairs]
        conn.execute(_KEEP, columns | {"at": now})


def of_message(conn: sa.Connection, message_id: UUID) -> list[Stored]:
    """The last verdict of each layer and package, in the order in which they were given."""
    wanted = sa.select(verdicts).where(verdicts.c.message_id == message_id).order_by(verdicts.c.id)
    last: dict[tuple[str, str], Stored] = {}
    for row in conn.execute(wanted).mappings():
        facts = {name: row[name] for name in Stored.__struct_fields__ if name != "findings"}
        found = msgspec.convert(row["findings"], tuple[Finding, ...])
        last[row["layer"], row["package"]] = Stored(**facts, findings=found)
    return list(last.values())


def _plain(findings: Sequence[Finding]) -> str:
    """As JSON that PostgreSQL can hold."""
    if not findings:
        return "[]"
    clean = [
        msgspec.structs.replace(
            finding,
            message=journal.storable(finding.message),
            place=msgspec.structs.replace(
                finding.place, source=journal.storable(finding.place.source), path=journal.storable(finding.place.path)
            ),
        )
        for finding in findings[:_KEPT]
    ]
    return msgspec.json.encode(clean).decode()
