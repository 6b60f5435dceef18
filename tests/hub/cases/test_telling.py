"""What came is told to who sent it, by the way that is agreed, once; what is claimed goes along."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.suppliers.agreement import Receiving
from hub.cases import book as cases
from hub.cases import claims
from tests.data import shared
from tests.exchange.desk import supplier
from tests.exchange.postbox import free_port, postbox
from tests.hub.advices import unit
from tests.hub.cases.stage import NUMBER, Dock, files, picture
from tests.rules.packages import loaded

CHANNEL = Receiving(receipt="channel")
AGREED = Receiving(receipt="channel", claim=frozenset({"short"}), want="replace")


def read(dock: Dock, raw: bytes):
    return dock.office.dialects[dock.seller.dialect].read(raw, "file").document


def test_a_receipt_by_peppol_says_what_came_and_obeys_t128(engine, tmp_path: Path) -> None:
    dock = Dock(engine, supplier(tmp_path, receiving=CHANNEL))
    dock.announce()
    dock.scan(1, 2)
    dock.report("short", "3", "2", text="kartongen var öppen")
    dock.report("damaged", "2", "1", photo=picture())
    dock.tell(timedelta(minutes=10))
    assert files(tmp_path, dock.seller) == []
    dock.tell(timedelta(minutes=10))
    (raw,) = files(tmp_path, dock.seller)
    told = read(dock, raw)
    assert (told.number, told.order, told.despatch_advice, told.kind) == (f"{NUMBER}-M1", NUMBER, "LA-1", "S")
    lines = {line.order_line: line for line in told.lines}
    assert (lines["1"].received.value, lines["1"].short, lines["1"].rejected) == (1, None, None)
    assert (lines["3"].received.value, lines["3"].short.value, lines["3"].short_action) == (1, 2, "2")
    assert (lines["2"].received.value, lines["2"].rejected.value, lines["2"].reject_code) == (2, 1, "1")
    assert lines["3"].note == "Saknas: kartongen var öppen"
    assert [one.condition.code for one in told.shipment.units] == ["AP", "CA"]
    assert [one.media_type for one in told.attachments] == ["image/jpeg"]
    rules = loaded(shared("peppol-logistics/schematron/PEPPOLBIS-T128.sch"))
    assert rules.judge(raw) == ()
    dock.tell()
    assert len(files(tmp_path, dock.seller)) == 1
    assert ("sent", "ReceiptAdvice") in dock.steps()


@pytest.mark.parametrize("dialect", ["csv", "skogsbagaren", "cxml"])
def test_each_channel_gets_it_in_its_own_words(engine, tmp_path: Path, dialect: str) -> None:
    dock = Dock(engine, supplier(tmp_path, dialect=dialect, receiving=CHANNEL))
    dock.announce()
    dock.scan(1, 2)
    dock.report("short", "3", "2")
    dock.tell()
    (raw,) = files(tmp_path, dock.seller)
    told = read(dock, raw)
    third = next(line for line in told.lines if line.order_line == "3")
    assert (third.received.value, third.short.value) == (1, 2)
    assert told.despatch_advice == "LA-1"


def test_without_a_channel_a_letter_tells_it_and_shows_the_photo(engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path, dialect="svehandel", email="order@papper.example", receiving=CHANNEL)
    port = free_port()
    with postbox(port) as box:
        dock = Dock(engine, seller, port)
        dock.scan(NUMBER)
        case = dock.report("damaged", "3", "1", photo=picture(), text="blöt")
        with engine.begin() as conn:
            assert claims.make(conn, case, "credit", "Alva Exempel", dock.clock()) == f"{NUMBER}-R1"
        dock.tell()
    (mail,) = box.mails
    assert mail["To"] == "order@papper.example"
    assert mail["Subject"] == f"Reklamation {NUMBER}-M1 för beställning {NUMBER} från Exempelstads kommun"
    body = mail.get_body().get_content()
    assert "Godtas inte: 1 st (Skadat)" in body
    assert "Skadat: blöt" in body
    assert "Kreditera" in body
    assert [part.get_content_type() for part in mail.iter_attachments()] == ["text/csv", "image/jpeg"]
    ((way, why),) = dock.rows("SELECT way, why FROM receipts_told")
    assert (way, why) == ("mail", "the dialect svehandel has no receipt advice")
    ((state, transport),) = dock.rows("SELECT state, transport FROM messages WHERE document = 'ReceiptAdvice'")
    assert (state, transport) == ("sent", "mail")
    with engine.begin() as conn:
        assert cases.get(conn, case).stage == "with_supplier"


def test_a_mail_server_that_is_away_is_waited_for_and_breaks_nobodys_lane(engine, tmp_path: Path) -> None:
    port = free_port()
    dock = Dock(engine, supplier(tmp_path, email="order@papper.example"), port)
    dock.scan(NUMBER)
    dock.tell()
    assert dock.rows("SELECT state, attempts FROM messages WHERE document = 'ReceiptAdvice'") == [("waiting", 1)]
    assert dock.rows("SELECT failures FROM lanes") == [(0,)]
    with postbox(port) as box:
        dock.tell(timedelta(hours=1))
    assert [mail["Subject"].split(" ")[0] for mail in box.mails] == ["Mottagningsavisering"]


def test_whoever_cannot_be_reached_is_noted_and_a_person_calls(engine, tmp_path: Path) -> None:
    dock = Dock(engine, supplier(tmp_path, receiving=Receiving(claim=frozenset({"short"}))))
    dock.scan(NUMBER)
    case = dock.report("short", "2", "2")
    dock.tell()
    assert dock.rows("SELECT way, why, message_id FROM receipts_told") == [("none", "no e-mail address is known", None)]
    dock.tell()
    with engine.begin() as conn:
        found = cases.get(conn, case)
        assert (found.claim.way, found.claim.automatic, found.claim.told_at) == ("person", True, None)
        claims.told(conn, case, "person", "Alva Exempel", dock.clock())
        assert cases.get(conn, case).stage == "with_supplier"


def test_the_rest_is_waited_for_a_day_and_comes_after_all(engine, tmp_path: Path) -> None:
    dock = Dock(engine, supplier(tmp_path, receiving=CHANNEL))
    dock.announce(unit(1, "1", "2"), unit(2, "2"), unit(3, "3"))
    dock.scan(1)
    dock.tell()
    assert files(tmp_path, dock.seller) == []
    dock.tell(timedelta(days=1))
    dock.scan(2, 3)
    dock.tell()
    first, second = (read(dock, raw) for raw in files(tmp_path, dock.seller))
    counted = [(line.order_line, line.received.value, line.short.value if line.short else 0) for line in first.lines]
    assert counted == [("1", 1, 0), ("2", 1, 1), ("3", 0, 3)]
    assert [one.condition.code for one in first.shipment.units] == ["AP", "RE", "RE"]
    assert [(line.order_line, line.received.value, line.short) for line in second.lines] == [
        ("2", 1, None),
        ("3", 3, None),
    ]
    assert second.number == f"{NUMBER}-M2"


def test_what_is_agreed_is_claimed_with_the_receipt_and_never_twice(engine, tmp_path: Path) -> None:
    dock = Dock(engine, supplier(tmp_path, receiving=AGREED))
    dock.announce()
    dock.scan(1, 2)
    short = dock.report("short", "3", "2")
    uncounted, damaged = dock.report("short", "2", None), dock.report("damaged", "2", "1")
    dock.tell()
    dock.tell()
    (raw,) = files(tmp_path, dock.seller)
    assert [line.short_action for line in read(dock, raw).lines] == [None, None, "1"]
    with engine.begin() as conn:
        claim = cases.get(conn, short).claim
        assert (claim.wanted, claim.automatic, claim.way) == ("replace", True, "channel")
        assert [cases.get(conn, case).claims for case in (uncounted, damaged)] == [(), ()]
        # The channel has asked for it already: a claim that a person makes of it now is not sent again.
        claims.make(conn, damaged, "credit", "Alva Exempel", dock.clock())
    dock.tell()
    assert len(files(tmp_path, dock.seller)) == 1
    with engine.begin() as conn:
        assert cases.get(conn, damaged).claim.way == "channel"


def test_what_is_found_after_the_receipt_is_claimed_by_itself(engine, tmp_path: Path) -> None:
    dock = Dock(engine, supplier(tmp_path, receiving=AGREED))
    dock.announce()
    dock.scan(1, 2)
    dock.tell()
    dock.report("short", "3", "1.5")
    dock.report("returned", "1", "1")
    dock.tell()
    _, claim = (read(dock, raw) for raw in files(tmp_path, dock.seller))
    assert claim.number == f"{NUMBER}-R1"
    assert [(line.order_line, line.short.value, line.received) for line in claim.lines] == [("3", Decimal("1.5"), None)]


def test_a_report_that_was_a_slip_is_told_to_nobody(engine, tmp_path: Path) -> None:
    from hub import reports

    dock = Dock(engine, supplier(tmp_path, receiving=AGREED))
    dock.announce()
    dock.scan(1, 2)
    case = dock.report("short", "3", "2")
    with engine.begin() as conn:
        found = cases.get(conn, case)
        assert reports.take_back(conn, found.parcel, case, "Alva Exempel", dock.clock())
        assert not reports.take_back(conn, found.parcel, case, "Alva Exempel", dock.clock())
    dock.tell()
    (raw,) = files(tmp_path, dock.seller)
    assert all(line.short is None for line in read(dock, raw).lines)
    assert ("note", "report_undone") in dock.steps()
