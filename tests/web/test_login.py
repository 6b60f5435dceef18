"""Log-in, sessions and their end."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tests.web.conftest import Clock, token_of
from web import sessions, tables
from web.security import FORM_COOKIE, SESSION_COOKIE


def test_a_page_asks_for_log_in_and_leads_back(client: Any, log_in: Any) -> None:
    answer = client.get("/admin?tab=2")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fadmin%3Ftab%3D2"
    assert log_in("anna", next="/admin?tab=2").headers["location"] == "/admin?tab=2"
    assert client.get("/admin").text == "secret"


def test_the_way_back_stays_on_this_site(client: Any, log_in: Any) -> None:
    for elsewhere in (
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:1",
        "/a\nb",
    ):
        assert log_in(next=elsewhere).headers["location"] == "/"
        client.cookies.clear()


def test_the_session_is_new_at_log_in_and_known_only_by_its_hash(client: Any, log_in: Any, engine: sa.Engine) -> None:
    log_in()
    first = client.cookies[SESSION_COOKIE]
    with engine.connect() as conn:
        assert conn.execute(sa.select(tables.sessions.c.id_hash)).scalars().all() == [sessions.id_hash(first)]
    client.cookies.set(FORM_COOKIE, "")
    page = client.get("/login")
    assert page.status_code == 303, "who is logged in goes on"


def test_log_in_again_replaces_the_old_session(client: Any, log_in: Any, engine: sa.Engine, clock: Clock) -> None:
    log_in()
    old = client.cookies[SESSION_COOKIE]
    with engine.begin() as conn:
        user = conn.execute(sa.select(tables.users.c.id).where(tables.users.c.login == "kim")).scalar_one()
        new = sessions.start(conn, user, clock(), replaces=old)
        assert sessions.find(conn, old, clock()) is None
        assert sessions.find(conn, new, clock()).login == "kim"


def test_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(log_in: Any) -> None:
    cookie = next(v for k, v in log_in().headers.multi_items() if k == "set-cookie" and SESSION_COOKIE in v).lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_wrong_password_says_so_and_keeps_the_name(log_in: Any) -> None:
    answer = log_in("kim", "fel")
    assert answer.status_code == 422
    assert "Fel användarnamn eller lösenord" in answer.text
    assert 'value="kim"' in answer.text
    assert SESSION_COOKIE not in answer.headers.get("set-cookie", "")


def test_six_tries_are_too_many_and_time_heals(client: Any, log_in: Any, clock: Clock) -> None:
    for _ in range(5):
        assert log_in("kim", "fel").status_code == 422
    assert log_in("kim").status_code == 429, "even the right password waits"
    assert log_in("anna").status_code == 303, "another account is not affected"
    client.cookies.clear()
    clock.pass_by(minutes=16)
    assert log_in("kim").status_code == 303


def test_a_good_log_in_forgives_earlier_slips(log_in: Any, client: Any, clock: Clock) -> None:
    for _ in range(3):
        for _ in range(3):
            log_in("kim", "fel")
        clock.pass_by(seconds=1)
        assert log_in("kim").status_code == 303
        clock.pass_by(seconds=1)
        client.cookies.delete(SESSION_COOKIE)


def test_an_inactive_account_stays_out(log_in: Any, engine: sa.Engine) -> None:
    with engine.begin() as conn:
        conn.execute(sa.update(tables.users).values(active=False))
    assert log_in().status_code == 422


def test_idle_and_old_sessions_end(client: Any, log_in: Any, clock: Clock, engine: sa.Engine) -> None:
    log_in()
    clock.pass_by(minutes=119)
    assert client.get("/").status_code == 200
    clock.pass_by(minutes=119)
    assert client.get("/").status_code == 200
    clock.pass_by(minutes=121)
    assert client.get("/").status_code == 303
    log_in()
    for _ in range(7):
        clock.pass_by(minutes=100)
        assert client.get("/").status_code == 200
    clock.pass_by(minutes=30)
    assert client.get("/").status_code == 303, "twelve hours are a long day"
    with engine.connect() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(tables.sessions)).scalar_one() == 0


def test_log_out_deletes_the_session(client: Any, log_in: Any, engine: sa.Engine) -> None:
    log_in()
    secret = client.cookies[SESSION_COOKIE]
    token = token_of(client.get("/nowhere").text)
    assert client.post("/logout", data={"csrf": token}).headers["location"] == "/login"
    client.cookies.set(SESSION_COOKIE, secret)
    assert client.get("/").status_code == 303, "the old cookie opens nothing"
