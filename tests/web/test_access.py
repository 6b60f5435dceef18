"""Deny by default, roles, form tokens, Origin, headers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import APIRouter

from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers
from tests.web.conftest import ORIGIN, Clock, token_of
from web.access import PUBLIC, allow, rule_of, undeclared
from web.app import create_app
from web.room import Room
from web.security import SESSION_COOKIE, form_token


def test_every_route_says_who_may_use_it(app: Any) -> None:
    routes = [route for router in app.state.routers for route in router.routes]
    assert len(app.routes) == len(app.state.routers), "nothing is served beside the routers that were checked"
    assert undeclared(routes) == []
    open_ones = {f"{method} {route.path}" for route in routes for method in route.methods if rule_of(route).public}
    assert open_ones <= PUBLIC


def test_a_route_without_a_declaration_stops_the_program(engine: sa.Engine, tmp_path: Path, clock: Clock) -> None:
    router = APIRouter()
    router.add_api_route("/forgotten", lambda: "x")
    room = Room(name="careless", folder=tmp_path, routers=(router,))
    with pytest.raises(RuntimeError, match="/forgotten"):
        create_app(load_settings({}), engine, Suppliers(()), [room], now=clock)


def test_allow_knows_the_roles() -> None:
    with pytest.raises(ValueError, match="byer"):
        allow("byer")
    with pytest.raises(ValueError, match="none"):
        allow()


def test_a_role_that_is_missing_is_told_so(client: Any, log_in: Any) -> None:
    log_in("kim")
    answer = client.get("/admin")
    assert answer.status_code == 403
    assert "Du har inte behörighet till sidan" in answer.text
    assert "Kim Exempel" in answer.text


def test_unsafe_requests_need_the_token(client: Any, log_in: Any) -> None:
    log_in("kim")
    refused = client.post("/change")
    assert refused.status_code == 403
    assert "Formuläret hade hunnit bli för gammalt" in refused.text
    assert client.post("/change", data={"csrf": "0" * 64}).status_code == 403
    assert client.post("/change", headers={"x-csrf-token": "åäö".encode()}).status_code == 403
    good = form_token(client.cookies[SESSION_COOKIE])
    assert client.post("/change", data={"csrf": good}).text == "changed"
    assert client.post("/change", headers={"x-csrf-token": good}).text == "changed"


def test_a_token_of_another_session_does_not_fit(client: Any, log_in: Any) -> None:
    before = token_of(client.get("/login").text)
    log_in("kim")
    assert client.post("/change", data={"csrf": before}).status_code == 403


def test_log_in_itself_needs_the_token(client: Any) -> None:
    assert client.post("/login", data={"login": "kim", "password": "x"}).status_code == 403


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://testserver:81", "https://testserver"])
def test_requests_from_elsewhere_are_refused(client: Any, log_in: Any, origin: str) -> None:
    log_in("kim")
    data = {"csrf": form_token(client.cookies[SESSION_COOKIE])}
    answer = client.post("/change", data=data, headers={"origin": origin})
    assert answer.status_code == 403
    assert "annan webbplats" in answer.text


def test_without_origin_the_referer_decides(client: Any, log_in: Any) -> None:
    log_in("kim")
    data = {"csrf": form_token(client.cookies[SESSION_COOKIE])}
    del client.headers["origin"]
    assert client.post("/change", data=data).status_code == 403
    assert client.post("/change", data=data, headers={"referer": f"{ORIGIN}/page"}).status_code == 200
    assert client.post("/change", data=data, headers={"referer": "https://elsewhere.example/"}).status_code == 403


def test_every_answer_carries_the_headers(client: Any, log_in: Any) -> None:
    log_in("kim")
    for path in ("/login", "/", "/nowhere", "/admin", "/broken", "/health"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"


def test_pages_hold_no_inline_script_or_style(client: Any) -> None:
    page = client.get("/login").text
    assert "<style" not in page
    assert "style=" not in page
    assert "<script>" not in page
    assert "onclick" not in page


def test_error_pages_speak_the_readers_language(client: Any, log_in: Any) -> None:
    assert "Sidan finns inte" in client.get("/nowhere").text
    client.cookies.set("avrop_language", "en")
    missing = client.get("/nowhere")
    assert missing.status_code == 404
    assert "The page does not exist" in missing.text
    assert '<html lang="en">' in missing.text
    log_in("kim")
    broken = client.get("/broken")
    assert broken.status_code == 500
    assert "Something went wrong on our side" in broken.text
    assert "shelf" not in broken.text, "what broke is for the log"


def test_htmx_gets_the_error_as_a_page(client: Any, log_in: Any) -> None:
    assert client.get("/", headers={"hx-request": "true"}).headers["hx-redirect"] == "/login"
    log_in("kim")
    answer = client.get("/admin", headers={"hx-request": "true"})
    assert answer.headers["hx-retarget"] == "body"


def test_wrong_method_and_wrong_shape(client: Any, log_in: Any) -> None:
    log_in("kim")
    assert client.get("/change").status_code == 405
    token = {"csrf": form_token(client.cookies[SESSION_COOKIE])}
    assert client.post("/language", data=token).status_code == 400
