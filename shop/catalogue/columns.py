"""Which columns of an article a catalogue decides, and what stands in them after it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from shop.catalogue.opening import EVERY

ALWAYS: Final = ("name", "unit", "price", "currency")
DECIDED: Final = (*ALWAYS, *EVERY)
KEPT: Final = (*DECIDED, "contract", "active")
"""What a before-image holds."""
GRAVE: Final = ("currency", "tiers", "content", "content_unit", "vat", "contract", "minimum", "multiple")
"""Changes of these are never small: they change what is paid, or what is got for it."""
_STANDS: Final = ("vat", "lead_days")
"""Where the catalogue says nothing of these, what stands is kept."""
_EMPTY: Final = {
    "description": "''", "keywords": "''", "tiers": "'[]'::jsonb", "labels": "'{}'::text[]",
    "allergens": "'{}'::text[]", "hazards": "'{}'::text[]", "substitutes": "'{}'::text[]",
}  # fmt: skip


def said(column: str, says: Iterable[str]) -> str:
    """The value of a column of `a`, an article that stands, after line `l`; `:ends` is the catalogue's last day."""
    if column == "contract":
        return ":contract"
    if column == "valid_to" and column in says:
        return "coalesce(l.valid_to, CAST(:ends AS date))"
    if column in ALWAYS:
        return f"l.{column}"
    if column not in says:
        return f"a.{column}"
    if column == "category":
        # Who sorted it otherwise by hand is not overruled by the same code again.
        return "CASE WHEN l.unspsc IS DISTINCT FROM a.unspsc THEN coalesce(l.category, a.category) ELSE a.category END"
    if column in _STANDS:
        return f"coalesce(l.{column}, a.{column})"
    return f"coalesce(l.{column}, {_EMPTY[column]})" if column in _EMPTY else f"l.{column}"


def made(column: str) -> str:
    """The value of a column of a new article after line `l`."""
    if column == "valid_to":
        return "coalesce(l.valid_to, CAST(:ends AS date))"
    default = {"vat": "25", "category": ":category", "lead_days": "CAST(:lead_days AS integer)", **_EMPTY}.get(column)
    return f"coalesce(l.{column}, {default})" if default else f"l.{column}"
