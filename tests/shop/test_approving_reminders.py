"""Reminders by a real mail server, and the working days they count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from gateway.exchange import chores
from gateway.exchange.office import Office
from gateway.observing import MailServer, Observing
from gateway.program import HANDLERS
from gateway.settings import load_settings
from shop.approving import delegates
from shop.approving.reminders import CHORE, due, remind
from shop.approving.tables import approval_reminders
from tests.exchange.postbox import free_port, postbox
from tests.shop.approving_cast import TWO_STEPS, hire, rule, said_yes, waiting_order
from tests.shop.conftest import NOW, person
from tests.shop.test_pages import Browser
from web.access import APPROVER
from web.tables import users


def office_of(engine: sa.Engine, suppliers: Any, port: int, now: datetime) -> Office:
    mail = MailServer(host="127.0.0.1", port=port)
    observing = Observing(mail=mail, alarm_from="avrop@exempelstad.example")
    told = msgspec.structs.replace(load_settings({}), observing=observing)
    return Office(
        engine=engine, suppliers=suppliers, dialects={}, transports={}, settings=told, handlers=HANDLERS,
        clock=lambda: now,
    )  # fmt: skip


def at(days: int, hour: int = 8) -> datetime:
    """November 2026: the order is placed on Friday the 20th."""
    return datetime(2026, 11, 20, hour, 12, tzinfo=UTC) + timedelta(days=days)


@pytest.fixture
def waits(stocked: sa.Engine, browser: Browser, suppliers: Any) -> Any:
    """An order that bo must approve and then eva; bo has dan as a deputy."""
    with stocked.begin() as conn:
        hire(conn, "bo", "eva", "dan")
        rule(conn, TWO_STEPS)
        days = (NOW.date(), NOW.date() + timedelta(days=30))
        delegates.appoint(conn, person(conn, "bo").id, person(conn, "dan").id, APPROVER, None, *days, NOW)
    return waiting_order(stocked, browser, many=2, suppliers=suppliers)


def who(engine: sa.Engine, days: int) -> list[str]:
    with engine.connect() as conn:
        return sorted(due(conn, at(days).date()))


def test_first_the_approver_then_the_deputy_and_the_next(
    waits: Any, stocked: sa.Engine, browser: Browser, clock: Any
) -> None:
    assert who(stocked, 3) == [], "one working day"
    assert who(stocked, 4) == ["bo"]
    assert who(stocked, 6) == ["anna", "bo", "dan", "eva"], "anna and eva take the next step"
    clock.pass_by(days=6)
    said_yes(browser("bo", unit=None), waits)
    assert who(stocked, 7) == [], "the next step counts from when it was opened"
    assert who(stocked, 10) == ["anna", "eva"]


def test_one_mail_a_person_and_day(waits: Any, stocked: sa.Engine, suppliers: Any) -> None:
    port = free_port()
    with postbox(port) as box:
        remind(office_of(stocked, suppliers, port, at(2)), at(2))
        assert box.mails == [], "Sunday"
        remind(office_of(stocked, suppliers, port, at(4, 5)), at(4, 5))
        assert box.mails == [], "before seven"
        for hour in (8, 9, 15):
            assert chores.do(office_of(stocked, suppliers, port, at(4, hour)), CHORE)
        (mail,) = box.mails
        assert mail["To"] == "bo@exempelstad.example"
        assert mail["Subject"] == "1 beställning väntar på godkännande / waiting for approval"
        text = mail.get_content()
        assert waits.number in text
        assert "har väntat 2 arbetsdagar" in text
        assert "Kim Exempel" in text
        remind(office_of(stocked, suppliers, port, at(6)), at(6))
        assert sorted(str(one["To"]).split("@")[0] for one in box.mails[1:]) == ["bo", "dan", "eva"], (
            "anna has no address"
        )
        assert len(set(box.ids)) == len(box.ids)
    assert CHORE in HANDLERS.chores


def test_a_server_that_is_away_and_an_address_that_is_refused(waits: Any, stocked: sa.Engine, suppliers: Any) -> None:
    port = free_port()
    remind(office_of(stocked, suppliers, port, at(4)), at(4))
    with stocked.connect() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(approval_reminders)) == 0, "the day is given back"
    with postbox(port) as box:
        box.refused.add("bo@exempelstad.example")
        remind(office_of(stocked, suppliers, port, at(6)), at(6))
        assert sorted(str(one["To"]).split("@")[0] for one in box.mails) == ["dan", "eva"], "the others are reached"
        with stocked.begin() as conn:
            conn.execute(sa.update(users).where(users.c.login == "eva").values(active=False))
        remind(office_of(stocked, suppliers, port, at(7)), at(7))
        assert sorted(str(one["To"]).split("@")[0] for one in box.mails[2:]) == ["dan"]
