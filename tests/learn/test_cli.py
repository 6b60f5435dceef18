"""`avrop suppliers learn` in a process of its own: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from gateway.cli import program
from gateway.findings import Finding
from gateway.formats import carried, example, load_dialects
from gateway.formats.proof import spoken
from gateway.model import OrderResponse
from gateway.wording import explain
from tests.data import ROOT, mapping_texts
from tests.learn.files import NAMED, SAMPLES
from tests.learn.test_samples import learned


def run(*arguments: object, code: int, **environ: str) -> tuple[str, str]:
    """Standard output and error; the exit code must be `code`."""
    command = [sys.executable, "-m", "gateway.cli", "suppliers", "learn", *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, check=False, cwd=ROOT, env=os.environ | {"PYTHONIOENCODING": "utf-8"} | environ
    )
    out, error = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == code, out + error
    assert "Traceback" not in error
    return out, error


@pytest.fixture
def file(tmp_path):
    def made(name: str):
        path = tmp_path / NAMED[name].file
        path.write_bytes(NAMED[name].raw)
        return path

    return made


def test_a_sound_proposal_is_shown_beside_the_data_and_nothing_is_written(file, tmp_path):
    before = set(tmp_path.iterdir())
    path = file("skogsfika")
    out, _ = run(path, code=0)
    lines = [line.split() for line in out.splitlines()]
    assert ["Leveransdag", "24.11.2026", "delivery.requested.start_date", "2026-11-24"] in [line[:4] for line in lines]
    assert "what we write is the file, byte for byte" in out
    assert "extends: csv" in out
    assert set(tmp_path.iterdir()) == before | {path}


def test_it_is_written_once_and_over_only_by_force(file, tmp_path):
    target = tmp_path / "mappings" / "dialects" / "skog.yaml"
    path = file("skogsfika")
    run(path, "--out", target, "--dry-run", code=0)
    assert not target.exists()
    run(path, "--out", target, code=0)
    text = target.read_text(encoding="utf-8")
    dialects = load_dialects(mapping_texts() | {"dialects/skog.yaml": text})
    assert dialects["skog"].read(path.read_bytes(), "in").document.number == "26-000123"
    target.write_text("# mine\n")
    _, error = run(path, "--out", target, code=2)
    assert "--force" in error
    assert target.read_text() == "# mine\n"
    run(path, "--out", target, "--force", code=0)
    assert target.read_text(encoding="utf-8") == text


def test_doubts_end_with_one_and_say_in_swedish_what_to_do(file):
    out, _ = run(file("dag månad"), "--lang", "sv", code=1)
    assert "Osäkert, någon behöver titta:" in out
    assert "'03/11/2026' kan läsas som 2026-11-03 / 2026-03-11; det första tas: leta upp en dag efter den 12:e" in out
    assert "→ Fråga leverantören i vilken ordning dag och månad står, och rätta date." in out


def test_programs_get_everything_in_one_line(file):
    out, _ = run(file("orderbesked"), file("skogsfika"), "--name", "skog", "--json", code=0)
    (line,) = out.splitlines()
    told = json.loads(line)
    assert (told["name"], told["sound"], told["doubts"]) == ("skog", True, [])
    assert [one["document"] for one in told["files"]] == ["order_response", "order"]
    assert all(one["returned"] for one in told["files"])
    status = next(one for one in told["files"][0]["columns"] if one["name"] == "Radstatus")
    assert (status["term"], status["read_as"], status["confidence"]) == ("lines.status", "5", "sure")


def test_what_the_file_is_may_be_said(file):
    path = file("obegripligt")
    told = json.loads(run(path, "--as", "despatch_advice", "--json", code=1)[0])
    assert told["files"][0]["document"] == "despatch_advice"
    assert "learn-kind" not in {doubt["rule"] for doubt in told["doubts"]}


def test_a_dialect_that_reads_the_file_already_is_named(tmp_path):
    path = tmp_path / "svar.csv"
    dialect = load_dialects(mapping_texts())["skogsbagaren"]
    path.write_bytes(dialect.write(_answer()))
    told = json.loads(run(path, "--json", code=0)[0])
    assert "the dialect skogsbagaren reads this file already" in str(told["notes"])


def _answer():
    table = load_dialects(mapping_texts())["skogsbagaren"].codec("OrderResponse").table
    return carried(
        spoken(example(mapping_texts()["examples/order_response.yaml"], "x", OrderResponse), table), table.leave_out
    )


@pytest.mark.parametrize(
    "wrong", [["--as", "invoice"], ["--name", "Stora AB"], ["--name", "csv"], ["--lang", "fi"], ["missing.csv"]]
)
def test_wrong_use_ends_with_two(file, wrong):
    result = CliRunner().invoke(program(), ["suppliers", "learn", str(file("skogsfika")), *wrong])
    assert result.exit_code == 2, result.output


def test_every_reason_and_remark_of_the_samples_is_said_in_swedish():
    """No English sentence is left in what a Swedish reader sees."""
    for sample in SAMPLES:
        found = learned(sample)
        own = [one for one in (*found.notes, *found.doubts) if one.rule.startswith("learn-")]
        reasons = [
            Finding(rule="learn-column", message=guess.reason) for study in found.studies for guess in study.guesses
        ]
        for finding in (*own, *reasons):
            swedish = explain(finding, "sv")
            assert finding.message not in swedish.what, finding
            assert not swedish.what.endswith(": look, and correct the table"), finding
            assert " the " not in f" {swedish.what} ", swedish.what
