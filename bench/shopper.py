"""One person with a browser: what they look at, in which order, and how long each page took."""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from types import TracebackType
from typing import Self

import httpx

_WANTED = (
    "handskar",
    "kaffe",
    "skruv",
    "papper",
    "blöjor",
    "tvål",
    "pennor",
    "mjölk",
    "lampa",
    "stol",
    "bindor",
    "disk",
)
_TYPES = 0.4
"""Seconds between two searches of somebody who types: the page waits for a pause of 0.35 s."""


@dataclass
class Visit:
    """Milliseconds by kind of page; the orders that were placed, and what went wrong."""

    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    ordered: int = 0
    errors: list[str] = field(default_factory=list)


class Shopper:
    """Sends what a browser with our pages sends: forms with their token, and htmx's requests for parts of a page."""

    def __init__(self, port: int, login: str, password: str, unit: str, think: float, counts_from: float = 0.0) -> None:
        self.visit = Visit()
        self._who, self._password, self._unit, self._think = login, password, unit, think
        self._from, self._token, self._chance = counts_from, "", Random(login)
        site = f"http://127.0.0.1:{port}"
        # A browser asks again where the server closed a line that was idle; this one closes it first (uvicorn: 5 s).
        limits = httpx.Limits(keepalive_expiry=4)
        facts = {"base_url": site, "headers": {"origin": site}, "follow_redirects": True, "timeout": 30}
        self._http = httpx.AsyncClient(**facts, limits=limits)

    async def __aenter__(self) -> Self:
        page = await self._http.get("/login")
        self._token = _field(page.text, "csrf")
        answer = await self._send("log in", "/login", login=self._who, password=self._password)
        self._token = _field(answer, "csrf")
        await self._send("choose unit", "/units", unit=self._unit)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def round(self, end: float = float("inf")) -> None:
        """From the front page to the list of orders; it ends early where time is up."""
        await self._get("front", "/")
        for _ in range(self._chance.randint(1, 3)):
            await self._thinks()
            await self._finds()
        await self._thinks()
        basket = await self._get("basket", "/basket")
        if line := re.search(r'id="many-(\d+)"', basket):
            await self._thinks()
            many = str(self._chance.randint(2, 9))
            basket = await self._send("change quantity", f"/basket/lines/{line[1]}", part=True, quantity=many)
        if 'name="seen"' not in basket or time.monotonic() > end:
            return
        await self._thinks()
        facts = {"customer_reference": "4120", "accounting_cost": "4120-407"}
        facts |= {name: _field(basket, name) for name in ("basket_id", "seen")}
        placed = await self._send("place order", "/basket/place", **facts)
        numbers = set(re.findall(r"/orders/(\d\d-\d+)", placed))
        self.visit.ordered += len(numbers)
        await self._thinks()
        for number in sorted(numbers)[:1]:
            await self._get("timeline", f"/orders/{number}")
        await self._thinks()
        await self._get("orders", "/orders")
        await self._thinks()

    async def _finds(self) -> None:
        """Types a word, looks at an article and puts it into the basket."""
        word, page = self._chance.choice(_WANTED), ""
        for letters in (word[: len(word) // 2 + 1], word):
            page = await self._get("search", f"/search?q={letters}", part=True)
            await asyncio.sleep(_TYPES if self._think else 0)
        found = re.findall(r'id="article-(\d+)"', page)
        if not found:
            self.visit.errors.append(f"nothing was found for {word}")
            return
        article = self._chance.choice(found)
        await self._thinks()
        await self._get("article", f"/articles/{article}")
        await self._thinks()
        await self._send("add", "/basket/add", part=True, article=article, quantity="1", back="/")

    async def _thinks(self) -> None:
        await asyncio.sleep(self._think * self._chance.uniform(0.6, 1.4))

    async def _get(self, kind: str, path: str, part: bool = False) -> str:
        return await self._timed(kind, self._http.build_request("GET", path, headers=self._headers(part)))

    async def _send(self, kind: str, path: str, part: bool = False, **fields: str) -> str:
        data = {"csrf": self._token, **fields}
        return await self._timed(kind, self._http.build_request("POST", path, data=data, headers=self._headers(part)))

    def _headers(self, part: bool) -> dict[str, str]:
        return {"hx-request": "true", "x-csrf-token": self._token} if part else {}

    async def _timed(self, kind: str, request: httpx.Request) -> str:
        """What came, after all that the browser followed."""
        began = time.perf_counter()
        try:
            answer = await self._http.send(request)
        except httpx.HTTPError as error:
            self.visit.errors.append(f"{kind}: {type(error).__name__} {error}")
            return ""
        if time.monotonic() >= self._from or kind == "log in":
            self.visit.waits[kind].append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            self.visit.errors.append(f"{kind}: {answer.status_code}")
        return answer.text


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""
