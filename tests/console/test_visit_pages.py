"""Visits to suppliers' shops in the console: a list that teaches, filters, and one story with every message."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa

from gateway.exchange import journal
from gateway.exchange.journal import MessageState
from gateway.exchange.punchout import visits
from gateway.exchange.punchout.return_http import keep
from gateway.exchange.punchout.visits import State
from gateway.exchange.tables import messages
from gateway.findings import Finding, Place
from gateway.formats import load_dialects
from tests.console import house
from tests.console.test_pages import Person
from tests.data import mapping_texts
from tests.formats.test_cxml import BASKET, DETAIL

NOW = datetime(2026, 11, 23, 6, 55, tzinfo=UTC)
CXML = load_dialects(mapping_texts())["cxml"]


@pytest.fixture
def alex(engine):
    return Person(house.open_house(engine, lambda: NOW, "alex"), "alex")


def a_visit(conn, state=State.OPEN, supplier="papper", **facts):
    who = {"supplier_id": supplier, "person": "p", "unit_id": "bjorken", "kind": "cxml"}
    return visits.open_visit(conn, **who, now=NOW, minutes=60, state=state, **facts)


def test_without_visits_the_page_says_what_will_stand_there(alex):
    page = alex.get("/console/visits")
    assert "Inget besök här" in page
    assert "Besök i leverantörers butiker" in page


def test_visits_are_found_by_supplier_and_state(engine, alex):
    with engine.begin() as conn:
        a_visit(conn)
        a_visit(conn, State.REFUSED, "blomman")
    page = alex.get("/console/visits")
    assert "Papperslagret i Exempelstad AB" in page
    assert "Blomman och Bladet AB" in page
    assert "Blomman och Bladet AB" not in alex.get("/console/visits?supplier=papper").split("<tbody>")[1]
    refused = alex.get("/console/visits?state=refused").split("<tbody>")[1]
    assert "Papperslagret" not in refused
    assert "nekat" in refused
    assert "Inget besök här" in alex.get("/console/visits?supplier=papper&state=refused")


def test_a_visit_is_one_story(engine, alex):
    raw = (BASKET % DETAIL).encode()
    with engine.begin() as conn:
        made = a_visit(conn)
        asked = {"supplier_id": "papper", "document": "PunchOutSetup", "transport": "punchout", "punchout_id": made.id}
        journal.add(conn, "out", MessageState.SENT, NOW, **asked, raw=b"<cXML/>", sha256="x", journaled_at=NOW)
        keep(conn, made.token, raw, {"name": "text/xml", "source": "punchout:127.0.0.1"}, NOW)
        remark = Finding(rule="punchout-quantity", message="the quantity is 0, and nothing can be ordered of that",
                         place=Place(path="lines[0]"))  # fmt: skip
        basket = CXML.read(raw, "b").document
        visits.change(conn, made.id, basket=basket, remarks=[remark])
    page = alex.get(f"/console/visits/{made.id}")
    for said in (
        "Papperslagret i Exempelstad AB",
        "tillbaka, inte avgjort",
        "Pärm",
        "a=1&amp;b=2",
        made.cookie,
        "bjorken",
    ):
        assert said in page, said
    assert page.count('href="/console/messages/') == 2
    assert made.token not in page


def test_the_message_of_a_basket_shows_what_was_understood(engine, alex):
    with engine.begin() as conn:
        made = a_visit(conn)
        facts = {"name": "text/xml", "source": "punchout:127.0.0.1"}
        keep(conn, made.token, (BASKET % DETAIL).encode(), facts, NOW)
        message = conn.execute(sa.select(messages.c.id).where(messages.c.punchout_id == made.id)).scalar_one()
    answer = alex.client.get(f"/console/messages/{message}")
    assert answer.status_code == 200
    assert "Pärm" in answer.text
    assert f"/console/visits/{made.id}" in answer.text


def test_a_visit_that_nobody_made_is_not_found(alex):
    assert alex.client.get(f"/console/visits/{uuid4()}").status_code == 404
    assert alex.client.get("/console/visits?state=nonsense&page=-4").status_code == 200
