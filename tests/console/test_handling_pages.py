"""The console through HTTP: what a person does with messages and lanes, one by one and many at once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
import sqlalchemy as sa

from gateway.console import traffic
from gateway.console.expiries import Expiries
from gateway.console.traffic import Day
from gateway.exchange import alarms, journal, place, tasks
from gateway.exchange.journal import MessageState
from gateway.exchange.tables import lanes, revisions
from gateway.findings import Finding, Place
from gateway.orders import book
from gateway.orders.lifecycle import Event, State
from gateway.suppliers.supplier import Refusal
from gateway.transports import TRANSPORTS
from gateway.transports.contract import Expiry
from tests.console import house
from tests.console.test_pages import NOW, Person, order_of
from tests.exchange.desk import dialects
from tests.orders.samples import sample_order


@pytest.fixture
def alex(engine):
    app = house.open_house(engine, lambda: NOW, "alex")
    app.state.dialects = dialects()
    return Person(app, "alex")


def waiting_order(engine, number="26-000001"):
    """An order that waits to be sent; its message."""
    with engine.begin() as conn:
        order_id = place.place(
            conn, sample_order(number), house.some_suppliers().by_id["papper"], "bjorken", "Kim Exempel", NOW
        )
        return journal.of_order(conn, order_id)[0].id


def message(engine, message_id):
    with engine.connect() as conn:
        return journal.get(conn, message_id)


def test_a_message_is_held_and_that_is_undone(engine, alex):
    message_id = waiting_order(engine)
    at = f"/console/messages/{message_id}"
    unsaid = alex.post(f"{at}/hold", reason=" ")
    assert unsaid.status_code == 422
    assert "skälet saknas" in unsaid.text
    page = alex.post(f"{at}/hold", reason="Fel pris?").text
    assert "Hålls. Det går ingenstans förrän någon släpper det." in page
    assert "Alex Exempel håller det: Fel pris?" in page
    assert f'action="{at}/release"' in page
    assert "Beställning 26-000001 till Papperslagret i Exempelstad AB hålls av en person" in alex.get("/console/tasks")
    assert "På väg igen" in alex.post(f"{at}/release").text
    assert message(engine, message_id).state is MessageState.QUEUED
    late = alex.post(f"{at}/release")
    assert late.status_code == 422
    assert "Inget gjordes" in late.text


def test_what_is_not_sent_is_told_to_who_ordered(engine, alex):
    message_id = waiting_order(engine)
    page = alex.post(f"/console/messages/{message_id}/skip", reason="Köps i butik").text
    assert "Det skickas inte." in page
    assert "Köps i butik" in page
    assert order_of(engine, "26-000001").state is State.CANCELLED
    assert 'name="how" value="same"' not in page, "an order that is cancelled cannot be sent again"


def test_the_same_key_or_a_new_message(engine, alex):
    message_id = waiting_order(engine)
    with engine.begin() as conn:
        journal.change(conn, message_id, state="sent", done_at=NOW, receipt="226 Transfer complete")
    at = f"/console/messages/{message_id}"
    assert "226 Transfer complete" in alex.get(at)
    assert "Som ett nytt meddelande" in alex.get(at)
    page = alex.post(f"{at}/resend", how="new")
    assert "Det här är det nya meddelandet" in page.text
    new = str(page.url).split("/")[-1].split("?")[0]
    assert new != str(message_id)
    assert "Ett senare meddelande" in alex.get(at)
    assert "Upprepar" in alex.get(f"/console/messages/{new}")
    assert alex.post(f"{at}/resend", how="same").status_code == 422
    assert "Det försöks nu." in alex.post(f"/console/messages/{new}/now").text


def test_an_order_is_corrected_in_two_steps(engine, alex):
    message_id = waiting_order(engine)
    at = f"/console/messages/{message_id}/edit"
    form = alex.get(at)
    assert 'name="quantity.2"' in form
    assert 'value="Inköp 1234"' in form
    wrong = alex.post(at, step="check", **{"quantity.1": "två", "customer_reference": "Inköp 1234"})
    assert wrong.status_code == 422
    assert "Antalet på rad 1 är inget tal" in wrong.text
    assert 'value="två"' in wrong.text, "what was written stays"
    same = alex.post(at, step="check", customer_reference="Inköp 1234")
    assert "nothing is different" in same.text
    checked = alex.post(at, step="check", customer_reference="KIM-4120", **{"quantity.1": "5"})
    assert checked.status_code == 200
    assert "Ska det skickas så?" in checked.text
    assert "<code>customer_reference</code>" in checked.text
    assert "Rad 1 skulle bli 5, och 1 är beställt" in checked.text
    document = msgspec.json.encode(order_of(engine, "26-000001").order)
    assert message(engine, message_id).state is MessageState.QUEUED, "nothing has happened yet"
    wanted = re.search(r'name="document" value="([^"]+)"', checked.text).group(1).replace("&#34;", '"')
    assert alex.post(at, step="send", document=wanted).status_code == 422, "a warning needs a second yes"
    page = alex.post(at, step="send", document=wanted, sure="yes")
    assert "Det här är det rättade meddelandet" in page.text
    assert "Det som rättades" in page.text
    assert message(engine, message_id).state is MessageState.SKIPPED
    assert order_of(engine, "26-000001").order.lines[0].quantity.value == Decimal(5)
    assert msgspec.json.encode(order_of(engine, "26-000001").order) != document
    gone = alex.client.get(at)
    assert gone.status_code == 422
    assert "taken its place" in gone.text


def test_an_expert_corrects_the_json(engine, alex):
    at = f"/console/messages/{waiting_order(engine)}/edit"
    assert "ingen Order i kanonisk JSON" in alex.post(at, step="json", document="{").text
    note = msgspec.structs.replace(sample_order(), note="Lastkaj")
    page = alex.post(at, step="json", document=msgspec.json.encode(note).decode())
    assert "Lastkaj" in page.text
    assert 'name="sure"' not in page.text


def test_many_are_shown_first_and_then_done_in_steps(engine, alex, monkeypatch):
    from gateway.console import bulk_pages
    from gateway.exchange import bulk

    monkeypatch.setattr(bulk, "BATCH", 2)
    monkeypatch.setattr(bulk_pages, "_SECONDS", 0.0)
    ids = [house.refused_order(engine, NOW, f"26-00000{number}")[1] for number in range(1, 6)]
    waiting = waiting_order(engine, "26-000009")
    listed = alex.get("/console/messages?supplier=papper")
    assert listed.count('type="checkbox" name="id"') == 6
    shown = alex.post("/console/messages/bulk", action="release", scope="all", chosen="supplier=papper").text
    assert "Släppa 5 meddelanden?" in shown
    assert "only a held one can be released" in shown
    assert message(engine, ids[0]).state is MessageState.HELD
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown.split("bulk/go")[1]))
    seen = []
    for _ in range(10):
        fields.pop("csrf", None)
        page = alex.post("/console/messages/bulk/go", **fields).text
        seen.append(re.search(r"<h1>(.*?)</h1>", page).group(1))
        if "data-continue" not in page:
            break
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.split("data-continue")[1]))
    assert seen == ["2 av 6 hittills", "4 av 6 hittills", "6 av 6 hittills", "Klart"]
    assert "Klart med 5 meddelanden." in page
    assert "1 gick inte." in page
    assert {message(engine, one).state for one in [*ids, waiting]} == {MessageState.QUEUED}


def test_ticked_ones_and_a_reason(engine, alex):
    first, second = waiting_order(engine), waiting_order(engine, "26-000002")
    page = alex.post("/console/messages/bulk", action="hold", scope="ticked", id=[str(first)], chosen="").text
    assert "Hålla 1 meddelanden?" in page
    given = {"action": "hold", "chosen": f"ids={first}", "before": 10**6, "count": 1}
    assert alex.post("/console/messages/bulk/go", **given).status_code == 422
    assert "Klart med 1 meddelande." in alex.post("/console/messages/bulk/go", **given, reason="vänta").text
    assert [message(engine, one).state for one in (first, second)] == [MessageState.HELD, MessageState.QUEUED]
    nobody = alex.post("/console/messages/bulk", action="hold", scope="ticked", chosen="")
    assert "Inget skulle göras" in nobody.text
    for chosen in ("", "state=nonsense", "ids=x"):
        assert alex.post("/console/messages/bulk/go", **given | {"chosen": chosen, "reason": "x"}).status_code == 400


def test_what_is_stuck_is_grouped_and_sent_when_it_is_mended(engine, alex):
    for number in range(1, 5):
        house.refused_order(engine, NOW, f"26-00000{number}")
    house.unreadable_answer(engine, NOW)
    page = alex.get("/console/dead")
    assert page.count('class="card cause"') == 2
    assert '<span class="count">4</span> Mottagaren sade nej' in page
    assert "Papperslagret i Exempelstad AB" in page
    cause = re.search(r"cause=([0-9a-f]{32})", page).group(1)
    assert alex.get(f"/console/messages?cause={cause}").count('name="id"') == 4
    assert (
        "Skicka eller läsa 4 meddelanden igen?"
        in alex.post("/console/messages/bulk", action="resend", scope="all", chosen=f"cause={cause}").text
    )
    given = {"action": "resend", "chosen": f"cause={cause}", "before": 10**6, "count": 4}
    assert "Klart med 4 meddelanden." in alex.post("/console/messages/bulk/go", **given).text
    assert alex.get("/console/dead").count('class="card cause"') == 1
    with engine.connect() as conn:
        assert len(tasks.open_tasks(conn)) == 1


def test_nothing_stuck_and_no_alarm_teach(engine, alex):
    assert "Inget har fastnat" in alex.get("/console/dead")
    assert "Inget larm pågår" in alex.get("/console/alarms")


def test_a_lane_is_paused_woken_and_resumed_from_its_page(engine, alex):
    waiting_order(engine)
    at = "/console/suppliers/papper"
    page = alex.get(at)
    assert f'action="{at}/wake"' in page
    assert "alltid" in page
    assert "Pausad. Beställningar tas emot" in alex.post(f"{at}/pause").text
    assert re.search(
        r'class="paused" href="/console/suppliers/papper"[^>]*: pausad">‖<', alex.get("/console/suppliers")
    )
    assert alex.post(f"{at}/wake").status_code == 422
    assert "Den skickar igen" in alex.post(f"{at}/resume").text
    assert "Den försöker nu" in alex.post(f"{at}/wake").text
    assert alex.post("/console/suppliers/finns-inte/pause").status_code == 404
    with engine.connect() as conn:
        assert conn.execute(sa.select(lanes.c.paused_by)).scalar() is None


def test_a_refused_file_is_told_on_the_list(engine):
    suppliers = house.some_suppliers()
    why = Finding(rule="supplier-unknown-profile", message="there is no profile csvv", place=Place(line=4))
    suppliers.refused = Refusal(digest="b" * 64, at=NOW, findings=(why,))
    alex = Person(house.open_house(engine, lambda: NOW, "alex", suppliers=suppliers), "alex")
    page = alex.get("/console/suppliers")
    assert "En ny suppliers.yaml avvisas" in page
    assert "csvv" in page


def test_a_supplier_shows_how_its_lane_stands(engine, alex):
    message_id = waiting_order(engine)
    with engine.begin() as conn:
        alarms.raise_alarm(conn, alarms.Kind.LANE_BROKEN, "papper", "robin", "no answer from sftp.exempel.test", NOW)
        broken = {"supplier_id": "papper", "broken_at": NOW, "error": "no answer", "sent_at": NOW - timedelta(days=1)}
        conn.execute(lanes.insert().values(broken))
        settings = {"transport": "sftp", "dialect": "csv"}
        conn.execute(revisions.insert().values(digest="a" * 64, supplier_id="papper", settings=settings, at=NOW))
        journal.change(conn, message_id, state="held")
    page = alex.get("/console/suppliers/papper")
    for said in (
        "Inget går fram.",
        "Inget har gått fram sedan",
        "no answer",
        "aaaaaaaaaaaa",
        "Aldrig kört.",
        "3 dagar",
    ):
        assert said in page, said
    assert page.count('<rect class="out"') == 1
    assert page.count('<rect class="failed"') == 1
    listed = alex.get("/console/suppliers?sort=sent&health_is=bad")
    assert "1 larm" in listed
    assert "Papperslagret" in listed
    assert "Blomman" not in listed.split('class="wall"')[0]


@pytest.mark.parametrize("sort", ["health", "name", "waiting", "oldest", "sent", "came", "ends", "owner", "nonsense"])
def test_the_list_can_be_sorted(alex, sort):
    page = alex.get(f"/console/suppliers?sort={sort}&owner=integration")
    assert "Vilande Varor AB" in page.split('class="wall"')[0] or sort in {"health", "nonsense"}


def test_alarms_are_listed_and_seen(engine, alex):
    with engine.begin() as conn:
        alarms.raise_alarm(
            conn, alarms.Kind.LATE_RESPONSE, "papper", "robin", "3 orders wait", NOW - timedelta(hours=2)
        )
        alarms.raise_alarm(conn, alarms.Kind.EXPIRY, "blomman", "robin", "certificate", NOW - timedelta(days=3))
        alarms.recover(conn, alarms.Kind.EXPIRY, "blomman", "renewed", NOW)
        (open_one,) = alarms.open_alarms(conn)
    page = alex.get("/console/alarms")
    assert "Inget ordersvar i tid" in page
    assert "renewed" in page
    assert "sett av Alex Exempel" in alex.post(f"/console/alarms/{open_one.id}/seen").text
    assert alex.post("/console/alarms/999/seen").status_code == 404


def test_a_dry_run_shows_bytes_rules_and_when(engine, alex):
    at = "/console/suppliers/papper/rehearse"
    page = alex.get(at)
    assert "Torrkörning för Papperslagret i Exempelstad AB" in page
    assert "Det skulle gå" in page
    assert '<pre class="raw"' in page
    waiting_order(engine)
    assert "26-000001" in alex.get(f"{at}?number=26-000001").split('class="raw"')[1]
    unknown = alex.client.get(f"{at}?number=99")
    assert unknown.status_code == 422
    assert "Det finns ingen beställning med det numret." in unknown.text
    first, second = sample_order().lines
    dear = msgspec.structs.replace(first, amount=msgspec.structs.replace(first.amount, value=Decimal(999)))
    wrong = msgspec.structs.replace(sample_order(), lines=(dear, second))
    pasted = alex.post(at, document=msgspec.json.encode(wrong).decode())
    assert "Det skulle inte gå" in pasted.text
    assert "avrop-line-sum" in pasted.text
    assert alex.post(at, document="nej").status_code == 422
    assert "beställa för hand" in alex.get("/console/suppliers/blomman/rehearse?number=26-000001")
    with engine.connect() as conn:
        assert len(journal.recent(conn)) == 1


def test_an_answer_is_typed_in_line_by_line(engine, alex):
    house.order_by_hand(engine, NOW)
    at = "/console/orders/26-000007/answer"
    assert "Vad svarade Blomman och Bladet AB?" in alex.get(at)
    wrong = alex.post(at, code="CA", **{"lines.1.quantity": "en", "lines.0.promised": "i morgon"})
    assert wrong.status_code == 422
    assert "&#39;en&#39; är inget tal" in wrong.text
    assert "är ingen dag" in wrong.text
    assert 'value="en"' in wrong.text
    assert "Välj vad de svarade" in alex.post(at).text
    said = {"lines.0.refused": "yes", "lines.1.quantity": "1,5", "lines.1.price": "21,00"}
    page = alex.post(at, code="CA", promised="2026-11-30", number="B-77", note="Lo på lagret", **said)
    assert "Svaret är sparat" in page.text
    assert "Inskrivet av Alex Exempel." in page.text
    assert "annat antal" in page.text
    row = order_of(engine, "26-000007")
    assert row.state is State.CHANGED
    with engine.connect() as conn:
        assert tasks.open_tasks(conn) == []
        assert book.timeline(conn, row.id)[-1].event is Event.CHANGED
    assert alex.client.get("/console/orders/26-9/answer").status_code == 404


def test_messages_are_filtered_by_time_finding_and_direction(engine, alex):
    house.refused_order(engine, NOW - timedelta(days=40), "26-000001")
    house.refused_order(engine, NOW, "26-000002")
    house.unreadable_answer(engine, NOW)

    def found(query):
        return alex.get(f"/console/messages?{query}").count('name="id"')

    assert found("since=2026-11-23") == 2
    assert found("until=2026-11-01") == 1
    assert found("direction=in") == 1
    assert found("document=Order&direction=out") == 2
    assert found("finding=password") == 1, "the last thirty days"
    assert found("finding=password&since=2026-01-01") == 2
    assert found("number=svar_26-000001.csv") == 1
    assert found("since=i-morgon") == 3


def test_pages_of_messages_follow_each_other(engine, alex, monkeypatch):
    from gateway.exchange import search

    monkeypatch.setattr(search, "PAGE", 2)
    ids = [str(waiting_order(engine, f"26-00000{number}")) for number in range(1, 6)]
    seen, address = [], "/console/messages"
    while address:
        page = alex.get(address)
        seen += re.findall(r'href="/console/messages/([0-9a-f-]{36})"', page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = older.group(1) if older else ""
    assert seen == ids[::-1]
    assert "5 meddelanden" in alex.get("/console/messages")


def test_only_admins_may_do_any_of_it(engine):
    message_id = waiting_order(engine)
    dani = Person(house.open_house(engine, lambda: NOW, "dani"), "dani").client
    token = dani.get("/hub/dock").text.split('name="csrf" value="', 1)[1].split('"', 1)[0]
    for address in (
        f"messages/{message_id}/hold",
        f"messages/{message_id}/edit",
        "messages/bulk",
        "messages/bulk/go",
        "suppliers/papper/pause",
        "orders/26-000001/answer",
        "alarms/1/seen",
    ):
        assert dani.post(f"/console/{address}", data={"csrf": token}).status_code == 403, address
    assert message(engine, message_id).state is MessageState.QUEUED


def test_the_chart_is_as_high_as_its_highest_day():
    days = [Day(day=NOW.date() - timedelta(days=number), out=number, came=1) for number in range(3)]
    drawn = traffic.chart(days)
    assert drawn.highest == 2
    assert max(bar.height for bar in drawn.bars) == 120
    assert len([bar for bar in drawn.bars if bar.kind == "in"]) == 3
    assert traffic.chart([Day(day=NOW.date())]).bars == ()


def test_days_are_those_of_the_calendar_here(engine):
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # half past midnight in Sweden
    with engine.begin() as conn:
        journal.add(conn, "out", MessageState.SENT, late, supplier_id="papper")
        days = traffic.of_supplier(conn, "papper", NOW)
    assert len(days) == 14
    assert (days[-1].day.isoformat(), days[-1].out, days[-2].out) == ("2026-11-23", 1, 0)


def test_what_ends_is_read_once_and_within_a_budget():
    asked = []

    class Ending:
        def expiries(self, settings):
            asked.append(settings)
            yield Expiry(what="certificate", ends=NOW + timedelta(days=90))
            yield Expiry(what="key", ends=NOW + timedelta(days=5))

    papper = house.some_suppliers().by_id["papper"]
    cache = Expiries({"sftp": Ending()})
    assert [one.what for one in cache.of(papper)] == ["key", "certificate"]
    assert cache.first_of_all([papper])["papper"].what == "key"
    assert len(asked) == 1
    changed = msgspec.structs.replace(papper, settings=msgspec.structs.replace(papper.settings))
    cache.of(changed)
    assert len(asked) == 2, "another revision of the file is read anew"
    real = Expiries(TRANSPORTS)
    assert real.of(house.some_suppliers().by_id["blomman"]) == ()
    assert real.first_of_all(house.some_suppliers()) == {}
