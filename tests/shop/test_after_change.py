"""An order is changed and cancelled from its page: here, by asking, or not at all; and what costs too much waits."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.exchange import journal, rewriting, tasks
from gateway.exchange.compose import drafts
from gateway.exchange.journal import MessageState
from gateway.exchange.rewriting import Where
from gateway.exchange.tables import lanes
from gateway.findings import Rejected
from gateway.model import OrderChange
from gateway.orders import book, versions
from gateway.orders.amend import with_quantities
from gateway.orders.lifecycle import Event, State
from gateway.orders.tables import orders
from gateway.suppliers.supplier import Suppliers
from shop.approving import policy
from shop.approving.policy import AT_UNIT, Need, Policy, Rule
from shop.tables import order_wishes, units
from tests.exchange.desk import dialects
from tests.shop.after_desk import ADVANCED, BY_HAND, PLAIN, by_number, order_at, sent, wanted
from tests.shop.conftest import NOW, send


@pytest.fixture
def app(app: Any) -> Any:
    app.state.dialects = dialects()
    return app


@pytest.fixture
def no_limit(stocked: sa.Engine) -> None:
    with stocked.begin() as conn:
        conn.execute(units.update().values(approval_limit=None))


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found, page[:400]
    return found.group(1)


def change(browser: Any, number: str, **fields: str) -> Any:
    """The form, its preview, and the button under it."""
    mark = fields.pop("seen", None) or seen(browser.get(f"/orders/{number}/change").text)
    preview = send(browser, f"/orders/{number}/change", seen=mark, step="preview", **fields)
    if "Kontrollera ändringen" not in preview.text:
        return preview
    return send(browser, f"/orders/{number}/change", seen=mark, step="confirm", **fields)


def test_what_has_not_left_is_changed_here_and_leaves_as_changed(
    stocked: sa.Engine, suppliers: Suppliers, browser: Any
) -> None:
    row = order_at(stocked, suppliers.by_id[PLAIN])
    page = change(browser("kim"), row.number, **{"quantity-1": "7", "without-2": "on"}).text
    assert "Beställningen är ändrad" in page
    assert "Beställningen ändrades innan den gick iväg" in page
    after = by_number(stocked, row.number)
    assert [(line.id, line.quantity.value) for line in after.order.lines] == [("1", 7)]
    assert after.order.totals is not None
    assert after.order.totals.lines.value == Decimal("454.30")
    with stocked.connect() as conn:
        (message,) = journal.of_order(conn, row.id)
        (draft,) = drafts(conn, [message.id])
    assert draft.document == after.order, "what goes out is what stands"


def test_an_order_that_waits_for_approval_is_changed_and_then_sent_as_changed(
    stocked: sa.Engine, suppliers: Suppliers, browser: Any
) -> None:
    row = order_at(stocked, suppliers.by_id[PLAIN], approved=False)
    kim = browser("kim")
    more = change(kim, row.number, **{"quantity-1": "50"})
    assert (more.status_code, "kan inte bli större nu" in more.text) == (409, True), (
        "nobody says yes to what they saw not"
    )
    change(kim, row.number, **{"quantity-2": "1"})
    assert by_number(stocked, row.number).state is State.AWAITING_APPROVAL
    send(browser("anna"), f"/orders/{row.number}/approve")
    after = by_number(stocked, row.number)
    with stocked.connect() as conn:
        (message,) = journal.of_order(conn, row.id)
        (draft,) = drafts(conn, [message.id])
    assert (after.state, after.version) == (State.PLACED, 2)
    assert draft.document == after.order
    assert after.order.lines[1].quantity.value == 1


def test_a_supplier_who_takes_changes_is_asked_and_everybody_sees_it(
    stocked: sa.Engine, suppliers: Suppliers, browser: Any
) -> None:
    row = sent(stocked, order_at(stocked, suppliers.by_id[ADVANCED]), ("confirmed", {}))
    kim = browser("kim")
    form = kim.get(f"/orders/{row.number}/change").text
    assert "tillfrågas" in form
    page = change(kim, row.number, **{"quantity-1": "9", "note": "Ring först"}).text
    assert "Leverantören är tillfrågad" in page
    after = by_number(stocked, row.number)
    assert (after.state, after.version) == (State.CHANGE_PENDING, 1)
    with stocked.connect() as conn:
        asked = next(one for one in journal.of_order(conn, row.id) if one.document == OrderChange.__name__)
        (draft,) = drafts(conn, [asked.id])
    assert isinstance(draft.document, OrderChange)
    assert [(line.id, line.status, line.quantity.value) for line in draft.document.lines] == [
        ("1", "3", 9),
        ("2", "4", 6),
    ]
    assert draft.document.note == "Ring först"
    again = kim.get(f"/orders/{row.number}/change").text
    assert "En sak i taget" in again
    assert 'name="quantity-1"' not in again


def test_a_supplier_who_takes_plain_orders_is_telephoned_and_the_office_can_be_asked(
    stocked: sa.Engine, suppliers: Suppliers, browser: Any
) -> None:
    row = sent(stocked, order_at(stocked, suppliers.by_id[PLAIN]), ("confirmed", {}))
    kim = browser("kim")
    page = kim.get(f"/orders/{row.number}/change").text
    assert "tar inte emot ändringar" in page
    assert f"beställning {row.number}" in page
    assert "Vi skulle vilja avbeställa den" in kim.get(f"/orders/{row.number}/cancel").text
    assert send(kim, f"/orders/{row.number}/ask-office", text=" ").status_code == 422
    answer = send(kim, f"/orders/{row.number}/ask-office", text="Byt till storlek L")
    assert "Inköpsavdelningen har fått din fråga" in answer.text
    with stocked.connect() as conn:
        (task,) = tasks.for_order(conn, row.id)
    assert (task.kind, "storlek L" in task.finding) == (tasks.Kind.FROM_UNIT, True)
    refused = send(kim, f"/orders/{row.number}/change", seen="1", step="confirm", **{"quantity-1": "9"})
    assert refused.status_code == 409
    assert by_number(stocked, row.number).version == 1


def test_what_passes_the_limit_waits_for_an_approver_who_had_no_hand_in_it(
    stocked: sa.Engine, suppliers: Suppliers, browser: Any
) -> None:
    row = sent(stocked, order_at(stocked, suppliers.by_id[ADVANCED]), ("confirmed", {}))
    kim, anna = browser("kim"), browser("anna")
    preview = send(kim, f"/orders/{row.number}/change", seen="1", step="preview", **{"quantity-1": "500"})
    assert "En attestant måste säga ja" in preview.text
    page = change(kim, row.number, **{"quantity-1": "500"}).text
    assert "kostar mer än du får bestämma" in page
    assert by_number(stocked, row.number).state is State.CONFIRMED
    assert send(kim, f"/orders/{row.number}/wish", decision="approve").status_code == 403
    assert "vill ändra beställning" in anna.get("/approvals").text
    send(anna, f"/orders/{row.number}/wish", decision="approve")
    after = by_number(stocked, row.number)
    assert after.state is State.CHANGE_PENDING
    with stocked.connect() as conn:
        told = book.timeline(conn, row.id)
        (wish,) = conn.execute(sa.select(order_wishes)).all()
    assert (wish.state, wish.decided_by) == ("approved", "anna")
    assert [one.actor for one in told if one.event is Event.CHANGE_ASKED] == ["kim"], "it is still its asker's change"


def test_a_rule_that_asks_for_a_yes_asks_for_it_of_a_change_too(
    stocked: sa.Engine, suppliers: Suppliers, browser: Any, no_limit: None
) -> None:
    row, kim = order_at(stocked, suppliers.by_id[PLAIN]), browser("kim")
    always = Rule(id="r1", name="Allt", above=Decimal(0), steps=(Need(name="Enheten", role=AT_UNIT),))
    with stocked.begin() as conn:
        policy.write(conn, Policy(rules=(always,)), policy.current(conn)[0], "cleo", NOW, "added")
    assert "kostar mer än du får bestämma" in change(kim, row.number, **{"quantity-1": "9"}).text
    assert by_number(stocked, row.number).version == 1
    send(kim, f"/orders/{row.number}/wish", decision="withdraw")
    change(kim, row.number, **{"quantity-1": "1"})
    assert by_number(stocked, row.number).version == 2, "what becomes cheaper was allowed before"


def test_a_waiting_change_is_declined_with_a_reason_or_taken_back(
    stocked: sa.Engine, suppliers: Suppliers, browser: Any
) -> None:
    row = order_at(stocked, suppliers.by_id[PLAIN])
    kim, anna = browser("kim"), browser("anna")
    change(kim, row.number, **{"quantity-1": "500"})
    assert "Skriv varför du säger nej" in send(anna, f"/orders/{row.number}/wish", decision="decline").text
    send(anna, f"/orders/{row.number}/wish", decision="decline", reason="För dyrt")
    change(kim, row.number, **{"quantity-1": "400"})
    assert change(kim, row.number, seen="1", **{"quantity-1": "3"}).status_code == 409, "one waits already"
    send(kim, f"/orders/{row.number}/wish", decision="withdraw")
    with stocked.connect() as conn:
        states = list(
            conn.scalars(sa.select(order_wishes.c.state).order_by(order_wishes.c.asked_at, order_wishes.c.id))
        )
    assert sorted(states) == ["declined", "withdrawn"]
    assert by_number(stocked, row.number).version == 1


def test_a_stale_form_is_refused_with_what_has_changed(
    stocked: sa.Engine, suppliers: Suppliers, browser: Any, no_limit: None
) -> None:
    row = order_at(stocked, suppliers.by_id[PLAIN])
    kim, anna = browser("kim"), browser("anna")
    mark = seen(kim.get(f"/orders/{row.number}/change").text)
    change(anna, row.number, **{"quantity-1": "3"})
    refused = change(kim, row.number, seen=mark, **{"quantity-2": "2"})
    assert refused.status_code == 409
    assert "Beställningen har ändrats sedan du öppnade sidan" in refused.text
    assert "3\xa0ask i stället för 5\xa0ask" in refused.text
    assert by_number(stocked, row.number).order.lines[1].quantity.value == 6


def test_two_people_who_press_at_once_make_one_change(
    stocked: sa.Engine, suppliers: Suppliers, browser: Any, no_limit: None
) -> None:
    row = sent(stocked, order_at(stocked, suppliers.by_id[ADVANCED]), ("confirmed", {}))
    people = [browser("kim"), browser("anna"), browser("kim")]
    with ThreadPoolExecutor(3) as pool:
        facts = [({"quantity-1": str(7 + place)}, one) for place, one in enumerate(people)]
        done = list(
            pool.map(
                lambda one: send(one[1], f"/orders/{row.number}/change", seen="1", step="confirm", **one[0]), facts
            )
        )
    assert sorted(one.status_code for one in done) == [200, 409, 409]
    with stocked.connect() as conn:
        asked = [one for one in journal.of_order(conn, row.id) if one.document == OrderChange.__name__]
        assert len(asked) == 1
        assert len(versions.of_order(conn, row.id)) == 2


@pytest.mark.parametrize("quantity", ["-1", "1e9", "nan", "hundra", "100001"])
def test_a_quantity_that_cannot_be_is_said_beside_the_field(
    stocked: sa.Engine, suppliers: Suppliers, browser: Any, quantity: str
) -> None:
    row = order_at(stocked, suppliers.by_id[PLAIN])
    answer = change(browser("kim"), row.number, **{"quantity-1": quantity})
    assert answer.status_code == 422
    assert 'id="quantity-1-error"' in answer.text
    assert by_number(stocked, row.number).version == 1


def test_other_things_that_cannot_be(stocked: sa.Engine, suppliers: Suppliers, browser: Any) -> None:
    row = order_at(stocked, suppliers.by_id[PLAIN])
    kim = browser("kim")
    for fields in (
        {"quantity-1": "0", "quantity-2": "0"},
        {"day": "2020-01-01"},
        {"day": "snart"},
        {"added-999999999": "1"},
        {"added-1": "1"},
        {},
    ):
        assert change(kim, row.number, **fields).status_code == 422, fields
    assert send(kim, f"/orders/{row.number}/change", seen="x").status_code == 422
    assert kim.get("/orders/26-999999/change").status_code == 404
    with stocked.begin() as conn:
        conn.execute(orders.update().where(orders.c.id == row.id).values(unit_id="unit-0099"))
    assert kim.get(f"/orders/{row.number}/change").status_code == 404, "another unit's order does not exist"
    assert browser("dani", unit=None).get(f"/orders/{row.number}/change").status_code == 403


def test_an_article_of_the_same_supplier_is_added(stocked: sa.Engine, suppliers: Suppliers, browser: Any) -> None:
    from shop.tables import articles

    with stocked.connect() as conn:
        mine = conn.execute(sa.select(articles).where(articles.c.supplier_id == PLAIN).limit(1)).one()
    row = order_at(stocked, suppliers.by_id[PLAIN])
    kim = browser("kim")
    found = send(kim, f"/orders/{row.number}/change", seen="1", step="search", search=mine.seller_id)
    assert f'name="add" value="{mine.id}"' in found.text
    picked = send(kim, f"/orders/{row.number}/change", seen="1", search=mine.seller_id, add=str(mine.id))
    assert f'name="added-{mine.id}"' in picked.text
    change(kim, row.number, **{f"added-{mine.id}": "2", "day": "2026-12-01"})
    after = by_number(stocked, row.number).order
    assert [(line.id, line.quantity.value) for line in after.lines] == [("1", 5), ("2", 6), ("3", 2)]
    assert after.delivery is not None
    assert after.delivery.requested is not None
    assert str(after.delivery.requested.end_date) == "2026-12-01"


def test_cancelling_withdraws_what_is_here_and_asks_for_the_rest(
    stocked: sa.Engine, suppliers: Suppliers, browser: Any
) -> None:
    kim = browser("kim")
    here = order_at(stocked, suppliers.by_id[PLAIN])
    form = kim.get(f"/orders/{here.number}/cancel").text
    assert "Det går inte att ångra" in form
    assert send(kim, f"/orders/{here.number}/cancel", seen="1", reason="").status_code == 422
    page = send(kim, f"/orders/{here.number}/cancel", seen=seen(form), reason="Dubbelt").text
    assert "Leverantören fick den aldrig" in page
    assert "Kim Exempel drog tillbaka beställningen" in page
    with stocked.connect() as conn:
        assert [one.state for one in journal.of_order(conn, here.id)] == [MessageState.SKIPPED]
    gone = sent(stocked, order_at(stocked, suppliers.by_id[ADVANCED]), ("confirmed", {}))
    send(kim, f"/orders/{gone.number}/cancel", seen="1", reason="Behövs inte")
    assert by_number(stocked, gone.number).state is State.CANCEL_PENDING
    assert send(kim, f"/orders/{gone.number}/cancel", seen="1", reason="Behövs inte").status_code == 409
    hand = order_at(stocked, suppliers.by_id[BY_HAND])
    send(kim, f"/orders/{hand.number}/cancel", seen="1", reason="Behövs inte")
    with stocked.connect() as conn:
        assert [task.outcome for task in tasks.for_order(conn, hand.id)] == ["withdrawn"]
    assert by_number(stocked, hand.number).state is State.CANCELLED


def test_an_order_whose_lane_is_being_sent_is_left_alone(stocked: sa.Engine, suppliers: Suppliers) -> None:
    row = order_at(stocked, suppliers.by_id[PLAIN])
    more = with_quantities(row.order, {"1": Decimal(6)})
    with stocked.begin() as conn:
        conn.execute(
            lanes.insert().values(supplier_id=PLAIN, leased_by="a worker", leased_until=NOW + timedelta(seconds=30))
        )
    with stocked.begin() as conn:
        assert rewriting.where(conn, row, NOW) is Where.LEAVING
        with pytest.raises(Rejected) as refused:
            rewriting.rewrite(conn, row.id, more, "kim", NOW, "")
    assert refused.value.findings[0].rule == "leaving-now"
    later = NOW + timedelta(minutes=1)
    with stocked.begin() as conn:
        rewriting.rewrite(conn, row.id, more, "kim", later, "6")
    assert by_number(stocked, row.number).order == more


def test_a_held_order_goes_again_as_changed_under_a_new_key(stocked: sa.Engine, suppliers: Suppliers) -> None:
    row = order_at(stocked, suppliers.by_id[PLAIN], lines=wanted(["5"]))
    with stocked.begin() as conn:
        (message,) = journal.of_order(conn, row.id)
        journal.change(conn, message.id, state=MessageState.HELD.value, journaled_at=NOW)
        book.record(conn, row.id, Event.HELD, "avrop", NOW)
        rewriting.rewrite(conn, row.id, with_quantities(row.order, {"1": Decimal(4)}), "kim", NOW, "4")
    after = by_number(stocked, row.number)
    with stocked.connect() as conn:
        old, new = journal.of_order(conn, row.id)
        (draft,) = drafts(conn, [new.id])
    assert (after.state, old.state, new.state) == (State.PLACED, MessageState.SKIPPED, MessageState.QUEUED)
    assert new.key != old.key
    assert draft.document == after.order
