"""The HTTP side of the sandbox's access point: the routes by which it is reached, and its own way to our inbox."""

from __future__ import annotations

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from gateway.sandbox.access_point import AccessPointDouble


def router_of(double: AccessPointDouble) -> APIRouter:
    """To be mounted wherever the settings' url points, e.g. under /sandbox/access-point."""
    router = APIRouter()

    @router.post("/api/outbound/submit-sbd")
    async def submit(request: Request) -> JSONResponse:
        raw = await request.body()
        code, facts = await run_in_threadpool(double.submit, request.headers.get("x-token", ""), raw)
        return JSONResponse(facts, code)

    @router.get("/api/outbound/status/{instance}")
    def status(instance: str, request: Request) -> JSONResponse:
        code, facts = double.status(request.headers.get("x-token", ""), instance)
        return JSONResponse(facts, code)

    @router.post("/sendsbdh")
    async def send(request: Request) -> JSONResponse:
        raw = await request.body()
        code, facts = await run_in_threadpool(double.send, request.headers.get("x-token", ""), raw)
        return JSONResponse(facts, code)

    return router


class InboxPost:
    """Hands an SBD to our own inbox, as an access point delivers to the party that hired it."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token
        self._client = httpx.Client(timeout=10, trust_env=False)

    def __call__(self, sbd: bytes) -> None:
        """Raises httpx.HTTPError unless it was accepted."""
        headers = {"X-Token": self._token, "Content-Type": "application/xml"}
        self._client.post(self._url, content=sbd, headers=headers).raise_for_status()

    def close(self) -> None:
        self._client.close()
