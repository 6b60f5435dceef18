"""Which encoding a file is in: its mark, UTF-8, UTF-16, or one of the byte encodings of Swedish systems, old and new.

charset-normalizer says which of those could be; what decides between them are the letters å ä ö, and signs that nobody
writes inside a word: `BenÑmning` is CP850 read as Windows-1252.
"""

from __future__ import annotations

import codecs

import msgspec
from charset_normalizer import from_bytes

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_BYTES = ("cp1252", "cp850", "cp865", "mac_roman", "latin_1")  # of equals the first
_NAMES = {"cp1252": "windows-1252", "latin_1": "iso-8859-1", "mac_roman": "mac-roman"}
_SWEDISH = frozenset("åäöÅÄÖ")
_KNOWN = _SWEDISH | frozenset("éÉèüÜæøÆØçñóáíëêàâôï–—’‘“”…•°§½¼¾µ²³×€£©®´¨«»±·\u00a0")
_SAMPLE = 200_000


class Encoding(msgspec.Struct, frozen=True):
    """`name` as a layout says it; `told` is how it is known: mark, utf-8, ascii, letters or guess."""

    name: str
    text: str
    told: str


def sniff_encoding(raw: bytes) -> Encoding | None:
    """The encoding of `raw` and its text; None where nothing fits."""
    for mark, name in _MARKS.items():
        if raw.startswith(mark):
            return _decoded(raw, name, "mark")
    if wide := _wide(raw[:4000]):
        return _decoded(raw, wide, "letters")
    if raw.isascii():
        return _decoded(raw, "utf-8", "ascii")
    return _decoded(raw, "utf-8", "utf-8") or _of_bytes(raw)


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of plain letters is zero."""
    half = len(head) // 2
    if half and head[1::2].count(0) > half * 0.6:
        return "utf-16-le"
    return "utf-16-be" if half and head[0::2].count(0) > half * 0.6 else None


def _decoded(raw: bytes, name: str, told: str) -> Encoding | None:
    try:
        text = raw.decode(name)
    except UnicodeDecodeError:
        return None
    return Encoding(name, text.removeprefix("\ufeff"), told)


def _of_bytes(raw: bytes) -> Encoding | None:
    lines = [line for line in raw[:_SAMPLE].splitlines() if not line.isascii()]
    sample = b"\n".join(lines)
    ranked = sorted(_possible(sample), key=lambda name: (-_swedish(sample.decode(name)), _BYTES.index(name)))
    whole = (found for name in ranked if (found := _decoded(raw, _NAMES.get(name, name), "letters")))
    best = next(whole, None)
    if best is None or _swedish(sample.decode(best.name)) <= 0:
        return best and msgspec.structs.replace(best, told="guess")
    return best


def _possible(sample: bytes) -> list[str]:
    """The byte encodings that can be: what charset-normalizer does not rule out, and what simply decodes."""
    likely = {match.encoding for match in from_bytes(sample, cp_isolation=list(_BYTES))}
    found = [name for name in _BYTES if name in likely or _decodes(sample, name)]
    return found or ["latin_1"]


def _decodes(sample: bytes, name: str) -> bool:
    try:
        sample.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _swedish(text: str) -> int:
    """How much `text` looks like Swedish: our letters count for it, strange signs and signs inside words against."""
    score = 0
    for before, sign, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if sign.isascii():
            continue
        if sign in _SWEDISH:
            inside_lower = sign.isupper() and before.islower() and after.islower()
            score += -1 if inside_lower else 2
        elif sign not in _KNOWN or (not sign.isalpha() and before.isalpha() and after.isalpha()):
            score -= 3
    return score
