"""A part of the slow tests: `--part 2/7`, or `--part today` for another one each day; without it all of them.

They look over two hundred pages, refuse hundreds of hostile documents and break everything that can break. Each change
is tried against a seventh of that, a week sees all, and `make proof` does at once. Marked `always`: in every part.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import pytest

PARTS = 7


def named(said: str) -> str:
    """`today` as the part it is, so that every process of a run means the same; raises UsageError for no part."""
    if said == "today":
        return f"{datetime.now(UTC).date().toordinal() % PARTS + 1}/{PARTS}"
    nth, _, many = said.partition("/")
    if said and not (nth.isdecimal() and many.isdecimal() and 1 <= int(nth) <= int(many)):
        raise pytest.UsageError(f"--part {said}: today, or for example 2/7")
    return said


def of_part(items: Iterable[pytest.Item], part: str) -> list[pytest.Item]:
    """Every seventh test of each file, counted from another one in each, and what is always tried."""
    nth, many = map(int, part.split("/"))
    found = []
    for file, tests in groupby(items, lambda one: one.nodeid.split("::")[0]):
        first = zlib.crc32(file.encode())
        for place, one in enumerate(tests):
            if (first + place) % many == nth - 1 or one.get_closest_marker("always"):
                found.append(one)
    return found


def all_slow(file: Path) -> bool | None:
    """Whether every test of the file is marked slow; False where none is, None where some are or may be."""
    text = file.read_text(encoding="utf-8")
    if re.search(r"^pytestmark = \[?pytest\.mark\.slow\b", text, re.MULTILINE):
        return True
    return None if re.search(r"mark\.slow|pytestmark", text) else False
