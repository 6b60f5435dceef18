"""The console through HTTP: who may, tasks from open to closed, messages and suppliers."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from msgspec.structs import replace
from starlette.testclient import TestClient

from gateway.exchange import journal, tasks, verdicts
from gateway.findings import Finding, Place
from gateway.orders import book
from gateway.rules.verdict import Verdict
from gateway.suppliers.supplier import Refusal, Suppliers
from tests.console import house
from tests.web.apps import enter, token_for

NOW = datetime(2026, 11, 23, 6, 55, tzinfo=UTC)
PAGES = [f"/console/{page}" for page in ("tasks", "messages", "dead", "suppliers", "alarms")]


class Person:
    def __init__(self, app, login: str) -> None:
        self.client = TestClient(app, headers={"origin": "http://testserver"}, follow_redirects=True)
        enter(self.client, app, login)

    def get(self, address: str) -> str:
        return self.client.get(address).text

    def post(self, address: str, **fields):
        return self.client.post(address, data={"csrf": token_for(self.client), **fields})


@pytest.fixture
def alex(engine):
    return Person(house.open_house(engine, lambda: NOW, "alex"), "alex")


def order_of(engine, number):
    with engine.begin() as conn:
        return book.get(conn, number)


def test_only_admins_may(engine):
    client = Person(house.open_house(engine, lambda: NOW, "dani"), "dani").client
    assert [client.get(page).status_code for page in PAGES] == [403] * 5
    assert client.get("/console/suppliers/papper").status_code == 403


def test_empty_pages_teach(engine):
    alex = Person(house.open_house(engine, lambda: NOW, "alex", suppliers=Suppliers(())), "alex")
    assert "Inget väntar på en person" in alex.get("/console/tasks")
    assert "Inga meddelanden ännu" in alex.get("/console/messages")
    assert "Inga leverantörer ännu" in alex.get("/console/suppliers")


def test_an_order_by_hand_shows_all_that_is_needed_and_ends_as_confirmed(engine, alex):
    task_id = house.order_by_hand(engine, NOW)
    address = f"/console/tasks/{task_id}"
    assert "Beställ 26-000007 för hand hos Blomman och Bladet AB" in alex.get("/console/tasks")
    page = alex.get(address)
    for needed in ("PA-100", "Kopieringspapper A4", "Exempelstads omlastningshubb", "Förskolan Gläntan", "Inköp 1234"):
        assert needed in page, needed
    letter = unquote(re.search(r'href="mailto:([^"]+)"', page).group(1))
    assert letter.startswith("order@blomman.example?subject=Beställning 26-000007")
    assert "1 st Kopieringspapper A4, art.nr PA-100" in letter
    assert "tagen av Alex Exempel" in alex.post(f"{address}/take").text
    assert "Noterat." in alex.post(f"{address}/note", text="ringde, <b>Lo</b> svarade").text
    assert "&lt;b&gt;Lo&lt;/b&gt; svarade" in alex.get(address)
    assert "Inget väntar på en person" in alex.post(f"{address}/close", outcome="ordered", text="kommer på tisdag").text
    row = order_of(engine, "26-000007")
    assert row.state.value == "confirmed"
    with engine.begin() as conn:
        told = [event.event.value for event in book.timeline(conn, row.id)]
    assert told[-3:] == ["note", "note", "closed_by_hand"]


def test_what_cannot_be_had_is_cancelled_with_a_reason(engine, alex):
    address = f"/console/tasks/{house.order_by_hand(engine, NOW)}/close"
    unsaid = alex.post(address, outcome="cancelled")
    assert unsaid.status_code == 422
    assert "Skriv varför inget beställs" in unsaid.text
    alex.post(address, outcome="cancelled", text="har utgått")
    assert order_of(engine, "26-000007").state.value == "cancelled"


def test_somebody_faster_is_told_and_nothing_is_done_twice(engine, alex):
    task_id = house.order_by_hand(engine, NOW)
    with engine.begin() as conn:
        tasks.take(conn, task_id, "Bo Exempel", NOW)
    page = alex.post(f"/console/tasks/{task_id}/take").text
    assert "Någon hann före" in page
    assert "tagen av Bo Exempel" in page
    assert "Tagna av andra" in alex.get("/console/tasks")


def test_a_refused_message_is_sent_again_under_its_key(engine, alex):
    task_id, message_id = house.refused_order(engine, NOW)
    page = alex.get(f"/console/tasks/{task_id}")
    assert "Papperslagret i Exempelstad AB tar inte emot beställning 26-000001" in page
    assert "the password was refused" in page
    alex.post(f"/console/tasks/{task_id}/release")
    with engine.begin() as conn:
        assert journal.get(conn, message_id).state.value == "queued"
        assert tasks.open_tasks(conn) == []
    assert "Någon hann före" in alex.post(f"/console/tasks/{task_id}/release").text


def test_an_unreadable_answer_shows_raw_and_finding_side_by_side(engine, alex):
    message_id = house.unreadable_answer(engine, NOW)
    page = alex.get(f"/console/messages/{message_id}")
    assert '<li class="hit"><mark>26-000001;1;PA-100;två;st</mark></li>' in page
    assert "&#34;två&#34; is not a number" in page
    assert "Går inte att läsa" in page
    raw = alex.client.get(f"/console/messages/{message_id}/raw")
    assert raw.content == house.BAD_ANSWER
    assert raw.headers["content-type"] == "application/octet-stream"
    assert raw.headers["content-disposition"].startswith("attachment")


def test_a_message_out_tells_its_attempts_and_what_was_meant(engine, alex):
    _, message_id = house.refused_order(engine, NOW)
    page = alex.get(f"/console/messages/{message_id}")
    assert "Försök 1:" in page
    assert "de sade nej" in page
    assert "Kopieringspapper A4" in page
    assert "till Papperslagret i Exempelstad AB" in page


def test_messages_are_found_by_order_supplier_and_state(engine, alex):
    house.refused_order(engine, NOW, "26-000001")
    house.refused_order(engine, NOW, "26-000002")
    house.unreadable_answer(engine, NOW)

    def found(query: str) -> int:
        return alex.get(f"/console/messages?{query}").count('href="/console/messages/')

    assert found("") == 3
    assert found("state=dead") == 3
    assert found("number=26-000002") == 1
    assert found("supplier=papperslagret") == 3
    assert found("supplier=blomman") == 0
    assert found("state=held") == 2
    assert found("state=nonsense&page=0") == 3
    assert "Inget meddelande stämmer" in alex.get("/console/messages?number=%25")


def test_the_wall_marks_health_by_shape_and_word(engine, alex):
    house.refused_order(engine, NOW)
    page = alex.get("/console/suppliers")
    assert re.search(r'class="bad" href="/console/suppliers/papper"[^>]*AB: behöver dig">▲<', page)
    assert re.search(r'class="hand" href="/console/suppliers/blomman"[^>]*AB: för hand">✎<', page)
    assert re.search(r'class="off" href="/console/suppliers/vilan"[^>]*AB: vilande">–<', page)
    assert "1 anmärkning på suppliers.yaml" in page
    assert "suppliers.yaml:10" in page
    assert "menade du csv" in page
    house.failing_channel(engine, NOW)
    assert re.search(r'class="bad" href="/console/suppliers/vilan"', alex.get("/console/suppliers"))


def test_an_order_without_answer_for_a_day_makes_its_supplier_wait(engine, alex):
    _, message_id = house.refused_order(engine, NOW - timedelta(days=2))
    with engine.begin() as conn:
        order_id = journal.get(conn, message_id).order_id
        tasks.close_for_message(conn, message_id, "test", "released", NOW)
        book.record(conn, order_id, "sent", "avrop", NOW - timedelta(days=2))
    page = alex.get("/console/suppliers")
    assert re.search(r'class="wait" href="/console/suppliers/papper"', page)
    assert "1 beställning utan svar" in page


def test_a_supplier_page_shows_settings_and_no_secret(engine, alex, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THEIRS", "hemligt-lösenord")
    page = alex.get("/console/suppliers/papper")
    assert "sftp.exempel.test" in page
    assert "env:SECRET_OF_THEIRS" in page
    assert "hemligt" not in page
    assert alex.client.get("/console/suppliers/finns-inte").status_code == 404


def test_suppliers_are_found_by_name_and_number(alex):
    assert 'href="/console/suppliers/blomman"><b>' in alex.get("/console/suppliers?q=bladet")
    assert 'href="/console/suppliers/blomman"><b>' in alex.get("/console/suppliers?q=550000-6597")
    assert "Ingen med det namnet" in alex.get("/console/suppliers?q=zzz")
    assert "Vilande Varor AB" in alex.get("/console/suppliers?health_is=off")


def test_addresses_that_do_not_exist_are_not_found(alex):
    nowhere = "00000000-0000-0000-0000-000000000000"
    for address in ("/console/tasks/99", f"/console/messages/{nowhere}", f"/console/messages/{nowhere}/raw"):
        assert alex.client.get(address).status_code == 404
    assert alex.post("/console/tasks/99/take").status_code == 404
    assert alex.post("/console/tasks/99/close", outcome="burnt").status_code == 400


def test_forms_without_a_token_do_nothing(engine, alex):
    task_id = house.order_by_hand(engine, NOW)
    assert alex.client.post(f"/console/tasks/{task_id}/take").status_code == 403
    with engine.begin() as conn:
        assert tasks.get(conn, task_id).taken_by is None


def test_english_is_there_too(engine, alex):
    task_id = house.order_by_hand(engine, NOW)
    alex.post("/language", language="en", next="/console/tasks")
    assert "Order 26-000007 by hand from Blomman och Bladet AB" in alex.get(f"/console/tasks/{task_id}")


def test_a_message_shows_what_the_rules_said_of_it_in_the_reader_s_language(engine, alex):
    _, message_id = house.refused_order(engine, NOW)
    wrong = Finding(rule="PEPPOL-T01-B00101", message="Element 'cbc:IssueDate' MUST be provided.")
    place = Place(source="order.xml", line=7, path="/Order")
    given = [
        Verdict(layer="schematron", package="peppol-2026.5", findings=(replace(wrong, place=place),), took_ms=9.0),
        Verdict(layer="structure", package="", findings=(), took_ms=0.4),
    ]
    with engine.begin() as conn:
        verdicts.keep(conn, message_id, given, NOW)
    page = alex.get(f"/console/messages/{message_id}")
    for words in ("Prövning", "bryter mot regler", "peppol-2026.5", "följer reglerna", "inbyggt", "1 anmärkning"):
        assert words in page
    for words in ("utfärdandedatum (cbc:IssueDate)", "Lägg till elementet", "Rad 7", "/Order", "PEPPOL-T01-B00101"):
        assert words in page


def test_a_refused_suppliers_file_is_shown_with_its_reasons(engine):
    suppliers = house.some_suppliers().as_of_now()
    place = Place(source="suppliers.yaml", line=9, column=12, path="papper")
    wrong = Finding(rule="supplier-unknown-profile", message="profile csvv is not in this file", place=place)
    suppliers.refused = Refusal(digest="a" * 64, at=NOW, findings=(wrong,))
    alex = Person(house.open_house(engine, lambda: NOW, "alex", suppliers=suppliers), "alex")
    page = alex.get("/console/suppliers")
    assert "Den nya suppliers.yaml godtas inte: 1 anmärkning" in page
    assert "Profilen csvv finns inte i filen" in page
    assert "suppliers.yaml:9:12" in page
    assert "Papperslagret i Exempelstad AB" in page
