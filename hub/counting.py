"""Counted at the dock: what differs from what was announced is reported at once."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation

import sqlalchemy as sa

from hub import reports
from hub.parcel import Parcel

LARGEST = Decimal(100_000)


def amount(text: str) -> Decimal | None:
    """A quantity as people write it. Raises ValueError; a scanned code in the field is no quantity."""
    found = counted(text)
    if found == 0:
        raise ValueError(text)
    return found


def counted(text: str) -> Decimal | None:
    """The same, but nothing at all may be counted too."""
    cleaned = text.replace("\u00a0", "").replace(" ", "").replace(",", ".")
    if not cleaned:
        return None
    try:
        found = Decimal(cleaned)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not (found.is_finite() and 0 <= found < LARGEST):
        raise ValueError(text)
    return found


def compare(conn: sa.Connection, parcel: Parcel, line: str, found: Decimal, who: str, now: datetime) -> str | None:
    """Reports what is short or over in this line; the kind of the report, None where it is as announced."""
    content = next((one for one in parcel.contents if one.line == line), None)
    if content is None or content.parcels > 1 or found == content.quantity:
        return None
    kind = "short" if found < content.quantity else "over"
    reports.report(conn, parcel.id, kind, who, now, line=line, quantity=abs(found - content.quantity))
    return kind
