"""Who may do what. Deny by default: a route without a declaration keeps the whole program from starting."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import HTTPException
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from web import sessions
from web.security import check_form_token, check_origin, check_signs, check_size

BUYER, APPROVER, DOCK, ADMIN = "buyer", "approver", "dock", "admin"
PURCHASER, CONTROLLER = "purchaser", "controller"
"""Who looks after contracts, catalogues and requests; who watches spending and decides how it is coded."""
ROLES = (BUYER, APPROVER, DOCK, ADMIN, PURCHASER, CONTROLLER)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# From another site, so without cookie and form token: what they show for themselves is in the address or the body.
MACHINES = frozenset(
    {
        "GET /metrics",
        "POST /inbox/access-point",
        "POST /inbox/access-point/status",
        "POST /inbox/suppliers/{supplier_id}",
        "POST /inbox/cxml",
        "GET /punchout/return/{token}",
        "POST /punchout/return/{token}",
    }
)
# The only pages and doors open to everyone, by method and path.
PUBLIC = MACHINES | {
    "GET /login",
    "POST /login",
    "POST /language",
    "GET /static/{digest}/{name:path}",
    "GET /health",
    # A supplier's labels: the address is signed.
    "GET /labels/{token}",
    "POST /labels/{token}",
    "GET /labels/{token}/{sheet_id}",
    "GET /labels/{token}/{sheet_id}/{name}",
}

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class LogInNeeded(Exception):
    """Nobody is logged in, and the page is not for everyone."""


class Rule(msgspec.Struct, frozen=True):
    """Who may use a route: anyone (`public`), or whoever has one of `roles`; `machine` calls carry no form token.

    `most` is how many bytes a request may have that brings files.
    """

    roles: frozenset[str] = frozenset()
    public: bool = False
    machine: bool = False
    most: int | None = None


def allow(*roles: str, most: int | None = None) -> Callable[[Endpoint], Endpoint]:
    """Declares who may use an endpoint; stands under the route's decorator. `allow(*ROLES)`: whoever is logged in.

    With `most`, a larger request is turned away unread; the endpoint must read its form itself for that.
    """
    unknown = set(roles) - set(ROLES)
    if unknown or not roles:
        raise ValueError(f"allow() names roles among {', '.join(ROLES)}; found {', '.join(sorted(unknown)) or 'none'}")

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.allowed = frozenset(roles)  # type: ignore[attr-defined]
        endpoint.most = most  # type: ignore[attr-defined]
        return endpoint

    return declare


def rule_of(route: Any) -> Rule | None:
    """The declared rule of a route, None where nothing is declared."""
    if not isinstance(route, APIRoute):
        return None
    names = {f"{method} {route.path}" for method in route.methods or ()}
    if names and names <= PUBLIC:
        return Rule(public=True, machine=names <= MACHINES)
    roles = getattr(route.endpoint, "allowed", None)
    return Rule(roles=roles, most=getattr(route.endpoint, "most", None)) if roles else None


def undeclared(routes: Iterable[Any]) -> list[str]:
    """The routes that say nothing about who may use them."""
    return [f"{getattr(route, 'path', route)}" for route in routes if rule_of(route) is None]


def include(app: FastAPI, router: APIRouter) -> None:
    """Adds a router behind the gate; raises RuntimeError naming every route of it without a declaration.

    A router inside the router is refused as well: each is handed over by itself, so that nothing is overlooked.
    """
    missing = undeclared(router.routes)
    if missing:
        raise RuntimeError(f"these routes do not say who may use them (add @allow(…)): {', '.join(missing)}")
    app.include_router(router, dependencies=[Depends(gate)])


async def gate(request: Request) -> None:
    """Runs before every route: session, Origin and form token on unsafe methods, then the role."""
    rule = rule_of(request.scope.get("route"))
    if rule is None:
        raise HTTPException(403)
    if rule.machine:
        request.state.viewer = None
        return
    if rule.most is not None and request.method not in SAFE_METHODS:
        check_size(request, rule.most)
    await check_signs(request)
    viewer = await run_in_threadpool(sessions.viewer_of, request)
    if request.method not in SAFE_METHODS:
        check_origin(request)
        await check_form_token(request)
    if rule.public:
        return
    if viewer is None:
        raise LogInNeeded
    if not rule.roles & viewer.roles:
        raise HTTPException(403)
