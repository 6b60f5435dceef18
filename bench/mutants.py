"""Documents of every table, changed at random: nothing but `Rejected` may come out of who reads them, and that soon."""

from __future__ import annotations

import multiprocessing
import random
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from bench.figure import figure
from bench.mutations import mutated
from gateway.findings import Rejected
from gateway.formats import carried, example, identify, load_dialects
from gateway.formats.contract import Codec
from gateway.formats.dialects import Dialect
from gateway.formats.sbdh import header_for, unwrap, wrap
from gateway.settings import load_settings, mapping_texts

SECONDS = 5.0  # for one document
_CHUNK = 250
_LARGEST = 100_000
_OFFICIAL = Path(__file__).resolve().parents[2] / "shared" / "data"
_EXAMPLES = ("*/examples/*/*.xml", "svehandel-samples/**/*.xml")


class Subject(NamedTuple):
    """A good document, and who reads it."""

    name: str
    dialect: Dialect
    codec: Codec
    raw: bytes


class Failure(NamedTuple):
    """What went wrong with one mutant, which `mutant(subjects, seed, number)` gives again."""

    seed: int
    number: int
    subject: str
    what: str
    raw: bytes


class TooLong(BaseException):
    """The time of one document is over."""


def mutants(count: int = 20_000, seed: int = 1) -> dict[str, Any]:
    """How many were read and rejected, how fast, the slowest; failures are told with their input saved in a file."""
    told, began = {"read": 0, "rejected": 0}, time.perf_counter()
    failures: list[Failure] = []
    slowest = 0.0
    known = subjects()
    work = [(seed, start, min(start + _CHUNK, count)) for start in range(0, count, _CHUNK)]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        for read, rejected, slow, failed in pool.imap_unordered(_judged, work):
            told["read"] += read
            told["rejected"] += rejected
            slowest = max(slowest, slow)
            failures += failed
    found: dict[str, Any] = {name: figure(value, "documents") for name, value in told.items()}
    return found | {
        "mutants_per_s": figure(count / (time.perf_counter() - began), "documents/s") | {"of": len(known)},
        "slowest_ms": figure(slowest * 1000, "ms") | {"limit": SECONDS * 1000},
        "failures": figure(len(failures), "documents") | {"seed": seed, "first": _saved(failures)},
    }


def subjects() -> list[Subject]:
    """What each table writes, bare and in an envelope, and the publishers' examples where they are beside us."""
    if not _SUBJECTS:
        texts = mapping_texts(load_settings())
        dialects = load_dialects(texts)
        for dialect in dialects.values():
            _SUBJECTS.extend(_written(dialect, texts))
        _SUBJECTS.extend(_official(dialects))
    return _SUBJECTS


_SUBJECTS: list[Subject] = []


def _written(dialect: Dialect, texts: dict[str, str]) -> Iterator[Subject]:
    for codec in dialect.codecs.values():
        table = codec.table
        document = example(texts[f"{table.example}.yaml"], codec.name, table.document)
        raw = codec.write(carried(document, table.leave_out))
        yield Subject(f"{dialect.name}:{codec.name}", dialect, codec, raw)
        if table.syntax == "ubl" and b":ProfileID>" in raw:
            now = datetime(2026, 11, 20, tzinfo=UTC)
            header = header_for(raw, "0007:2120009994", "0007:5500006597", "a-uuid", now)
            yield Subject(f"{dialect.name}:{codec.name} in its envelope", dialect, codec, wrap(raw, header))


def _official(dialects: dict[str, Dialect]) -> Iterator[Subject]:
    for pattern in _EXAMPLES:
        for path in sorted(_OFFICIAL.glob(pattern)):
            raw = path.read_bytes()
            found = identify(dialects, raw)
            if found and len(raw) < _LARGEST:
                yield Subject(path.name, *found, raw)


def mutant(known: list[Subject], seed: int, number: int) -> tuple[Subject, bytes]:
    dice = random.Random(f"{seed}:{number}")
    subject = known[number % len(known)]
    return subject, mutated(subject.raw, dice)


def judge(subject: Subject, raw: bytes) -> bool:
    """Whether the mutant is read; whatever is raised beside `Rejected` comes out."""
    subject.codec.check(raw, "mutant")
    good = [_tried(reader) for reader in (
        lambda: unwrap(raw, "mutant"),
        lambda: subject.codec.read(raw, "mutant"),
        lambda: subject.codec.write(subject.dialect.read(raw, "mutant", subject.codec.document).document),
        lambda: subject.dialect.read(raw, "mutant"),
    )]  # fmt: skip
    return any(good)


def _tried(reader: Callable[[], object]) -> bool:
    try:
        reader()
    except Rejected as rejected:
        if not any(finding.fatal for finding in rejected.findings):
            raise AssertionError("a rejection without a fatal finding") from rejected
        return False
    return True


def _judged(work: tuple[int, int, int]) -> tuple[int, int, float, list[Failure]]:
    seed, start, stop = work
    read, slowest, failures = 0, 0.0, []
    signal.signal(signal.SIGALRM, _over)
    for number in range(start, stop):
        subject, raw = mutant(subjects(), seed, number)
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        began = time.perf_counter()
        try:
            read += judge(subject, raw)
        except (Exception, TooLong) as error:
            failures.append(Failure(seed, number, subject.name, f"{type(error).__name__}: {error}"[:300], raw))
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        slowest = max(slowest, time.perf_counter() - began)
    return read, stop - start - read, slowest, failures


def _over(_: int, __: object) -> None:
    raise TooLong


def _saved(failures: list[Failure]) -> list[dict[str, Any]]:
    if not failures:
        return []
    folder = Path(tempfile.mkdtemp(prefix="avrop-mutants-"))
    told = []
    for failure in failures[:50]:
        path = folder / f"{failure.seed}-{failure.number}"
        path.write_bytes(failure.raw)
        told.append({"number": failure.number, "of": failure.subject, "what": failure.what, "input": str(path)})
    return told
