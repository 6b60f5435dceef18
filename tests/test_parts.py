"""All parts of the slow tests are all of them, and no file with slow tests is passed by."""

from __future__ import annotations

import subprocess
import sys
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import parts
from tests.data import ROOT


class Test(NamedTuple):
    """As much of a test as is looked at."""

    __test__ = False
    nodeid: str
    always: bool

    def get_closest_marker(self, name: str) -> bool:
        return name == "always" and self.always


FILES = st.dictionaries(st.sampled_from("abcdef"), st.lists(st.booleans(), max_size=23), min_size=1)


@given(FILES, st.integers(1, 9))
def test_all_parts_together_are_all_tests_and_alike_in_size(files: dict[str, list[bool]], many: int) -> None:
    tests: Any = [Test(f"{file}::{nth}", one) for file, found in files.items() for nth, one in enumerate(found)]
    found = [parts.of_part(tests, f"{nth}/{many}") for nth in range(1, many + 1)]
    assert {one for part in found for one in part} == set(tests)
    for part in found:
        assert [one for one in tests if one.always] == [one for one in part if one.always]
    once = [one for part in found for one in part if not one.always]
    assert len(once) == len(set(once)), "each but those is in one part"
    for file, marks in files.items():
        sizes = [sum(one.nodeid.startswith(file) and not one.always for one in part) for part in found]
        assert max(sizes) <= len(marks) // many + 1


def test_a_part_is_a_number_of_how_many() -> None:
    assert parts.named("2/5") == "2/5"
    assert parts.named("today") in {f"{nth}/{parts.PARTS}" for nth in range(1, parts.PARTS + 1)}
    for wrong in ("0/5", "6/5", "2", "x/5", "tomorrow"):
        with pytest.raises(pytest.UsageError, match="--part"):
            parts.named(wrong)


def collected(*words: str) -> set[str]:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *words]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=True).stdout
    return {line for line in said.splitlines() if "::" in line}


@pytest.mark.slow
def test_no_file_with_slow_tests_is_passed_by_and_some_are_always_tried() -> None:
    every = collected("-m", " slow")  # another spelling, for which every file is read
    assert collected("-m", "slow") == every
    part = collected("-m", "slow", "--part", "1/1000")
    assert part < every
    assert {one.split("::")[0] for one in part} >= {"tests/proof/test_kills.py", "tests/journey/test_demo_once.py"}
