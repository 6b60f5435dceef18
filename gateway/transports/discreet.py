"""Secrets that were read in this process stay out of everything it says: failures, receipts and log lines.

Transports never put a secret into their words. Others do: there are servers that repeat the whole request in an error.
"""

from __future__ import annotations

import json
import logging
from typing import Final, TextIO
from urllib.parse import quote

_SHORTEST: Final = 5
_MOST: Final = 20_000
_SAID_INSTEAD: Final = "…"
_known: dict[str, None] = {}


def keep(value: str) -> None:
    """From now on `value` is not said; nor is it as a part of a URL or of JSON, nor a line of it (a key has many).

    What is shorter than five signs would tear words apart, and is left.
    """
    lines = [line for line in value.splitlines() if len(line) > 20] if "\n" in value else []
    for said in (value, quote(value, safe=""), json.dumps(value, ensure_ascii=False)[1:-1], *lines):
        if len(said) >= _SHORTEST and said not in _known and len(_known) < _MOST:
            _known[said] = None


def hidden(text: str) -> str:
    """`text` with `…` for every secret in it."""
    for value in tuple(_known):
        if value in text:
            text = text.replace(value, _SAID_INSTEAD)
    return text


class Handler(logging.StreamHandler[TextIO]):
    """Writes log lines of any form, tracebacks included, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        return hidden(super().format(record))
