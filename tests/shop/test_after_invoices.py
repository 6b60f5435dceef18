"""Invoices come in, find their orders, and are attested by somebody who neither ordered nor received."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange import journal, tasks
from gateway.exchange.journal import MessageState
from gateway.exchange.matching import detail_of
from gateway.model.invoice import Billing
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import State
from gateway.suppliers.supplier import Supplier, Suppliers
from shop.after import invoices
from shop.after.invoices import InvoiceRow
from shop.tables import invoices as table
from shop.tables import unit_members, unit_receipts
from tests.exchange.desk import advice
from tests.shop.after_desk import ADVANCED, BY_HAND, PLAIN, by_number, came, hear, invoice_of, order_at, sent
from tests.shop.conftest import NOW, person, send


@pytest.fixture
def seller(suppliers: Suppliers) -> Supplier:
    return suppliers.by_id[PLAIN]


@pytest.fixture
def ordered(stocked: sa.Engine, seller: Supplier) -> OrderRow:
    return sent(stocked, order_at(stocked, seller), ("confirmed", {}))


def receive(browser: Any, row: OrderRow, **fields: str) -> Any:
    page = browser.get(f"/orders/{row.number}/receive").text
    found = re.search(r'name="seen" value="([^"]+)"', page)
    mark = fields.pop("seen", found.group(1) if found else "")
    return send(browser, f"/orders/{row.number}/receive", seen=mark, **fields)


def all_of(engine: sa.Engine) -> list[InvoiceRow]:
    with engine.connect() as conn:
        found = conn.scalars(sa.select(table.c.id).order_by(table.c.sequence)).all()
        rows = [invoices.get(conn, one) for one in found]
    return [row for row in rows if row is not None]


def bill(engine: sa.Engine, seller: Supplier, said: Billing) -> InvoiceRow:
    assert came(engine, seller, said) == ()
    return all_of(engine)[-1]


def decide(browser: Any, row: InvoiceRow, what: str, **fields: str) -> Any:
    page = browser.get(f"/invoices/{row.id}").text
    mark = fields.pop("mark", None) or re.search(r'name="mark" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]
    return send(browser, f"/invoices/{row.id}/{what}", mark=mark, **fields)


def test_from_the_suppliers_file_to_attest(
    stocked: sa.Engine, suppliers: Suppliers, seller: Supplier, ordered: OrderRow, browser: Any
) -> None:
    message = hear(stocked, suppliers, seller, invoice_of(ordered.order))
    assert (message.state, message.document) == (MessageState.PROCESSED, "Invoice")
    (row,) = all_of(stocked)
    assert (row.order_id, row.matched_by, row.kind) == (ordered.id, "avrop", "invoice")
    kim, anna = browser("kim"), browser("anna")
    page = anna.get(f"/invoices/{row.id}").text
    assert "Väntar på varor" in page
    assert decide(anna, row, "attest").status_code == 409, "nothing has come"
    assert "Det som kom är markerat" in receive(kim, ordered, **{"came-1": "5", "came-2": "6"}).text
    assert by_number(stocked, ordered.number).state is State.DELIVERED
    assert "Stämmer" in anna.get("/invoices").text
    done = decide(anna, row, "attest")
    assert "Attesterad" in done.text
    assert all_of(stocked)[0].decided_by == "anna"
    original = anna.get(f"/invoices/{row.id}/original")
    with stocked.connect() as conn:
        assert original.content == journal.raw(conn, row.message_id), "the bytes as they were received"
    assert b"<" in original.content
    story = anna.get(f"/orders/{ordered.number}").text
    assert "Faktura F-1 attesterades" in story


def test_who_ordered_or_received_never_attests(
    stocked: sa.Engine, seller: Supplier, ordered: OrderRow, browser: Any
) -> None:
    row = bill(stocked, seller, invoice_of(ordered.order))
    anna = browser("anna")
    receive(anna, ordered, **{"came-1": "5", "came-2": "6"})
    refused = decide(anna, row, "attest")
    assert refused.status_code == 409
    assert "tagit emot varor" in refused.text
    own = sent(stocked, order_at(stocked, seller, by="anna"), ("confirmed", {}))
    mine = bill(stocked, seller, invoice_of(own.order, "F-2"))
    receive(browser("kim"), own, **{"came-1": "5", "came-2": "6"})
    refused = decide(anna, mine, "attest")
    assert (refused.status_code, "lagt eller ändrat" in refused.text) == (409, True)
    assert {one.state for one in all_of(stocked)} == {"open"}


def test_who_scanned_at_the_hub_never_attests(
    stocked: sa.Engine, seller: Supplier, ordered: OrderRow, browser: Any
) -> None:
    """The hub knows people by name: every log-in of that name counts as theirs."""
    with stocked.begin() as conn:
        book.record(conn, ordered.id, "despatched", "Byggladan", NOW, detail_of(advice(ordered.order)))
        book.record(conn, ordered.id, "at_hub", "Anna Exempel", NOW, {"step": "at_hub", "parcels": 1, "of": 1})
    row = bill(stocked, seller, invoice_of(ordered.order))
    anna = browser("anna")
    assert "Stämmer" in anna.get(f"/invoices/{row.id}").text, "the hub has received all of it"
    assert "tagit emot varor" in decide(anna, row, "attest").text
    with stocked.begin() as conn:
        alex = person(conn, "alex")
        conn.execute(unit_members.insert().values(unit_id="unit-0001", user_id=alex.id, role="approver"))
    assert all_of(stocked)[0].state == "open"


def test_who_attested_one_part_receives_no_other(
    stocked: sa.Engine, seller: Supplier, ordered: OrderRow, browser: Any
) -> None:
    kim, anna = browser("kim"), browser("anna")
    receive(kim, ordered, **{"came-1": "5"})
    row = bill(stocked, seller, invoice_of(ordered.order, quantities={"1": "5"}))
    decide(anna, row, "attest")
    assert all_of(stocked)[0].state == "attested"
    refused = receive(anna, ordered, seen=_seen(kim, ordered), **{"came-2": "6"})
    assert refused.status_code == 422
    assert "någon annan måste ta emot" in refused.text
    with stocked.connect() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(unit_receipts)).scalar_one() == 1


def test_receipts_stand_and_can_be_taken_back_until_somebody_attests(
    stocked: sa.Engine, seller: Supplier, ordered: OrderRow, browser: Any
) -> None:
    kim, anna = browser("kim"), browser("anna")
    page = receive(kim, ordered, **{"came-1": "3", "damaged-1": "1", "note": "Kartongen blöt"}).text
    assert "Hos er" in page
    with stocked.connect() as conn:
        (task,) = [one for one in tasks.for_order(conn, ordered.id) if one.kind is tasks.Kind.FROM_UNIT]
    assert "Kartongen blöt" in task.finding
    batch = re.search(r'name="batch" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]
    assert "står kvar" in send(anna, f"/orders/{ordered.number}/receive/undo", batch=batch).text, "not hers"
    assert "taget tillbaka" in send(kim, f"/orders/{ordered.number}/receive/undo", batch=batch).text
    receive(kim, ordered, **{"came-1": "5", "came-2": "6"})
    decide(anna, bill(stocked, seller, invoice_of(ordered.order)), "attest")
    with stocked.connect() as conn:
        last = conn.scalars(sa.select(unit_receipts.c.batch).order_by(unit_receipts.c.id.desc())).first()
    assert "står kvar" in send(kim, f"/orders/{ordered.number}/receive/undo", batch=str(last)).text


@pytest.mark.parametrize(
    "fields", [{}, {"came-1": "-1"}, {"came-1": "1e9"}, {"came-1": "x"}, {"came-1": "1", "damaged-1": "2"}]
)
def test_what_cannot_have_come(ordered: OrderRow, browser: Any, fields: dict[str, str]) -> None:
    answer = receive(browser("kim"), ordered, **fields)
    assert answer.status_code == 422
    assert "Något behöver rättas" in answer.text


def test_services_and_orders_by_hand_are_received_at_the_unit(
    stocked: sa.Engine, suppliers: Suppliers, browser: Any
) -> None:
    row = order_at(stocked, suppliers.by_id[BY_HAND])
    kim = browser("kim")
    receive(kim, row, **{"came-1": "2,5"})
    assert by_number(stocked, row.number).state is State.BY_HAND
    receive(kim, row, **{"came-1": "2,5", "came-2": "6"})
    assert by_number(stocked, row.number).state is State.DELIVERED


def test_the_same_number_twice_is_refused(
    stocked: sa.Engine, suppliers: Suppliers, seller: Supplier, ordered: OrderRow
) -> None:
    bill(stocked, seller, invoice_of(ordered.order, "F-7"))
    again = hear(stocked, suppliers, seller, replace(invoice_of(ordered.order, "f-7"), note="påminnelse"))
    assert again.state is MessageState.UNMATCHED
    with stocked.connect() as conn:
        assert [one.rule for one in journal.findings_of(conn, again.id)] == ["invoice-twice"]
    assert len(all_of(stocked)) == 1
    other = suppliers.by_id[ADVANCED]
    assert came(stocked, other, invoice_of(ordered.order, "F-7")) == (), "another supplier's number is another one"
    assert all_of(stocked)[-1].order_id is None, "and it is not for an order of somebody else's"


def test_two_copies_at_the_same_moment_are_one_invoice(stocked: sa.Engine, seller: Supplier, ordered: OrderRow) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(came, stocked, seller, invoice_of(ordered.order), NOW.replace(second=n)) for n in range(4)]
        found = [job.result() for job in done]
    assert sorted(len(one) for one in found) == [0, 1, 1, 1]
    assert len(all_of(stocked)) == 1


def test_an_invoice_without_an_order_waits_for_a_person_with_candidates(
    stocked: sa.Engine, seller: Supplier, ordered: OrderRow, browser: Any
) -> None:
    row = bill(stocked, seller, replace(invoice_of(ordered.order), order="Kundens best.nr 8"))
    assert row.order_id is None
    pia, anna = browser("pia", unit=None), browser("anna")
    assert anna.get(f"/invoices/{row.id}").status_code == 404, "nobody knows yet whose it is"
    page = pia.get(f"/invoices/{row.id}").text
    assert "Vilken beställning gäller den?" in page
    assert ordered.number in page
    assert send(pia, f"/invoices/{row.id}/order", number="26-999999").status_code == 409
    send(pia, f"/invoices/{row.id}/order", number=ordered.number)
    assert (all_of(stocked)[0].order_id, all_of(stocked)[0].matched_by) == (ordered.id, "pia")
    assert anna.get(f"/invoices/{row.id}").status_code == 200
    refused = decide(pia, row, "attest", mark="x")
    assert refused.status_code == 403, "a purchaser attests nothing"


def test_what_differs_is_attested_with_a_reason_or_disputed(
    stocked: sa.Engine, seller: Supplier, ordered: OrderRow, browser: Any
) -> None:
    kim, anna = browser("kim"), browser("anna")
    receive(kim, ordered, **{"came-1": "5"})
    row = bill(stocked, seller, invoice_of(ordered.order, freight="250.00"))
    early = decide(anna, row, "attest", reason="De brukar komma")
    assert (early.status_code, "har inte kommit" in early.text) == (409, True), "no reason makes up for goods"
    receive(kim, ordered, **{"came-1": "0", "came-2": "6"})
    page = anna.get(f"/invoices/{row.id}").text
    assert "Frakt eller avgifter" in page
    assert "Förslag:" in page
    assert decide(anna, row, "attest", reason="").status_code == 409
    assert decide(anna, row, "dispute", reason="").status_code == 409
    decide(anna, row, "dispute", reason="Avtalet säger fritt levererat")
    assert all_of(stocked)[0].state == "disputed"
    with stocked.connect() as conn:
        assert any("fritt levererat" in one.finding for one in tasks.for_order(conn, ordered.id))
    right = bill(stocked, seller, invoice_of(ordered.order, "F-2"))
    assert "Stämmer" in anna.get(f"/invoices/{right.id}").text, "what is disputed takes nothing"
    send(anna, f"/invoices/{row.id}/open")
    decide(anna, row, "attest", reason="Godkänt av inköp")
    assert [one.state for one in all_of(stocked)] == ["attested", "open"]
    assert "Mer faktureras än vad som beställdes" in anna.get(f"/invoices/{right.id}").text


def test_a_page_that_is_old_decides_nothing(
    stocked: sa.Engine, seller: Supplier, ordered: OrderRow, browser: Any
) -> None:
    kim, anna = browser("kim"), browser("anna")
    receive(kim, ordered, **{"came-1": "5", "came-2": "6"})
    first = bill(stocked, seller, invoice_of(ordered.order, quantities={"1": "5"}))
    mark = re.search(r'name="mark" value="([^"]+)"', anna.get(f"/invoices/{first.id}").text).group(1)  # type: ignore[union-attr]
    batch = re.search(r'name="batch" value="([^"]+)"', kim.get(f"/orders/{ordered.number}").text).group(1)  # type: ignore[union-attr]
    send(kim, f"/orders/{ordered.number}/receive/undo", batch=batch)
    refused = decide(anna, first, "attest", mark=mark)
    assert (refused.status_code, "Titta igen" in refused.text) == (409, True)
    assert all_of(stocked)[0].state == "open"


def test_credit_notes_are_negative_and_seen_by_their_unit_only(
    stocked: sa.Engine, seller: Supplier, ordered: OrderRow, browser: Any
) -> None:
    bill(stocked, seller, invoice_of(ordered.order))
    row = bill(stocked, seller, invoice_of(ordered.order, "K-1", {"2": "1"}, credit=True))
    assert row.payable == Decimal("-48.75")
    with stocked.begin() as conn:
        conn.execute(unit_members.delete().where(unit_members.c.role == "approver"))
    anna = browser("anna", unit=None)
    assert anna.get(f"/invoices/{row.id}").status_code == 404
    assert "Inga fakturor här" in anna.get("/invoices").text
    assert "K-1" in browser("cleo", unit=None).get("/invoices").text
    assert browser("kim").get("/invoices").status_code == 403


def test_the_rules_are_set_by_purchasing_and_kept(stocked: sa.Engine, browser: Any) -> None:
    pia = browser("pia", unit=None)
    bad = send(pia, "/invoices/rules", line_amount="-1", line_percent="x", freight="0", offer_days="0")
    assert (bad.status_code, bad.text.count("Skriv ett rimligt tal")) == (422, 6)
    good = send(pia, "/invoices/rules", line_amount="2,50", line_percent="1", freight="0", offer_days="3")
    assert "Från och med nu" in good.text
    assert 'value="2,5"' in good.text
    assert send(browser("cleo", unit=None), "/invoices/rules", line_amount="9").status_code == 403


def _seen(browser: Any, row: OrderRow) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', browser.get(f"/orders/{row.number}/receive").text)
    assert found
    return found.group(1)
