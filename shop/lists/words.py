"""What the pages of lists share: names and quantities in forms, and sentences about problems."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from fastapi import Request
from markupsafe import Markup

from shop import units
from shop.basket import MOST
from shop.desk import one_line, viewer
from shop.lists.book import LONGEST_NAME
from shop.lists.pasted import quantity_of
from shop.lists.recurring import Problem
from shop.measures import plain
from shop.units import Unit
from web.figures import Figures
from web.languages import N_, Words

_SAID: Final = frozenset({"why"})
_NUMBERS: Final = frozenset({"percent", "limit"})
WRONG_QUANTITY: Final = N_("Write a quantity between 0 and 99,999.")
SHARED, OWN = "unit", "mine"


def problem_in_words(problem: Problem, words: Words, figures: Figures) -> Markup:
    """The sentence in the reader's language: of its values, reasons are message ids too and numbers get their comma."""

    def shown(name: str, value: str) -> str:
        if name in _SAID:
            return words.say(value)
        return figures.number(Decimal(value)) if name in _NUMBERS else value

    return words.text(problem.message, **{name: shown(name, value) for name, value in problem.values.items()})


def name_of(text: str) -> tuple[str, str | None]:
    """A list's name as it is kept, and what is wrong with it: a message id or None."""
    name = one_line(text)
    if not name:
        return name, N_("Give the list a name, such as Friday coffee.")
    return name, N_("Write at most 80 characters.") if len(name) > LONGEST_NAME else None


def wanted_quantity(text: str) -> Decimal | None:
    """More than nothing, at most 99,999, at most three decimals; else None."""
    value = quantity_of(text)
    if value is None or not 0 < value <= MOST or value != value.quantize(Decimal("0.001")):
        return None
    return plain(value)


def my_units(conn: sa.Connection, request: Request) -> Mapping[str, Unit]:
    """The units this person orders for, by id."""
    ids = units.ids_of_user(conn, viewer(request).id, [units.BUYER])
    return {id: unit for id in ids if (unit := units.get(conn, id)) is not None}


def numbers(values: list[Any]) -> list[int]:
    """The ids among what a form sent; the rest is nobody's."""
    return [int(value) for value in values if str(value).isascii() and str(value).isdigit() and len(str(value)) < 19]
