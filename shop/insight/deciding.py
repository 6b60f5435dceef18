"""What a person decides about matches: of a supplier and text, or of a supplier; it holds for all ledgers and the next.

Each decision can be undone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from shop.insight.ledgers import key_of
from shop.insight.matching import HIGH
from shop.insight.settling import BESIDE, CHANGED, CONFIRMED, NONE, REJECTED, SHOP, by_id, price
from shop.insight.tables import ledger_decisions, ledger_lines

UNDO = "undo"
_MOST_ID = 1 << 63
WAYS = (CONFIRMED, REJECTED, UNDO)
_MATCH = ("supplier_id", "contract", "article_id", "category", "sure", "fate")


def decide(conn: sa.Connection, supplier: str, text: str, what: str, who: str, now: datetime) -> int:
    """Confirms, rejects or undoes; `text` empty: whatever that supplier sells. How many rows it concerns."""
    if what not in WAYS:
        raise ValueError(f"a decision is one of {', '.join(WAYS)}; found {what!r}")
    lines = _lines(supplier, text)
    if what == UNDO:
        return _undo(conn, supplier, text, lines)
    values: dict[str, Any] = {"decided": what}
    if what == REJECTED:
        values["fate"] = NONE
    elif what == CONFIRMED:
        values["fate"] = BESIDE
        lines &= ledger_lines.c.supplier_id.is_not(None)
    done = conn.execute(ledger_lines.update().where(lines).values(values))
    _remember(conn, supplier, text, what, who, now)
    price(conn, lines)
    return done.rowcount


def change(conn: sa.Connection, supplier: str, text: str, article_id: int, who: str, now: datetime) -> int:
    """Another article would have served. LookupError: there is no such article."""
    offer = by_id(conn, [article_id]).get(article_id) if 0 < article_id < _MOST_ID else None
    if offer is None:
        raise LookupError(f"no article has the id {article_id}")
    lines = _lines(supplier, text)
    before = conn.execute(sa.select(*(ledger_lines.c[name] for name in _MATCH)).where(lines).limit(1)).first()
    values = {"supplier_id": offer.supplier_id, "contract": offer.contract or None, "article_id": offer.id}
    values |= {"category": offer.category, "sure": HIGH, "fate": BESIDE, "decided": CHANGED}
    done = conn.execute(ledger_lines.update().where(lines).values(values))
    kept = dict(before._mapping) if before else None
    _remember(conn, supplier, text, CHANGED, who, now, article_id=article_id, before=kept)
    price(conn, lines)
    return done.rowcount


def decision(conn: sa.Connection, supplier: str, text: str) -> str:
    """What was decided; empty: nothing."""
    key = ledger_decisions.c.key == key_of(supplier, *([text] if text else []))
    return conn.execute(sa.select(ledger_decisions.c.decided).where(key)).scalar() or ""


def _lines(supplier: str, text: str) -> sa.ColumnElement[bool]:
    its = ledger_lines.c.key == key_of(supplier, text) if text else ledger_lines.c.supplier == supplier
    return its & ledger_lines.c.fate.not_in([SHOP, "new"])


def _undo(conn: sa.Connection, supplier: str, text: str, lines: sa.ColumnElement[bool]) -> int:
    gone = ledger_decisions.delete().where(ledger_decisions.c.key == key_of(supplier, *([text] if text else [])))
    row = conn.execute(gone.returning(ledger_decisions.c.before)).first()
    served = ledger_lines.c.supplier_id.is_not(None)
    values: dict[str, Any] = {"decided": "", "fate": sa.case((served, BESIDE), else_=NONE)}
    done = conn.execute(ledger_lines.update().where(lines).values(values | ((row and row.before) or {})))
    price(conn, lines)
    return done.rowcount


def _remember(
    conn: sa.Connection,
    supplier: str,
    text: str,
    what: str,
    who: str,
    now: datetime,
    article_id: int | None = None,
    before: dict[str, Any] | None = None,
) -> None:
    kept = {"decided": what, "who": who, "at": now, "article_id": article_id, "before": before}
    new = insert(ledger_decisions).values(
        key=key_of(supplier, *([text] if text else [])), supplier=supplier, text=text, **kept
    )
    conn.execute(new.on_conflict_do_update(index_elements=["key"], set_=kept))
