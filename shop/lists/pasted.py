"""Reads lines that somebody pasted from Excel, an e-mail or a note. Pure; nothing here knows which articles exist."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

import msgspec

from shop.basket import MOST
from web.languages import N_

MOST_LINES: Final = 500
LONGEST: Final = 200
_UNITS: Final = (
    "st|stk|styck|stycken|pcs|ea|förp|frp|fp|förpackning|förpackningar|pkt|paket|pack|krt|kart|kartong|kartonger|ctn"
    "|box|boxes|låda|lådor|rulle|rullar|burk|burkar|flaska|flaskor|påse|påsar|par|kg|liter|meter|tub|tuber|x|(?-i:[glm])"
)
# A capital L or M is a size, a small one litres or metres.
_NUMBER: Final = r"[-−+]?\d+(?:[.,]\d+)?"
_AMOUNT: Final = re.compile(rf"(?:x ?)?({_NUMBER}) ?(?:(?:{_UNITS})\.?)?", re.IGNORECASE)
_UNIT_WORD: Final = re.compile(rf"(?:{_UNITS})\.?", re.IGNORECASE)
_THOUSANDS: Final = re.compile(r"\d{1,3}(?: \d{3})+(?:,\d+)?")
_HEADING: Final = frozenset(
    [
        "artikelnummer",
        "artikelnr",
        "artikel",
        "artnr",
        "art.nr",
        "art.nr.",
        "art",
        "nr",
        "art.",
        "no.",
        "number",
        "gtin",
        "ean",
        "antal",
        "kvantitet",
        "mängd",
        "quantity",
        "qty",
        "benämning",
        "namn",
        "name",
        "beskrivning",
        "description",
        "pris",
        "price",
        "enhet",
        "unit",
    ]
)


class Asked(msgspec.Struct, frozen=True):
    """One way to understand a line: `text` is a number of an article or words, `quantity` None where none stands."""

    text: str
    quantity: Decimal | None = None


class Pasted(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it was pasted, `number` counting from 1, and how it may be read, the likeliest first.

    `problem` is a message id: the line is understood, but it cannot be ordered so.
    """

    number: int
    text: str
    readings: tuple[Asked, ...]
    problem: str | None = None


def read(text: str) -> list[Pasted]:
    """The lines that say something: neither empty nor a table's headings. There may be more than MOST_LINES."""
    found = ((number, _clean(line)) for number, line in enumerate(text.splitlines(), start=1))
    return [_line(number, line) for number, line in found if line.strip() and not _is_heading(line)]


def quantity_of(text: str) -> Decimal | None:
    """`3`, `2,5`, `3 st`, `x3`, `1 000`; None where it is no quantity. It may be too small or too large."""
    text = text.strip()
    if _THOUSANDS.fullmatch(text):
        text = text.replace(" ", "")
    match = _AMOUNT.fullmatch(text)
    if match is None or len(match[1]) > LONGEST:
        return None
    try:
        return Decimal(match[1].replace(",", ".").replace("−", "-"))
    except InvalidOperation:
        return None


def _clean(line: str) -> str:
    """Tabs stay; every other sign that nobody can see becomes a space."""
    signs = (sign if sign == "\t" or sign.isprintable() else " " for sign in line[:LONGEST])
    return "".join(signs).replace("\ufeff", "").strip(" ")


def _is_heading(line: str) -> bool:
    words = [word.strip(":()") for word in re.split(r"[\t;, ]+", line.lower()) if word.strip(":()")]
    return not any(sign.isdigit() for sign in line) and all(word in _HEADING for word in words)


def _line(number: int, line: str) -> Pasted:
    readings = tuple(dict.fromkeys(_readings(line)))
    wrong = {one: _wrong(one.quantity) for one in readings if one.quantity is not None}
    shown = line.replace("\t", "  ").strip()
    if not readings:
        return Pasted(number=number, text=shown, readings=(), problem=N_("The line says no article."))
    if wrong and all(wrong.values()):
        return Pasted(number=number, text=shown, readings=readings, problem=next(iter(wrong.values())))
    # 12;7350001000017: the number of an article is no quantity, so the line means the other way round.
    return Pasted(number=number, text=shown, readings=tuple(one for one in readings if not wrong.get(one)))


def _wrong(quantity: Decimal | None) -> str | None:
    if quantity is not None and not 0 < quantity <= MOST:
        return N_("Write a quantity between 0 and 99,999.")
    if quantity is not None and quantity != quantity.quantize(Decimal("0.001")):
        return N_("Write at most three decimals.")
    return None


def _readings(line: str) -> list[Asked]:
    fields = _fields(line)
    if len(fields) > 1:
        return _of_fields(fields)
    words = line.split()
    found = []
    for here, rest in _amounts_at_the_ends(words):
        text = " ".join(rest).strip(" ,.:-–")
        if text:
            found.append(Asked(text, here))
    whole = " ".join(words).strip(" ,")
    return [*found, Asked(whole)] if whole else found


def _fields(line: str) -> list[str]:
    """Cells of a table; by commas only where that gives a quantity, because words have commas too."""
    for sign in "\t;":
        if sign in line:
            return [cell.strip(' "') for cell in line.split(sign) if cell.strip(' "')]
    head, comma, tail = (part.strip() for part in line.partition(","))
    if comma and " " not in head and any(sign.isdigit() for sign in head):
        cells = [cell.strip() for cell in line.split(",") if cell.strip()]
        # A quantity with a comma of its own: AB-10,2,5 is two and a half.
        return [head, tail] if quantity_of(tail) is not None else cells
    return []


def _of_fields(fields: list[str]) -> list[Asked]:
    """The number first and the quantity somewhere after it; or the other way round."""
    first, rest = fields[0], fields[1:]
    amounts = [amount for cell in rest if (amount := quantity_of(cell)) is not None]
    found = [Asked(first, amounts[0] if amounts else None)]
    begun = quantity_of(first)
    if begun is not None:
        found.append(Asked(rest[0], begun))
    if len(rest) > 1 or not amounts:
        found += [Asked(cell, found[0].quantity) for cell in rest if quantity_of(cell) is None]
    if begun is not None and quantity_of(rest[0]) is None and not amounts:
        found.insert(0, found.pop(1))
    return found


def _amounts_at_the_ends(words: list[str]) -> list[tuple[Decimal, list[str]]]:
    """A quantity as the last words or the first, with or without its unit, and what is left."""
    tries = []
    if len(words) > 2 and _UNIT_WORD.fullmatch(words[-1]):
        tries.append((" ".join(words[-2:]), words[:-2]))
    if len(words) > 2 and _UNIT_WORD.fullmatch(words[1]):
        tries.append((" ".join(words[:2]), words[2:]))
    if len(words) > 1:
        tries += [(words[-1], words[:-1]), (words[0], words[1:])]
    return [(amount, rest) for text, rest in tries if (amount := quantity_of(text)) is not None]
