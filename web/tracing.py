"""A span for each request, where traces are on: which page or door, and how it ended; nothing of who asked."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import telemetry


class Traced:
    """ASGI middleware. The route's pattern is told, never the address itself: names may stand in it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not telemetry.is_on():
            await self.app(scope, receive, send)
            return
        with telemetry.span(scope["method"], method=scope["method"]) as request:

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    route = getattr(scope.get("route"), "path", None)
                    request.note(status=message["status"], route=route)
                await send(message)

            await self.app(scope, receive, noted)
