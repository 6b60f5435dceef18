"""From the shop's marks to the warning in somebody's mailbox, on the real database."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import msgspec
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from gateway.cli import program
from gateway.exchange import alarms
from gateway.exchange.chores import do
from gateway.exchange.office import Office
from gateway.observing import MailServer, Observing
from gateway.program import HANDLERS, tell_the_stock
from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers
from hub.stock import learning, needs, reading, store, use, watching
from hub.stock.goods import HUB
from hub.stock.picture import look
from hub.stock.tables import stock_warnings
from hub.stock.warning import Kind, warnings
from hub.tables import parcels
from shop import critical as shop_critical
from shop.tables import articles
from tests.exchange.postbox import free_port, postbox
from tests.hub.stock.shelves import NOW, TODAY, critical, doing, stand


def kinds(conn, silent=()) -> list[tuple[Kind, str]]:
    return [(one.kind, one.place or one.supplier) for one in warnings(look(conn, TODAY), silent)]


def test_one_gtin_is_one_goods_and_the_shop_has_the_last_word(conn):
    assert learning.learn(conn, [critical(), critical("B-7", "syd"), critical("C-1", "ost", gtin=None)]) == 3
    assert (
        learning.learn(conn, [critical(), critical("B-7", "syd", name="Handske M"), critical("C-1", "ost", gtin=None)])
        == 0
    )
    found = reading.articles(conn)
    assert [found[id].goods_id for id in (1, 2, 3)] == [1, 1, 2]
    assert found[2].name == "Handske M"
    assert learning.same(conn, 1, 2)
    assert not learning.same(conn, 1, 2), "it is gone"
    assert set(reading.goods(conn)) == {1}
    assert learning.apart(conn, 3) == 3
    learning.learn(conn, [critical()])
    assert [one.marked for one in reading.articles(conn).values()].count(True) == 1


def test_goods_reckoned_otherwise_are_never_the_same(conn):
    learning.learn(conn, [critical(), critical("B-7", "syd", content_unit="PR")])
    assert not learning.same(conn, 1, 2)
    assert len(reading.goods(conn)) == 2


def parcel(conn, unit_id: str, quantity: str, days_ago: int, state: str = "delivered", **content) -> None:
    at = NOW - timedelta(days=days_ago)
    held = {"line": "1", "name": "Handske", "quantity": quantity, "unit": "XBX", "article": "A-1"} | content
    conn.execute(
        parcels.insert().values(
            id=uuid4(), key=str(uuid4()), state=state, supplier_id="nord", unit_id=unit_id, contents=[held],
            received_at=at, delivered_at=at if state == "delivered" else None,
        )
    )  # fmt: skip


def test_use_is_what_the_hub_delivered(conn):
    learning.learn(conn, [critical()])
    parcel(conn, "bjorken", "8", 200)
    parcel(conn, "bjorken", "42", 60)
    parcel(conn, "bjorken", "42", 50, parcels=2)
    parcel(conn, "bjorken", "2100", 40, unit="C62")
    parcel(conn, "granen", "14", 3)
    parcel(conn, "granen", "5", 1, state="out")
    use.measure(conn, NOW)
    use.measure(conn, NOW)
    stock = look(conn, TODAY)
    assert stock.use_at(1, "unit:bjorken") == 100, "42 boxes, half of 42, and 21 boxes as pieces, over twelve weeks"
    assert stock.use_at(1, "unit:granen") == 50, "the latest four weeks are more"
    assert stock.use_at(1, HUB) == 150
    assert stock.coming[1] == {"granen": {"nord": 500}}


def test_somebody_is_warned_before(conn):
    stand(conn)
    assert kinds(conn) == [], "4,500 pieces last 50 days and 10 days"
    needs.choose(conn, 1, HUB, 40, None, "Alva Exempel", NOW)
    assert kinds(conn) == [(Kind.WILL_BE_BELOW, HUB)], "3,000 pieces last 37 days when the first lot has expired"
    needs.choose(conn, 1, "unit:bjorken", 14, Decimal(50), "Alva Exempel", NOW)
    assert kinds(conn) == [(Kind.BELOW, "unit:bjorken"), (Kind.WILL_BE_BELOW, HUB)]
    assert kinds(conn, ["nord"])[-1] == (Kind.WILL_BE_BELOW, HUB)


def test_a_lot_that_must_be_used_now_and_one_that_is_too_late(conn):
    stand(conn)
    store.receive(conn, 1, HUB, Decimal(16), doing(), lot="SOON", expires=TODAY + timedelta(days=20))
    store.receive(conn, 1, HUB, Decimal(1), doing(), lot="GONE", expires=TODAY - timedelta(days=1))
    found = {one.lot: one for one in warnings(look(conn, TODAY))}
    assert (found["GONE"].kind, found["GONE"].much) == (Kind.EXPIRED, 1)
    soon = found["SOON"]
    assert (soon.kind, soon.by, soon.of) == (Kind.ROTATE, TODAY + timedelta(days=1), 0), "1,600 at 80 a day are 20 days"


def test_an_agreement_that_ends_or_is_not_kept(conn):
    stand(conn)
    needs.agree(conn, 2, Decimal(20), 2, TODAY + timedelta(days=30), "Alva Exempel", NOW)
    assert kinds(conn) == [(Kind.AGREEMENT_SHORT, "Syd AB"), (Kind.AGREEMENT_ENDS, "Syd AB")]
    store.receive(conn, 2, "supplier:syd", Decimal(20), doing())
    assert kinds(conn) == [(Kind.AGREEMENT_ENDS, "Syd AB")]


def test_a_supplier_that_does_not_answer_is_reckoned_with(conn):
    stand(conn)
    for lots in ("L1", "L2"):
        (one,) = (lot for lot in reading.lots(conn) if lot.place == HUB and lot.lot == lots)
        store.scrap(conn, one.id, one.quantity, doing())
    assert (Kind.SILENT, "Nord AB") not in kinds(conn)
    alarms.raise_alarm(conn, alarms.Kind.LATE_RESPONSE, "nord", "kim", "orders without a response: 3", NOW)
    watching.settle(conn, NOW)
    silent = [one.warning for one in watching.open_now(conn) if one.warning.kind is Kind.SILENT]
    assert [(one.units, one.on) for one in silent] == [(2, TODAY)]
    alarms.recover(conn, alarms.Kind.LATE_RESPONSE, "nord", "it answered", NOW)
    watching.settle(conn, NOW)
    assert [one for one in watching.open_now(conn) if one.warning.kind is Kind.SILENT] == []


def test_a_warning_is_one_until_it_is_over(conn):
    stand(conn)
    needs.choose(conn, 1, HUB, 90, None, "Alva Exempel", NOW)
    assert watching.settle(conn, NOW) == 1
    assert watching.settle(conn, NOW + timedelta(hours=1)) == 0
    (one,) = watching.open_now(conn)
    assert watching.see(conn, one.id, "Alva Exempel")
    assert not watching.see(conn, one.id, "Robin Exempel")
    store.receive(conn, 2, HUB, Decimal(400), doing(), expires=TODAY + timedelta(days=900))
    assert watching.settle(conn, NOW + timedelta(hours=2)) == 0
    assert watching.open_now(conn) == []
    assert conn.scalar(sa.select(sa.func.count()).select_from(stock_warnings)) == 1


def office_of(engine, port: int) -> Office:
    mail = MailServer(host="127.0.0.1", port=port)
    observing = Observing(mail=mail, alarm_from="avrop@exempelstad.example", alarm_to="beredskap@exempelstad.example")
    told = msgspec.structs.replace(load_settings({}), observing=observing)
    return Office(
        engine=engine, suppliers=Suppliers(()), dialects={}, transports={}, settings=told, handlers=HANDLERS,
        clock=lambda: NOW,
    )  # fmt: skip


def test_the_worker_tells_once_by_a_real_mail_server_and_again_what_is_new(engine):
    port = free_port()
    (chore,) = (one for one in HANDLERS.chores if one.name == "stock")
    with engine.begin() as conn:
        stand(conn)
        needs.choose(conn, 1, HUB, 90, None, "Alva Exempel", NOW)
    assert do(office_of(engine, port), chore), "a mail server that is away stops nothing"
    with postbox(port) as box:
        for _ in range(2):
            assert do(office_of(engine, port), chore)
        (mail,) = box.mails
        assert mail["To"] == "beredskap@exempelstad.example"
        assert mail["Subject"] == "Beredskapslagret: 1 att göra något åt: Handske nitril M"
        lacks = "Handske nitril M, Hubben: räcker 50 dagar, ska räcka 90; det fattas 3200 st."
        assert lacks in " ".join(mail.get_content().split())
        with engine.begin() as conn:
            needs.choose(conn, 1, "unit:granen", 7, Decimal(30), "Alva Exempel", NOW)
        assert do(office_of(engine, port), chore)
        assert len(box.mails) == 2
        assert "Hemtjänsten Granen" in box.mails[1].get_content()
        assert "Hubben" not in box.mails[1].get_content().split("Allt står")[0]


def test_marks_of_the_shop_reach_the_hub_with_the_suppliers_name(engine):
    columns = {"name": "Handske", "unit": "XBX", "content": 100, "content_unit": "C62", "price": 50, "vat": 25}
    columns |= {"category": "hygiene", "lead_days": 2, "supplier_id": "nord"}
    with engine.begin() as conn:
        for number in ("A-1", "A-2"):
            conn.execute(articles.insert().values(seller_id=number, **columns))
        assert shop_critical.mark(conn, "nord", ["A-1", "A-9"], True) == ["A-1"]
        tell_the_stock(conn, Suppliers(()))
        assert [(one.seller_id, one.content, one.marked) for one in reading.articles(conn).values()] == [
            ("A-1", 100, True)
        ]
        shop_critical.mark(conn, "nord", ["A-1"], False)
        tell_the_stock(conn, Suppliers(()))
        assert [one.marked for one in reading.articles(conn).values()] == [False]


def test_the_terminal_says_the_same(engine, monkeypatch):
    with engine.begin() as conn:
        stand(conn)
    monkeypatch.setattr("gateway.cli.house.engine", lambda *_: engine)
    monkeypatch.setattr("gateway.cli.stock.utc_now", lambda: NOW)
    told = CliRunner().invoke(program(), ["hub", "silent", "nord", "--days", "90", "--json"])
    assert told.exit_code == 1
    (one,) = msgspec.json.decode(told.stdout)
    assert (one["goods"], one["hub_until"]) == ("Handske nitril M", "2027-01-18")
    assert [(other["supplier"], other["lead_days"]) for other in one["others"]] == [("Syd AB", 3)]
    told = CliRunner().invoke(program(), ["hub", "stock", "--json"])
    assert (told.exit_code, msgspec.json.decode(told.stdout)["warnings"]) == (0, [])
    assert "50 of  30" in CliRunner().invoke(program(), ["hub", "stock"]).stdout
    assert CliRunner().invoke(program(), ["hub", "silent", "nobody"]).exit_code == 0


@pytest.mark.parametrize("estimate", [None, Decimal(500)])
def test_the_higher_of_measured_and_estimated_counts(conn, estimate):
    learning.learn(conn, [critical()])
    parcel(conn, "bjorken", "84", 60)
    parcel(conn, "bjorken", "1", 200)
    use.measure(conn, NOW)
    if estimate:
        needs.choose(conn, 1, "unit:bjorken", 0, estimate, "Alva Exempel", NOW)
    assert look(conn, TODAY).use_at(1, "unit:bjorken") == (estimate or 100)
    assert look(conn, TODAY).used[1]["bjorken"]["nord"] == (estimate or 100), "bought from the only one who sells it"
