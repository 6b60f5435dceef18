"""How values are spelled: the lexical rules of XML Schema part 2, shared by rows unless their layout differs."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
MAX_DIGITS = 40


def read_decimal(text: str) -> Decimal:
    """A plain decimal number: no exponent, no thousands separator."""
    text = text.strip()
    if _DECIMAL.fullmatch(text) is None or len(text) > MAX_DIGITS:
        raise ValueError(f"{text!r} is not a number")
    return Decimal(text)


def read_integer(text: str) -> int:
    if _INTEGER.fullmatch(text.strip()) is None:
        raise ValueError(f"{text!r} is not a whole number")
    return int(text)


def read_date(text: str) -> date:
    """YYYY-MM-DD without a time zone (PEPPOL-COMMON-R030)."""
    text = text.strip()
    if _DATE.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not a date; YYYY-MM-DD is expected")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a day of the calendar") from None


def read_time(text: str) -> time:
    text = text.strip()
    if _TIME.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not a time; HH:MM:SS is expected")
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a time of the day") from None


def read_moment(text: str) -> datetime:
    """A day and time with its offset from UTC (ISO 8601)."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is not a moment; YYYY-MM-DDThh:mm:ss+hh:mm is expected") from None
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} says no offset from UTC; write it like YYYY-MM-DDThh:mm:ss+01:00")
    return moment


def read_boolean(text: str) -> bool:
    word = text.strip()
    if word not in {"true", "false", "1", "0"}:
        raise ValueError(f"{text!r} is neither true nor false")
    return word in {"true", "1"}


def read_binary(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("the content is not base64") from None


def write_decimal(value: Decimal) -> str:
    """Plain digits. Raises ValueError for NaN and infinity, and for a number longer than any reader takes."""
    if not value.is_finite():
        raise ValueError(f"{value} is not a number that can be written")
    text = format(value, "f")
    if len(text) > MAX_DIGITS:
        raise ValueError(f"{value} has more than {MAX_DIGITS} digits")
    return text


def write_boolean(value: bool) -> str:
    return "true" if value else "false"


def write_binary(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def same(text: str) -> str:
    return text


READERS: dict[str, Callable[[str], Any]] = {
    "text": same,
    "decimal": read_decimal,
    "integer": read_integer,
    "date": read_date,
    "time": read_time,
    "datetime": read_moment,
    "boolean": read_boolean,
    "binary": read_binary,
}
WRITERS: dict[str, Callable[[Any], str]] = {
    "decimal": write_decimal,
    "integer": str,
    "date": date.isoformat,
    "time": time.isoformat,
    "datetime": datetime.isoformat,
    "boolean": write_boolean,
    "binary": write_binary,
}
