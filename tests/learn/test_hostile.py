"""What is no row file, or one that means harm, is answered in bounded time, with what is wrong."""

from __future__ import annotations

import gzip
import random
import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.learn import MAX_BYTES, File, learn
from tests.data import mapping_texts
from tests.learn.files import NAMED, SAMPLES

TODAY = date(2026, 11, 25)
TEXTS = mapping_texts()
GOOD = NAMED["skogsfika"].raw
CHANCE = random.Random(7)
WORDS = ["".join(CHANCE.choices("abcdefghijklmno", k=9)) for _ in range(200)]

HOSTILE = {
    "nothing": (b"", "learn-separator"),
    "a mark alone": (b"\xef\xbb\xbf", "learn-separator"),
    "blank lines": (b"\n" * 10_000, "learn-separator"),
    "a header alone": (b"Ordernr;Rad;Artnr\r\n", "learn-empty"),
    "one column": (b"Artnr\n1\n2\n3\n", "learn-separator"),
    "zero bytes": (bytes(1_000_000), "learn-encoding"),
    "an archive": (gzip.compress(GOOD * 100) + b"\x00\x01", "learn-encoding"),
    "XML": (b"<Order><ID>1</ID></Order>", "learn-separator"),
    "too many bytes": (b"a;b\n" * (MAX_BYTES // 4 + 1), "learn-size"),
    "ten thousand columns": (b";".join([b"x"] * 10_000) + b"\n" + b";".join([b"1"] * 10_000), "learn-size"),
    "a cell without an end": (b'Ordernr;Rad\n"' + b"x" * 3_000_000, "learn-separator"),
    "a line of four million": (b"x" * 4_000_000, "learn-separator"),
    "names that repeat": (b"Antal;Antal\n1;2\n", "learn-name-twice"),
}


def doubts(raw: bytes) -> set[str]:
    started = time.process_time()
    found = learn([File("in.csv", raw)], "x", TEXTS, TODAY)
    assert time.process_time() - started < 30
    assert not found.sound
    return {doubt.rule for doubt in found.doubts}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_read_says_why(name):
    raw, rule = HOSTILE[name]
    assert rule in doubts(raw)


def test_two_hundred_columns_of_two_thousand_rows_take_seconds():
    rows = [";".join(WORDS), *(";".join(CHANCE.choices(WORDS, k=200)) for _ in range(2_000))]
    assert "learn-kind" in doubts("\n".join(rows).encode())


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=400))
def test_garbage_raises_nothing(raw):
    found = learn([File("in.csv", raw)], "x", TEXTS, TODAY)
    assert found.doubts or found.text


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_mutated_file_is_learned_or_doubted(data):
    sample = data.draw(st.sampled_from(SAMPLES))
    raw = bytearray(sample.raw)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(raw) - 1))
        stop = data.draw(st.integers(start, min(len(raw), start + 40)))
        raw[start:stop] = data.draw(st.binary(max_size=8) | st.just(bytes(raw[start:stop]) * 2)) or b";"
    found = learn([File("in.csv", bytes(raw))], "x", TEXTS, TODAY)
    assert found.doubts or all(trial.returned for trial in found.trials)
