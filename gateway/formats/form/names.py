"""Which field of which line a name means: NEW_ITEM-UNIT[3], in any case, or NEW_ITEM-LONGTEXT_3:132[]."""

from __future__ import annotations

import re

from gateway.formats.form.fields import Form

_INDEXED = re.compile(r"([^\[\]]+?)\s*\[\s*(\d{1,5})\s*\]", re.ASCII)
_PLACE = "{n}"
_LONGEST = 200


class Names:
    """The names of a form's fields, read and written."""

    def __init__(self, form: Form) -> None:
        said = [field.name for field in form.fields if not field.column.silent]
        said += [name for field in form.fields for name in field.instead]
        said += [name for one in form.asides for name, _ in one.fields()]
        self.known = {name.upper(): name for name in said}
        self.known |= {name.split(f"_{_PLACE}")[0].upper(): name for name in said if f"_{_PLACE}" in name}
        self._placed = [(_pattern(name), name) for name in dict.fromkeys(said) if _PLACE in name]
        self._said = frozenset(said)

    def parse(self, name: str) -> tuple[str, int] | None:
        """The field as the table names it, or as it stands where the table does not, and its line."""
        if len(name) > _LONGEST:
            return None
        match = _INDEXED.fullmatch(name)
        if match is not None and (field := self.known.get(match[1].upper())):
            return field, int(match[2])
        for pattern, field in self._placed:
            if placed := pattern.fullmatch(name):
                return field, int(placed[1])
        return (match[1], int(match[2])) if match is not None else None

    def holds(self, field: str) -> bool:
        """Whether `field`, as `parse` gives it, is one of the table's."""
        return field in self._said


def written(field: str, place: int) -> str:
    """The name of a field in line `place`."""
    return field.replace(_PLACE, str(place)) if _PLACE in field else f"{field}[{place}]"


def _pattern(name: str) -> re.Pattern[str]:
    plain = re.escape(name).replace(re.escape(_PLACE), r"(\d{1,5})").replace(r"\[\]", r"\[\d*\]")
    return re.compile(plain, re.ASCII | re.IGNORECASE)
