"""Log lines of the exchange: one word for what happened, then name=value, so that people and programs can read them."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping

_LOG = logging.getLogger("avrop.exchange")


def say(happened: str, **facts: object) -> None:
    """`sent message=5f… order=26-000123 supplier=papperslagret`; a fact that is None is left out."""
    _write(logging.INFO, happened, facts)


def warn(happened: str, **facts: object) -> None:
    """The same, where a person may have to look: `held … cause="no unit 'XYZ'"`."""
    _write(logging.WARNING, happened, facts)


def _write(level: int, happened: str, facts: Mapping[str, object]) -> None:
    if _LOG.isEnabledFor(level):
        told = " ".join(f"{name}={_value(fact)}" for name, fact in facts.items() if fact is not None)
        _LOG.log(level, "%s %s", happened, told)


def _value(fact: object) -> str:
    text = str(fact)
    return text if text and text.isprintable() and not set(text) & set(' ="') else json.dumps(text, ensure_ascii=False)
