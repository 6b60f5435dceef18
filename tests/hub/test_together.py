"""Several scanners at once: every box once, every step told once, and nobody waits for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from gateway.orders import book
from hub.answer import Kind
from hub.receiving import expect, scan, send_out
from tests.hub.advices import advice, line, sscc, unit
from tests.hub.conftest import NOW
from tests.orders.samples import sample_order

BOXES = 12


def placed(engine, number, unit_id):
    with engine.begin() as conn:
        order_id = book.add(conn, sample_order(number), "papperslagret", unit_id, "Kim Exempel", NOW, "confirmed")
        return book.get(conn, order_id)


def test_scanners_side_by_side_receive_each_box_once_and_tell_the_order_once(engine):
    row = placed(engine, "26-000123", "bjorken")
    lines = tuple(line(str(number)) for number in range(BOXES))
    sent = advice(*(unit(number, str(number)) for number in range(BOXES)), lines=lines)

    def announce(_):
        with engine.begin() as conn:
            book.record(conn, row.id, "despatched", "Papperslagret", NOW)
            expect(conn, row, sent, NOW)
        return Kind.NOTHING

    def one_scan(number):
        with engine.begin() as conn:
            return scan(conn, sscc(number), "Alva Exempel", NOW).kind

    announce(None)
    with ThreadPoolExecutor(6) as scanners:
        answers = list(scanners.map(one_scan, [*range(BOXES), *range(BOXES)]))
        list(scanners.map(announce, range(3)))
    assert sorted(answers) == sorted([Kind.RECEIVED] * BOXES + [Kind.AGAIN] * BOXES)
    with engine.begin() as conn:
        told = [event.event.value for event in book.timeline(conn, row.id)]
    assert told.count("at_hub") == 1
    assert told.count("note") == BOXES - 1


def test_a_parcel_scanned_by_two_before_anybody_knows_it_is_one_unknown_parcel(engine):
    def one_scan(_):
        with engine.begin() as conn:
            return scan(conn, sscc(500), "Alva Exempel", NOW).kind

    with ThreadPoolExecutor(4) as scanners:
        assert set(scanners.map(one_scan, range(8))) == {Kind.UNKNOWN}


def test_scanning_and_sending_out_at_the_same_moment_lose_nothing(engine):
    rows = [placed(engine, f"26-0002{number:02d}", f"unit-{number}") for number in range(6)]
    for number, row in enumerate(rows):
        with engine.begin() as conn:
            expect(conn, row, advice(unit(number, "1"), number=f"DA-{number}"), NOW)

    def receive_and_go(number):
        with engine.begin() as conn:
            scan(conn, sscc(number), "Alva Exempel", NOW)
        with engine.begin() as conn:
            return len(send_out(conn, [f"unit-{other}" for other in range(6)], "Alva Exempel", NOW).moved)

    with ThreadPoolExecutor(6) as people:
        moved = sum(people.map(receive_and_go, range(6)))
    with engine.begin() as conn:
        states = {book.get(conn, row.id).state.value for row in rows}
    assert moved == 6
    assert states == {"out"}
