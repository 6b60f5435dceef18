"""What is hostile by its size is refused within bounds on processor time and memory, measured in a child process."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gateway.findings import Rejected
from gateway.formats import load_dialects
from gateway.formats.sbdh import is_wrapped, unwrap
from tests.data import ROOT, mapping_texts
from tests.formats.bounded import survived
from tests.formats.hostile import ROWS, XML

SECONDS, MEGABYTES = 15, 500
DIALECTS = load_dialects(mapping_texts())
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="bounds are set as Linux has them")]


def refused_by_all(dialect: str, raw: bytes) -> str:
    """ "refused", or who was content. Every one that reads what comes from outside is asked."""
    chosen, content = DIALECTS[dialect], []
    readers = {
        "read": lambda: chosen.read(raw, "in/bad"),
        "read as a response": lambda: chosen.read(raw, "in/bad", "OrderResponse"),
        "unwrap": lambda: unwrap(raw, "in/bad"),
    }
    for name, reader in readers.items():
        try:
            reader()
            content.append(name)
        except Rejected as rejected:
            assert rejected.findings[0].place.source == "in/bad"
            assert len(rejected.findings) < 1000
    findings = chosen.codec("OrderResponse").check(raw, "in/bad")
    if not any(finding.fatal for finding in findings) or len(findings) > 1000 or is_wrapped(raw):
        content.append("check")
    return ", ".join(content) or "refused"


@pytest.mark.parametrize("name", XML)
def test_xml_is_refused_within_bounds(name):
    raw = XML[name]()
    assert survived(lambda: refused_by_all("peppol", raw), SECONDS, MEGABYTES) == "refused"


@pytest.mark.parametrize("name", ROWS)
def test_rows_are_refused_within_bounds(name):
    raw = ROWS[name]()
    assert survived(lambda: refused_by_all("csv", raw), SECONDS, MEGABYTES) == "refused"


@pytest.mark.always
def test_the_bounds_hold_who_breaks_them():
    assert survived(lambda: str(len(bytearray(2**30))), SECONDS, MEGABYTES).startswith("MemoryError")
    assert survived(lambda: str(next(filter(None, iter(int, 1)))), 1, MEGABYTES).startswith("killed by SIGXCPU")


@pytest.mark.parametrize("verb", ["identify", "read", "validate"])
def test_the_command_line_refuses_a_gigabyte_without_reading_it(tmp_path, verb):
    file = tmp_path / "huge.xml"
    with file.open("wb") as opened:
        opened.truncate(2**30)
    command = f"ulimit -v 900000; exec {sys.executable} -m gateway.cli document {verb} --json {file}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert "Traceback" not in done.stderr
    assert done.returncode == 1, done.stdout + done.stderr
