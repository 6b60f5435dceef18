"""No scan is lost and none is doubled: the network is cut, requests come twice and late, server and database die."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from gateway.orders import book
from hub.receiving import expect
from tests.hub.advices import advice, line, sscc, unit
from tests.hub.house import PASSWORD, PEOPLE
from tests.orders.samples import sample_order
from tests.proof.phones import Phone, Sent, log_in, scanned, undone
from tests.proof.postgres import Postgres
from tests.proof.processes import Process, until
from tests.proof.proxy import Proxy
from tests.proof.town import ENVIRON, _free_port
from web import accounts

pytestmark = pytest.mark.slow
SEED = int(os.environ.get("AVROP_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
ORDERS, BOXES, STRANGERS, PHONES = 30, 3, 6, 10
KILLS = ("web", "web", "database")
LOGINS = ("alva", "robin")
NEW = ("expected", "void")
"""What a box was before the scan that received it, or that noted a stranger."""
REGRETTED = [number for number in range(ORDERS * BOXES) if number % (5 * BOXES) == 0]
"""Boxes that one person scans and takes back: one of every fifth order."""


class Dock:
    """A hub of its own: database, web process, and the line to it."""

    def __init__(self, home: Path, postgres: Postgres) -> None:
        self.postgres, self.line = postgres, Proxy()
        (home / "suppliers.yaml").write_text("suppliers: []\n", encoding="utf-8")
        self.line.target = _free_port()
        environ = {
            "AVROP_HOME": str(home),
            "AVROP_DATABASE_URL": postgres.url,
            "AVROP_SUPPLIERS": str(home / "suppliers.yaml"),
            "PROOF_PORT": str(self.line.target),
        }
        self.web = Process(home, "web", ENVIRON | environ)
        self.base = f"http://127.0.0.1:{self.line.port}"

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.base}/health", trust_env=False, timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self, victim: str) -> None:
        if victim == "web":
            self.web.kill()
            self.web.start()
        else:
            self.postgres.kill()
            time.sleep(0.2)
            self.postgres.start()


@contextmanager
def dock(home: Path) -> Iterator[Dock]:
    postgres = Postgres(home / "postgres")
    announce(postgres)
    built = Dock(home, postgres)
    try:
        until(built.answers, 90, "the web's start")
        yield built
    finally:
        built.web.kill()
        built.line.close()
        postgres.stop()


def announce(postgres: Postgres) -> None:
    """Two people, and orders of three boxes each that are on their way."""
    now = datetime.now(UTC)
    with postgres.engine.begin() as conn:
        for login in ("alva", "robin"):
            name, roles = PEOPLE[login]
            accounts.add(conn, login, name=name, password=PASSWORD, roles=roles, now=now)
        for n in range(ORDERS):
            order = sample_order(f"26-{n:06d}")
            row = book.get(conn, book.add(conn, order, "papperslagret", f"unit-{n}", "Kim Exempel", now, "confirmed"))
            assert row is not None
            book.record(conn, row.id, "despatched", "Papperslagret", now)
            units = (unit(n * BOXES + box, "1") for box in range(BOXES))
            expect(conn, row, advice(*units, lines=(line("1", "3"),), number=f"DA-{n}"), now)


def work_of(dice: random.Random) -> list[list[Sent]]:
    """What each phone does: every box is scanned by two people, and some are scanned once and taken back."""
    work: list[list[Sent]] = [[] for _ in range(PHONES)]
    for number in [*range(ORDERS * BOXES), *range(90_000, 90_000 + STRANGERS)]:
        chosen = dice.sample(range(PHONES), 1 if number in REGRETTED else 2)
        for phone in chosen:
            work[phone].append(scanned(f"(00){sscc(number)}"))
    for acts in work:
        dice.shuffle(acts)
    regretted = {f"(00){sscc(number)}" for number in REGRETTED}
    return [[step for one in acts for step in ([one, undone(one)] if one.fields["code"] in regretted else [one])]
            for acts in work]  # fmt: skip


def disturb(line: Proxy, dice: random.Random, over: threading.Event) -> int:
    """The network fails for a moment, again and again: held up, or cut in the middle of a request or its answer."""
    cuts = 0
    while not over.wait(dice.uniform(0.2, 0.8)):
        line.mode = dice.choice(("cut", "cut", "stall"))
        time.sleep(dice.uniform(0.02, 0.25))
        line.mode = "pass"
        cuts += 1
    return cuts


def test_every_scan_comes_once_whatever_fails(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dice, over = random.Random(SEED), threading.Event()
    with dock(home) as here, ThreadPoolExecutor(PHONES) as people, ThreadPoolExecutor(PHONES) as air:
        sessions = [log_in(here.base, login) for login in LOGINS]
        phones = [Phone(here.base, sessions[n % len(LOGINS)], SEED + n, air) for n in range(PHONES)]
        work = work_of(dice)
        with ThreadPoolExecutor(1) as weather:
            cuts = weather.submit(disturb, here.line, random.Random(SEED), over)
            try:
                working = [people.submit(phone.work, acts) for phone, acts in zip(phones, work, strict=True)]
                for share, victim in enumerate(KILLS, start=1):
                    wanted = share * sum(map(len, work)) // (len(KILLS) + 1)
                    until(lambda many=wanted: sum(len(one.old) for one in phones) >= many, 180, "the work")
                    here.kill(victim)
                for one in working:
                    one.result(180)
            finally:
                over.set()
            for phone in phones:
                phone.finish()
        check(here.postgres, work)
    with capsys.disabled():
        tries, acts = sum(phone.tries for phone in phones), sum(map(len, work))
        print(f"\nseed {SEED}: {acts} acts in {tries} requests, {cuts.result()} cuts, {len(KILLS)} kills", flush=True)


def people_of(work: list[list[Sent]]) -> dict[str, int]:
    """How many people, not phones, scanned each box: two of the phones may be one person's."""
    seen: dict[str, set[int]] = {}
    for number, acts in enumerate(work):
        for one in acts:
            if one.address == "/hub/scan":
                seen.setdefault(one.fields["code"][4:], set()).add(number % len(LOGINS))
    return {key: len(people) for key, people in seen.items()}


