"""Values as PostgreSQL's COPY reads them: one tab-divided line of text a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

NULL: Final = "\\N"
_SIGNS: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def text(value: str | None) -> str:
    """A text, its signs escaped where any needs it."""
    if value is None:
        return NULL
    if value.isprintable() and "\\" not in value:
        return value
    return value.translate(_SIGNS)


def array(values: Sequence[str] | None) -> str:
    """A text array."""
    if not values:
        return NULL if values is None else "{}"
    quoted = ('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
    return text("{" + ",".join(quoted) + "}")


def json(value: object) -> str:
    return "[]" if value == [] else text(msgspec.json.encode(value).decode())


def plain(value: object) -> str:
    """A number, day or truth; nothing for None."""
    return NULL if value is None else str(value)
