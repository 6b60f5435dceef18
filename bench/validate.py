"""Judging an order of ten lines: structure; Schematron in one worker and two; a thousand documents through the pool."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

from lxml import etree

from bench.documents import peppol
from bench.figure import figure, rates
from bench.plain_schematron import plain
from gateway.findings import Place, reject
from gateway.rules import saxon
from gateway.rules.packages import file_of, in_force
from gateway.rules.pool import Limits, Pool
from gateway.settings import REPOSITORY, load_settings
from gateway.xml import parse

_BESIDE = REPOSITORY.parent / "shared" / "data" / "peppol-2026.5"
_MANY = 1000
_ROUNDS = 5
_ROUND = 100  # documents
_WARM = 150


def validate(rules: Path | None = None) -> dict[str, Any]:
    """`rules` is a folder that holds the rules of T01; without it, those installed and in force today."""
    path = _rules_of_t01(rules)
    codec, document = peppol("Order", "order")
    raw = codec.write(document)
    checked, parsed = rates(lambda: codec.check(raw, "bench"), lambda: parse(raw, "bench"))
    figures = {"structure_ms": _figure(1000 / checked, "ms", 1000 / parsed, "parsing alone")}
    with Pool(Limits(workers=1)) as one, Pool(Limits(workers=2)) as two:
        reference = _plain(path, raw)
        _warm(one, path, raw, 1)
        _warm(two, path, raw, 2)
        best = _best(lambda: _rate(one, path, raw, 1), lambda: _rate(two, path, raw, 2), lambda: _timed(reference))
        one_worker, two_workers, ordinary = best
        what = "the same rules by an ordinary compiler, in process"
        figures["schematron_ms"] = _figure(1000 / one_worker, "ms", 1000 / ordinary, what)
        ratio = {"value": round(two_workers / one_worker, 2), "unit": "times one worker's rate"}
        figures["schematron_two_process_ratio"] = ratio
        figures |= _many(two, path, raw)
    return figures


def _figure(value: float, unit: str, reference: float, what: str) -> dict[str, Any]:
    """Milliseconds need more digits than rates."""
    told = figure(value, unit, reference, what)
    return told | {"value": round(value, 3), "reference": round(reference, 3), "ratio": round(value / reference, 3)}


def _rules_of_t01(rules: Path | None) -> Path:
    folder = load_settings().rules_dir
    package = None if rules else in_force(folder, date.today()).package("schematron", "T01")
    if package is not None:
        return next(file_of(folder, package, file) for file in package.schematrons if "T01" in file.transactions)
    where = rules or _BESIDE
    found = sorted(where.rglob("*T01.sch")) if where.is_dir() else []
    if not found:
        message = "no rules of T01: install them (avrop rules install), or name a folder that holds them by --rules"
        raise reject("rules-not-installed", message, Place(source=str(where)))
    return found[0]


def _plain(path: Path, raw: bytes) -> Callable[[], object]:
    compiled = saxon.compile_stylesheet(plain(etree.parse(path).getroot()))
    return lambda: etree.fromstring(saxon.transform(compiled, etree.tostring(parse(raw, "bench"), encoding="unicode")))


def _warm(pool: Pool, path: Path, raw: bytes, workers: int) -> None:
    for _ in range(2):
        _rate(pool, path, raw, workers, _WARM)


def _best(*works: Callable[[], float]) -> list[float]:
    """The best rate of each, in rounds that are taken in turn, so that a noisy moment hits all alike."""
    rounds = [[work() for work in works] for _ in range(_ROUNDS)]
    return [max(column) for column in zip(*rounds, strict=True)]


def _rate(pool: Pool, path: Path, raw: bytes, workers: int, documents: int = _ROUND) -> float:
    """Documents a second, with as many threads asking as there are workers."""

    def ask(_: int) -> None:
        for _ in range(documents):
            pool.judge(path, raw)

    began = time.perf_counter()
    with ThreadPoolExecutor(workers) as threads:
        list(threads.map(ask, range(workers)))
    return workers * documents / (time.perf_counter() - began)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    for _ in range(_ROUND // 2):
        work()
    return (_ROUND // 2) / (time.perf_counter() - began)


def _many(pool: Pool, path: Path, raw: bytes) -> dict[str, Any]:
    before = max(pool.workers().values())
    rate = _rate(pool, path, raw, 2, _MANY // 2)
    after = max(pool.workers().values())
    return {
        "documents_through_pool": figure(_MANY, "documents"),
        "pool_documents_per_s": figure(rate, "documents/s"),
        "pool_worker_mb": figure(after / 1e6, "MB", before / 1e6, "the same worker before the thousand documents"),
    }