def check(postgres: Postgres, work: list[list[Sent]]) -> None:
    """Raises AssertionError naming the first thing that is not so.

    A box is moved once. Whoever else scans it vouches for it, once each, with a move that leads nowhere.
    """
    sent, people = [one for acts in work for one in acts], people_of(work)
    taken = {str(row.id): row for row in postgres.rows("SELECT id, kind, answer FROM acts")}
    assert set(taken) == {one.act for one in sent}, "an act is lost, or there is one that nobody did"
    moved = postgres.rows("""
        SELECT key, state, count(m.id) FILTER (WHERE before <> after) AS moves,
            count(m.id) FILTER (WHERE before <> after AND undone_at IS NULL) AS valid,
            count(m.id) FILTER (WHERE before = after AND undone_at IS NULL) AS vouched
        FROM parcels LEFT JOIN parcel_moves m ON parcel_id = parcels.id GROUP BY parcels.id""")
    found = {row.key: (row.state, row.moves, row.valid) for row in moved}
    assert {row.key: row.vouched for row in moved} == {row.key: max(people[row.key] - 1, 0) for row in moved}
    expected = {sscc(n): ("received", 1, 1) for n in range(ORDERS * BOXES) if n not in REGRETTED}
    expected |= {sscc(90_000 + n): ("unknown", 1, 1) for n in range(STRANGERS)}
    regretted = {sscc(n) for n in REGRETTED}
    assert {key: facts for key, facts in found.items() if key not in regretted} == expected
    assert {found[key] for key in regretted} <= {("expected", 1, 0), ("expected", 0, 0)}
    _one_of_two_received_it(sent, taken, expected)
    strangers = postgres.one("SELECT count(*) FROM parcel_reports WHERE kind = 'unknown' AND closed_at IS NULL")
    assert strangers == STRANGERS
    told = postgres.rows("""SELECT number, count(*) FILTER (WHERE event = 'at_hub') AS whole,
        count(*) FILTER (WHERE event = 'note' AND detail->>'step' = 'at_hub') AS part,
        count(*) FILTER (WHERE detail->>'step' = 'undone') AS undone
        FROM orders JOIN order_events ON order_id = orders.id GROUP BY number ORDER BY number""")
    complete = [row for row in told if int(row.number[3:]) * BOXES not in REGRETTED]
    assert {(row.whole, row.part, row.undone) for row in complete} == {(1, BOXES - 1, 0)}
    assert sum(row.undone for row in told) == sum(found[key][1] for key in regretted), "an undo is told once"


def _one_of_two_received_it(sent: list[Sent], taken: dict, expected: dict) -> None:
    """Two people scanned each box: one heard that it is received (or unknown and noted), the other that it was."""
    heard: dict[str, list[bool]] = {}
    for one in sent:
        if one.address == "/hub/scan":
            heard.setdefault(one.fields["code"][4:], []).append(taken[one.act].answer["before"] in NEW)
    assert {key: sorted(heard[key]) for key in expected} == {key: [False, True] for key in expected}
