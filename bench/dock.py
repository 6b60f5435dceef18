"""A morning at the dock: 5,000 announced parcels, ten scanners at once, over HTTP to the pages' own processes."""

from __future__ import annotations

import random
import re
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any, Final
from urllib.parse import urlencode

import sqlalchemy as sa

from bench.dock_stage import PASSWORD, announce, gtin, hire, sscc
from bench.figure import figure
from bench.lane_stage import stage
from bench.pages import pages
from gateway.program import Program
from hub.tables import parcels

_PARCELS: Final = 5_000
_SCANNERS: Final = 10
_DELIVERED: Final = 200_000
"""What a year leaves in the tables."""
_PROCESSES: Final = 2
_ALONE: Final = 100
_PAUSE: Final = 0.2
"""Seconds from an answer to the same person's next scan: faster than anybody lifts a parcel."""
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}


@dataclass
class Scanner:
    """One person with a scanner; sends what the dock's page sends, the next code a moment after the answer."""

    port: int
    login: str
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    cookie: str = ""
    token: str = ""

    def __post_init__(self) -> None:
        self._line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.token = _token(self._ask("GET", "/login"))
        self._ask("POST", "/login", {"login": self.login, "password": PASSWORD, "csrf": self.token})
        self.token = _token(self._ask("GET", "/hub/dock"))

    def scan(self, kind: str, code: str, said: str) -> None:
        """`said` must stand in the answer's sound: good, again or bad."""
        began = time.perf_counter()
        answer = self._ask("POST", "/hub/scan", {"code": code, "csrf": self.token})
        self.waits[kind].append((time.perf_counter() - began) * 1000)
        if f'data-sound="{said}"' not in answer:
            self.errors.append(f"{kind} {code}: {re.findall('data-sound=.[a-z]*', answer)}")

    def _ask(self, method: str, path: str, form: dict[str, str] | None = None) -> str:
        headers = {"Cookie": self.cookie, "Origin": f"http://127.0.0.1:{self.port}"} | (_FORM if form else {})
        self._line.request(method, path, urlencode(form) if form else None, headers)
        answer = self._line.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                kept = dict(part.split("=", 1) for part in self.cookie.split("; ") if part)
                kept |= dict([value.split(";", 1)[0].split("=", 1)])
                self.cookie = "; ".join(f"{key}={one}" for key, one in kept.items())
        text = answer.read().decode()
        if answer.status >= 400:
            self.errors.append(f"{path}: {answer.status}")
        return text


def dock(count: int = _PARCELS) -> dict[str, Any]:
    """The 99th percentile from scan to answer over all scans, 0.2 s after each answer; reference: one alone.

    An error is an answer that is none or says something else, or a parcel that is not received exactly once.
    """
    with stage(50, lambda _: "folder", "") as program:
        codes = announce(program, count + _ALONE, _DELIVERED)
        logins = hire(program, _SCANNERS)
        with pages(_PROCESSES) as ports:
            crew = [Scanner(ports[n % _PROCESSES], login) for n, login in enumerate(logins)]
            alone = _alone(crew, codes[:_ALONE])
            began = time.monotonic()
            _together(crew, codes[_ALONE : _ALONE + count])
            seconds = time.monotonic() - began
        wrong = [error for one in crew for error in one.errors]
        lost = abs(_received(program) - count - _ALONE)
    return _told(crew, alone, seconds, wrong, lost)


def _alone(crew: list[Scanner], codes: list[str]) -> list[float]:
    """Each process warmed up by a few, then one scanner by itself."""
    for nth, code in enumerate(codes):
        crew[nth % 2 if nth < len(codes) // 2 else 0].scan("alone", code, "good")
    found = crew[0].waits["alone"][-len(codes) // 2 :]
    for one in crew:
        one.waits.clear()
    return found


def _together(crew: list[Scanner], codes: list[str]) -> None:
    """Parcels in any order, each scanner its own; in between what else a dock sees."""
    chance = random.Random(7)
    shuffled = chance.sample(codes, len(codes))
    threads = [
        threading.Thread(target=_works, args=(one, shuffled[nth :: len(crew)], nth)) for nth, one in enumerate(crew)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _works(scanner: Scanner, codes: list[str], nth: int) -> None:
    chance = random.Random(nth)
    for place, code in enumerate(codes):
        time.sleep(_PAUSE * chance.uniform(0.5, 1.5))
        scanner.scan("parcel", f"]C100{code}", "good")
        if chance.random() < 0.03:
            scanner.scan("again", code, "again")
        if chance.random() < 0.01:
            scanner.scan("wrong digit", code[:-1] + str((int(code[-1]) + 1) % 10), "bad")
        if chance.random() < 0.01:
            scanner.scan("article", gtin(int(code[8:17]) % 5_000), "again")
        if chance.random() < 0.01:
            scanner.scan("unknown", sscc(800_000_000 + nth * 10_000 + place), "bad")


def _received(program: Program) -> int:
    """Boxes, not pallets, that are received."""
    inside = parcels.alias()
    pallet = sa.exists().where(inside.c.within == parcels.c.key)
    wanted = sa.select(sa.func.count()).where(parcels.c.state == "received", parcels.c.order_id.is_not(None), ~pallet)
    with program.engine.connect() as conn:
        return int(conn.scalar(wanted) or 0)


def _told(crew: list[Scanner], alone: list[float], seconds: float, wrong: list[str], lost: int) -> dict[str, Any]:
    kinds: dict[str, list[float]] = defaultdict(list)
    for one in crew:
        for kind, some in one.waits.items():
            kinds[kind].extend(some)
    everything = [wait for some in kinds.values() for wait in some]
    facts = {"median_ms": round(statistics.median(everything), 1), "scanners": len(crew), "processes": _PROCESSES}
    rate = {"scans": len(everything), "scans_a_second": round(len(everything) / seconds, 1)}
    by_kind = {kind: {"p99_ms": _p99(some), "scans": len(some)} for kind, some in sorted(kinds.items())}
    told = figure(_p99(everything), "ms", _p99(alone), "one scanner alone")
    errors = figure(len(wrong) + lost, "errors") | {"lost_or_doubled": lost} | ({"first": wrong[:3]} if wrong else {})
    return {"scan_p99_ms": told | facts | rate | {"kinds": by_kind}, "scan_errors": errors}


def _p99(waits: Iterable[float]) -> float:
    some = sorted(waits)
    return round(some[min(len(some) - 1, int(len(some) * 0.99))], 1) if some else 0.0


def _token(page: str) -> str:
    return page.split('name="csrf" value="', 1)[1].split('"', 1)[0]
