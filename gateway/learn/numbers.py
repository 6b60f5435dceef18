"""Numbers as people write them: which sign is the decimal one, and which groups thousands."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

_NUMBER = re.compile(r"[+-]?(\d{1,3}([ \u00a0\u202f.,]\d{3})+|\d+)([.,]\d+)?", re.ASCII)
_PARTS = re.compile(r"[.,]")
_SPACES = re.compile(r"\d[ \u00a0\u202f]\d")


def numeric(text: str) -> bool:
    """Whether it can be a number in some way of writing."""
    return _NUMBER.fullmatch(text) is not None


class Style(msgspec.Struct, frozen=True):
    """`decimal` and `thousands` signs, "" where nothing tells; `doubtful` are values that could be read otherwise."""

    decimal: str = ""
    thousands: str = ""
    doubtful: tuple[str, ...] = ()
    mixed: bool = False


def style(values: Iterable[str]) -> Style:
    """The one way in which all `values` are written, as far as they tell."""
    decimals: set[str] = set()
    thousands: set[str] = set()
    open_: list[str] = []
    for value in values:
        if _SPACES.search(value):
            thousands.add(" ")
        signs = _PARTS.findall(value)
        if len(signs) > 1:
            last = signs[-1]
            (thousands if set(signs) == {last} else decimals).add(last)
            thousands.update(set(signs) - {last})
        elif signs and len(value) - value.index(signs[0]) == 4 and _SPACES.search(value) is None:
            open_.append(value)
        elif signs:
            decimals.add(signs[0])
    return _settled(decimals, thousands, open_)


def _settled(decimals: set[str], thousands: set[str], open_: list[str]) -> Style:
    """What three digits after a sign mean is known only where the other numbers say it."""
    mixed = len(decimals) > 1 or bool(decimals & thousands) or len(thousands) > 1
    decimal = min(decimals, default="")
    group = min(thousands - {decimal}, default="")
    if not decimal and group in {".", ","}:
        decimal = "," if group == "." else "."
    unclear = []
    for value in open_:
        sign = _PARTS.findall(value)[0]
        known = sign in {decimal, group}
        if not known and decimal:
            group, known = group or sign, group in {"", sign}
        if not known:
            unclear.append(value)
    return Style(decimal, group, tuple(dict.fromkeys(unclear)), mixed)
