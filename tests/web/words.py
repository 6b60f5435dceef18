"""Every message id of a room, taken from its templates and its code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract

KEYWORDS = {"_": None, "N_": None, "say": None, "plural": (1, 2)}


def message_ids(folder: Path) -> Iterator[tuple[str, str]]:
    """Pairs of (message id, where): the singular of a plural."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".html", ".txt") and "templates" in path.parts:
            method = "jinja2.ext:babel_extract"
        elif path.suffix == ".py":
            method = "python"
        else:
            continue
        options = {"trim_blocks": "true", "lstrip_blocks": "true"}
        with path.open("rb") as file:
            for line, message, _comments, _context in extract(method, file, KEYWORDS, (), options):
                found = message if isinstance(message, str) else message[0]
                if found:
                    yield found, f"{path.name}:{line}"
