"""Five parts of the slow tests are all of them, and no file with slow tests is passed by."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import parts
from tests.data import ROOT


def collected(*words: str) -> list[str]:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *words]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=True).stdout
    return [line for line in said.splitlines() if "::" in line]


def test_a_part_is_a_number_of_how_many() -> None:
    assert parts.named("2/5") == "2/5"
    assert parts.named("today") in {f"{nth}/{parts.PARTS}" for nth in range(1, parts.PARTS + 1)}
    for wrong in ("0/5", "6/5", "2", "x/5", "tomorrow"):
        with pytest.raises(pytest.UsageError, match="--part"):
            parts.named(wrong)


@pytest.mark.slow
def test_five_parts_are_all_and_always_what_must_be() -> None:
    every = collected("-m", " slow")  # another spelling, for which every file is read
    in_parts = [collected("-m", "slow", "--part", f"{nth}/{parts.PARTS}") for nth in range(1, parts.PARTS + 1)]
    assert sorted(set().union(*in_parts)) == sorted(every)
    assert max(map(len, in_parts)) < len(every) / parts.PARTS * 1.2
    in_all = set.intersection(*map(set, in_parts))
    assert {one.split("::")[0] for one in in_all} >= {"tests/proof/test_kills.py", "tests/journey/test_demo_once.py"}
