"""The coding in the basket's form: one field per dimension, what may stand there, and what is wrong beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from fastapi import Request

from shop.approving.coded import BasketCoding
from shop.approving.coding import LONGEST, Coding, Dimension, Entry, Wrong, split
from web.languages import Words

PREFIX: Final = "coding-"


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A dimension as a field. `choices` are offered while one types; `known` is what the value is called."""

    name: str
    label: str
    hint: str
    value: str
    required: bool
    choices: tuple[Entry, ...]
    known: str = ""
    longest: int = LONGEST


async def coding_fields(request: Request) -> dict[str, str]:
    """What a form says of each dimension, as written."""
    form = await request.form()
    found = {}
    for name, value in form.items():
        if name.startswith(PREFIX) and isinstance(value, str):
            found[name.removeprefix(PREFIX)] = _one_line(value)
    return found


def given_of(coding: Coding, fields: Mapping[str, str], text: str) -> dict[str, str]:
    """What was written: by dimension, or as one text that a form or a program of another kind sends."""
    written = {one.id: fields[one.id] for one in coding.dimensions if one.id in fields}
    return written or split(coding, text)


def fields_of(
    coding: Coding, values: Mapping[str, str], language: str, offered: Mapping[str, Sequence[Entry]]
) -> list[Field]:
    """The fields with these values in them; `offered` as `coding_lists.offers` has it."""
    return [_field(one, values.get(one.id, ""), language, offered[one.id]) for one in coding.dimensions]


def own_fields(
    held: BasketCoding, article_id: int, language: str, offered: Mapping[str, Sequence[Entry]]
) -> list[tuple[Field, str]]:
    """The fields of one line that is coded otherwise, each with what holds where it is left empty."""
    own = held.own.get(article_id, {})
    bare = msgspec.structs.replace(held, own={}).of_line(article_id)
    fields = fields_of(held.coding, own, language, offered)
    return [(field, bare.get(one.id, "")) for field, one in zip(fields, held.coding.dimensions, strict=True)]


def said(wrongs: Sequence[Wrong], words: Words) -> dict[str, str]:
    """By field what is wrong, in the reader's language."""
    return {PREFIX + one.dimension: words.say(one.message, **one.values) for one in wrongs}


def _field(one: Dimension, value: str, language: str, choices: Sequence[Entry]) -> Field:
    known = next((entry.name for entry in choices if entry.value == value), "")
    return Field(
        name=PREFIX + one.id,
        label=one.english or one.name if language == "en" else one.name,
        hint=one.help,
        value=value,
        required=one.required,
        choices=tuple(choices),
        known=known,
        longest=one.longest,
    )


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:200]
