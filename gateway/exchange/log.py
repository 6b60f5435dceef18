"""Log lines of the exchange: one word for what happened, then name=value, so that people and programs can read them.

`about` says once what all lines inside a block are about; where traces are on, each line has its trace too.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from gateway import telemetry

_LOG = logging.getLogger("avrop.exchange")
_NOTHING: Mapping[str, object] = {}
_ABOUT: ContextVar[Mapping[str, object]] = ContextVar("about", default=_NOTHING)


def say(happened: str, **facts: object) -> None:
    """`sent message=5f… order=26-000123 supplier=papperslagret`; a fact that is None is left out."""
    _write(logging.INFO, happened, facts)


def warn(happened: str, **facts: object) -> None:
    """The same, where a person may have to look: `held … cause="no unit 'XYZ'"`."""
    _write(logging.WARNING, happened, facts)


@contextmanager
def about(**facts: object) -> Iterator[None]:
    """Every line inside is about this too: `with about(message=…, supplier=…)`; what a line says itself counts."""
    token = _ABOUT.set({**_ABOUT.get(), **facts})
    try:
        yield
    finally:
        _ABOUT.reset(token)


def around() -> dict[str, object]:
    """What the lines here are about, and the trace: for lines of others, such as an error with its traceback."""
    trace = telemetry.trace_id()
    return {**_ABOUT.get(), **({"trace": trace} if trace else {})}


def _write(level: int, happened: str, facts: Mapping[str, object]) -> None:
    if _LOG.isEnabledFor(level):
        all_facts = {name: fact for name, fact in {**facts, **_missing(facts)}.items() if fact is not None}
        told = " ".join(f"{name}={_value(fact)}" for name, fact in all_facts.items())
        _LOG.log(level, "%s %s", happened, told, extra={"happened": happened, "facts": all_facts})


def _missing(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: fact for name, fact in around().items() if name not in facts}


def _value(fact: object) -> str:
    text = str(fact)
    return text if text and text.isprintable() and not set(text) & set(' ="') else json.dumps(text, ensure_ascii=False)
