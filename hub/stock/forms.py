"""What people write into the forms of the crisis stock, read. Nothing is None where it cannot be understood. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated

from fastapi import Depends, Form

from hub.acts.form import Act, act_in

MOST = Decimal(1_000_000)
MOST_DAYS = 730
_STEP = Decimal("0.001")


def act_of(act: Annotated[str, Form()] = "", at: Annotated[str, Form()] = "") -> Act:
    """The two fields of every form of the dock; what cannot be read is left out."""
    return act_in(act, at)


ActForm = Annotated[Act, Depends(act_of)]


def amount(text: str, least: Decimal = _STEP) -> Decimal | None:
    """A quantity with comma or point, from `least` up to a million, at most three decimals."""
    try:
        value = Decimal(text.strip().replace(",", ".").replace("\u00a0", "").replace(" ", ""))
    except InvalidOperation:
        return None
    if not value.is_finite() or not least <= value <= MOST or value != value.quantize(_STEP):
        return None
    return value


def days(text: str) -> int | None:
    """Whole days; an empty field is 0."""
    cleaned = text.strip() or "0"
    if not (cleaned.isascii() and cleaned.isdigit() and len(cleaned) <= 4):
        return None
    return int(cleaned) if int(cleaned) <= MOST_DAYS else None


def day(text: str) -> date | None:
    """A day as browsers and people write it: 2027-03-31."""
    try:
        read = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return read if 2000 <= read.year <= 2100 else None


def number(text: str) -> int | None:
    """The id in a hidden field or an address."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
