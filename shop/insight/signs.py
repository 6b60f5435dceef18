"""Bytes of an unknown hand into lines of text: which encoding, and no line longer than anybody can mean."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain

import msgspec

from web.languages import N_

ENCODINGS = ("utf-8", "cp1252", "cp437", "utf-16")
LONGEST_LINE = 100_000
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SWEDISH = "åäöÅÄÖé"


class Unread(msgspec.Struct, frozen=True):
    """A line that was left out: its number, why (a message id), and what stood there."""

    place: int
    why: str
    value: str = ""


class Wrong(ValueError):
    """Why a line cannot be read; `value` is what stood there."""

    def __init__(self, why: str, value: str = "") -> None:
        super().__init__(f"{why} {value}")
        self.why, self.value = why, value[:60]

    def at(self, place: int) -> Unread:
        return Unread(place, self.why, self.value)


TOO_LONG = N_("The line is longer than 100,000 signs.")


def encoding_of(start: bytes) -> str:
    """The encoding of a file by its first bytes: its mark, valid UTF-8, else where Swedish letters come out most."""
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        counts = {name: sum(start.count(sign.encode(name)) for sign in _SWEDISH) for name in ("cp437", "cp1252")}
        return max(counts, key=lambda name: counts[name])
    return "utf-8"


def lines_of(chunks: Iterable[bytes], encoding: str) -> Iterator[tuple[int, str | None]]:
    """Line numbers from 1 and lines without their ends; None for one longer than `LONGEST_LINE`, which is not kept.

    Bytes that the encoding does not know become U+FFFD; the null sign, which no database text can hold, goes.
    """
    number, held, dropping = 0, "", False
    for chunk in _texts(chunks, encoding):
        first, *rest = chunk.split("\n")
        held = "" if dropping else held + first
        dropping = dropping or len(held) > LONGEST_LINE
        for piece in rest:
            number += 1
            yield number, None if dropping else _clean(held)
            held, dropping = piece, len(piece) > LONGEST_LINE
        held = "" if dropping else held
    if held or dropping:
        yield number + 1, None if dropping else _clean(held)


def _texts(chunks: Iterable[bytes], encoding: str) -> Iterator[str]:
    pieces = iter(chunks)
    first = next(pieces, b"")
    unmarked = encoding == "utf-16" and first[:2] not in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    name = "utf-8-sig" if encoding == "utf-8" else "utf-16-le" if unmarked else encoding
    decoder = codecs.getincrementaldecoder(name)(errors="replace")
    for chunk in chain([first], pieces):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _clean(line: str) -> str:
    return line.rstrip("\r").replace("\0", "").replace("\r", " ")
