"""What stands in a setting for something else: `${NAME:-default}` from the environment, `{id}` from the supplier."""

from __future__ import annotations

import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_INSIDE = re.compile(r"([A-Z_][A-Z0-9_]*)(?::-(.*))?")
_FIELD = re.compile(r"\{([a-z_]*)\}")


class MissingFact(ValueError):
    """A placeholder that exists, for a fact this supplier does not state; `name` is the fact."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{{{name}}} is used here")


def fill(text: str, facts: Mapping[str, str | None], environ: Mapping[str, str]) -> str:
    """`text` with its variables and `{id}`, `{org}`, `{gln}` replaced. Raises ValueError that says what to do.

    What a variable holds is taken as it is: a brace in it is never read as one of ours.
    """
    if "{" not in text:
        return text
    parts = _VARIABLE.split(text)
    plain = [_FIELD.sub(lambda found: _fact(found.group(1), facts), part) for part in parts[::2]]
    values = [_variable(inside, environ) for inside in parts[1::2]]
    return "".join(piece for pair in zip(plain, [*values, ""], strict=True) for piece in pair)


def _fact(name: str, facts: Mapping[str, str | None]) -> str:
    if name not in facts:
        raise ValueError(f"{{{name}}} stands for nothing; there are {', '.join(f'{{{key}}}' for key in facts)}")
    value = facts[name]
    if value is None:
        raise MissingFact(name)
    return value


def _variable(inside: str, environ: Mapping[str, str]) -> str:
    match = _INSIDE.fullmatch(inside)
    if match is None:
        raise ValueError(f"${{{inside}}} is not a variable; write ${{NAME}} or ${{NAME:-default}}")
    name, default = match.groups()
    value = environ.get(name) or default
    if value is None:
        raise ValueError(f"the environment variable {name} is not set; set it, or give a default: ${{{name}:-default}}")
    return value
