"""Sentences that are made before it is known in which language they are read."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from markupsafe import Markup

from gateway.model.party import Amount, Quantity
from shop.measures import plain
from web.figures import Figures
from web.languages import Words
from web.measures import unit_word


class Remark(msgspec.Struct, frozen=True):
    """A message id and what it is filled in with: quantities, days, times, amounts, remarks or text."""

    message: str
    values: dict[str, Any] = {}


def in_words(remark: Remark, words: Words, figures: Figures) -> Markup:
    """The sentence in the reader's language."""
    shown = {name: shown_value(value, words, figures) for name, value in remark.values.items()}
    return words.text(remark.message, **shown)


def shown_value(value: Any, words: Words, figures: Figures) -> Any:
    """One value as the reader writes such values."""
    match value:
        case Remark():
            return in_words(value, words, figures)
        case Quantity():
            return quantity(value.value, value.unit, words, figures)
        case Amount():
            return figures.price(value.value, value.currency)
        case datetime():
            return figures.moment(value)
        case date():
            return figures.day(value)
        case Decimal():
            return figures.number(plain(value))
        case _:
            return value


def quantity(value: Decimal, unit: str | None, words: Words, figures: Figures) -> str:
    """`5 krt`, the space unbreakable."""
    word = unit_word(unit)
    return f"{figures.number(plain(value))}\xa0{words.say(word)}" if word else figures.number(plain(value))
