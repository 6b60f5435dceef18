"""A supplier's own system reads and writes the supplier's own dialect, and exports no more than that has room for."""

from __future__ import annotations

import re
from typing import Any, Protocol

import msgspec

from gateway.findings import Rejected
from gateway.formats.contract import Codec, Reading
from gateway.model import Document

_STEP = re.compile(r"([a-z_]+)(?:\[(\d+)\])?")
_MOST_ROUNDS = 4


class Tongue(Protocol):
    """What the sandbox needs of a dialect; `gateway.formats.Dialect` is one."""

    variants: tuple[str, ...]

    @property
    def acknowledges(self) -> bool:
        """Whether an answer can say "received" in it."""

    def read(self, raw: bytes, source: str, document: str | None = None) -> Reading:
        """Bytes to a document; raises `Rejected`."""

    def write(self, document: Document) -> bytes:
        """A document to bytes; raises `Rejected` for what cannot be expressed."""

    def codec(self, document: str) -> Codec:
        """The codec of a document; raises `Rejected` where there is none."""


def takes_changes(tongue: Tongue) -> bool:
    """Whether its speaker has agreed to Advanced Ordering."""
    return "advanced" in tongue.variants


def say(tongue: Tongue, document: Document) -> bytes:
    """The document in a dialect, without the optional terms for which the dialect has no place.

    A file format that lacks a column leads to files that lack the fact: that is how suppliers are. Raises `Rejected`
    where a fact that must be there cannot be said.
    """
    for _ in range(_MOST_ROUNDS):
        try:
            return tongue.write(document)
        except Rejected as rejected:
            shorter = _without(document, rejected)
            if shorter is None:
                raise
            document = shorter
    return tongue.write(document)


def _without(document: Document, rejected: Rejected) -> Document | None:
    """The document without the terms that the findings name; None where one of them cannot be left out."""
    paths = [finding.place.path for finding in rejected.findings if finding.fatal]
    facts = msgspec.to_builtins(document, enc_hook=str)
    if not paths or not all(_drop(facts, path) for path in paths):
        return None
    try:
        return msgspec.convert(facts, type(document), strict=False)
    except msgspec.ValidationError:
        return None


def _drop(facts: Any, path: str) -> bool:
    steps: list[str | int] = []
    for part in path.split("."):
        match = _STEP.fullmatch(part)
        if match is None:
            return False
        steps.append(match.group(1))
        if match.group(2):
            steps.append(int(match.group(2)))
    for step in steps[:-1]:
        facts = _inside(facts, step)
    if not isinstance(facts, dict) or steps[-1] not in facts:
        return False
    del facts[steps[-1]]
    return True


def _inside(facts: Any, step: str | int) -> Any:
    try:
        return facts[step]
    except (KeyError, IndexError, TypeError):
        return None
