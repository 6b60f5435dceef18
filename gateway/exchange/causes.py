"""Dead letters by their true cause, so that two hundred of one cause are one line.

The cause of a message is the first fatal finding of the last time that anything was found, or, where nothing was, what
its last attempt said. What differs from message to message (numbers, ids, names in quotes) is left out of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from gateway.exchange.allowed import DEAD
from gateway.exchange.tables import attempts, message_findings, messages
from gateway.findings import Finding

_STATES = [state.value for state in DEAD]
# In this order: ids, quoted words that hold a digit, order numbers, other numbers of four digits or more.
_VARIES = (
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    r"""'[^']*\d[^']*'|"[^"]*\d[^"]*\"""",
    r"\d{2}-\d{6}(-[CX]\d+)?",
    r"\d{4,}",
)


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the dead letters: `id` finds its messages, `example` is how the newest of them says it."""

    id: str
    rule: str
    said: str
    count: int
    suppliers: tuple[str, ...]
    states: tuple[str, ...]
    since: datetime
    last: datetime
    example: Finding


def of_dead(conn: sa.Connection, supplier_id: str | None = None, limit: int = 200) -> list[Cause]:
    """The causes of what is held, rejected or unmatched, those with most messages first."""
    dead = _told(supplier_id).subquery()
    column = dead.c
    said = aggregate_order_by(column.message, column.sequence.desc())
    newest = sa.func.array_agg(said, type_=sa.ARRAY(sa.Text))[1]
    grouped = (
        sa.select(
            column.cause.label("id"),
            column.rule,
            column.said,
            sa.func.count().label("count"),
            sa.func.array_agg(sa.distinct(sa.func.coalesce(column.supplier_id, ""))).label("suppliers"),
            sa.func.array_agg(sa.distinct(column.state)).label("states"),
            sa.func.min(column.created_at).label("since"),
            sa.func.max(column.created_at).label("last"),
            newest.label("message"),
        )
        .group_by(column.cause, column.rule, column.said)
        .order_by(sa.func.count().desc(), sa.func.max(column.created_at).desc())
    )
    return [_cause(row) for row in conn.execute(grouped.limit(limit)).mappings()]


def messages_of(cause: str) -> sa.Select[Any]:
    """The ids of the dead letters that have this cause; a query to be asked inside another."""
    dead = _told(None).subquery()
    return sa.select(dead.c.id).where(dead.c.cause == cause)


def _cause(row: sa.RowMapping) -> Cause:
    example = Finding(rule=row["rule"], message=row["message"])
    facts = {name: row[name] for name in ("id", "rule", "said", "count", "since", "last")}
    return Cause(**facts, suppliers=tuple(row["suppliers"]), states=tuple(row["states"]), example=example)


def _told(supplier_id: str | None) -> sa.Select[Any]:
    """Every dead letter with its cause."""
    column, finding, attempt = messages.c, message_findings.c, attempts.c
    dead = column.state.in_(_STATES)
    found = (
        sa.select(finding.rule, finding.message)
        .where(finding.message_id == column.id, finding.fatal)
        .order_by(finding.at.desc(), finding.id)
        .limit(1)
        .lateral()
    )
    tried = (
        sa.select(attempt.outcome, attempt.evidence)
        .where(attempt.message_id == column.id)
        .order_by(attempt.n.desc())
        .limit(1)
        .lateral()
    )
    rule = sa.func.coalesce(found.c.rule, sa.literal("transport-") + tried.c.outcome, "unknown")
    message = sa.func.coalesce(found.c.message, tried.c.evidence, "")
    said: sa.ColumnElement[str] = message
    for pattern in _VARIES:
        said = sa.func.regexp_replace(said, pattern, "…", "g")
    way = messages.outerjoin(found, sa.true()).outerjoin(tried, sa.true())
    facts = (column.id, column.sequence, column.supplier_id, column.state, column.created_at)
    told = sa.select(*facts, rule.label("rule"), message.label("message"), said.label("said"))
    told = told.select_from(way).where(dead)
    if supplier_id is not None:
        told = told.where(column.supplier_id == supplier_id)
    inner = told.subquery()
    return sa.select(inner, sa.func.md5(inner.c.rule + " " + inner.c.said).label("cause"))
