"""Phones at the dock: each keeps what was scanned and insists until it is answered, as hub/static/acts.js does."""

from __future__ import annotations

import random
import time
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import msgspec

from tests.hub.house import PASSWORD

OURS = "default-src 'none'"


class Sent(msgspec.Struct, frozen=True):
    """One act: what is posted where, under which name."""

    address: str
    fields: dict[str, str]

    @property
    def act(self) -> str:
        return self.fields["act"]


def scanned(code: str) -> Sent:
    return Sent("/hub/scan", {"code": code, "act": str(uuid4()), "at": datetime.now(UTC).isoformat()})


def undone(scan: Sent) -> Sent:
    return Sent("/hub/undo", {"of": scan.act, "act": str(uuid4()), "at": datetime.now(UTC).isoformat()})


def log_in(base: str, login: str) -> tuple[httpx.Cookies, str]:
    """The session's cookies, and the token that its forms carry."""
    with httpx.Client(base_url=base, headers={"origin": base}, trust_env=False, timeout=30) as web:
        fields = {"login": login, "password": PASSWORD, "csrf": _token(web.get("/login").text)}
        assert web.post("/login", data=fields).status_code == 303
        return web.cookies, _token(web.get("/hub/dock").text)


def _token(page: str) -> str:
    return page.split('name="csrf" value="', 1)[1].split('"', 1)[0]


class Phone:
    """One phone on a bad network: its requests are doubled, and old ones come late, in any order."""

    def __init__(self, base: str, session: tuple[httpx.Cookies, str], seed: int, air: Executor) -> None:
        cookies, token = session
        self.headers = {"origin": base, "x-csrf-token": token, "hx-request": "true"}
        self.web = httpx.Client(base_url=base, cookies=cookies, trust_env=False, timeout=6)
        self.dice, self.air = random.Random(seed), air
        self.old: list[Sent] = []
        self.stray: list[Future[bool]] = []
        self.tries = 0

    def work(self, acts: list[Sent]) -> None:
        """All of them, in their order; the next one when the last one is answered."""
        for one in acts:
            if self.dice.random() < 0.3:
                self.stray.append(self.air.submit(self.post, one))
            self._insist(one)
            self.old.append(one)
            if self.dice.random() < 0.3:
                self.stray.append(self.air.submit(self.post, self.dice.choice(self.old)))

    def finish(self) -> None:
        for one in self.stray:
            one.result(60)
        self.web.close()

    def _insist(self, one: Sent) -> None:
        end = time.monotonic() + 120
        while not self.post(one):
            assert time.monotonic() < end, f"{one} was never answered"
            time.sleep(self.dice.uniform(0.1, 0.6))

    def post(self, one: Sent) -> bool:
        """Whether Avrop itself has taken it."""
        self.tries += 1
        try:
            answer = self.web.post(one.address, data=one.fields, headers=self.headers)
        except httpx.HTTPError:
            return False
        assert answer.status_code in {200, 500}, f"{one}: {answer.status_code}"
        return answer.status_code == 200 and answer.headers["content-security-policy"].startswith(OURS)
