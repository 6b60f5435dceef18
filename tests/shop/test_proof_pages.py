"""The proof of a delivery on the order's side: linked from the order, shown to its people and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from gateway.exchange.office import Handlers
from gateway.orders import book
from hub.handing import handover
from hub.handing.door import Said
from hub.handing.proof import photo_of, proof_of
from hub.receiving import expect
from shop.tables import unit_members
from tests.hub.advices import advice, line, unit
from tests.hub.handing.stage import SIGNATURE, a_run, stops_of
from tests.hub.test_photos import picture
from tests.shop.conftest import NOW
from tests.shop.test_pages import fill, numbers, pick, place


@pytest.fixture
def handed(app: Any, browser: Any, stocked: sa.Engine) -> tuple[str, str]:
    """An order of kim's unit that has been handed over: its number and the proof's."""
    app.state.handlers = Handlers(proof_of=proof_of, proof_photo=photo_of)
    kim = browser("kim")
    place(kim, fill(kim, pick(stocked)))
    (number,) = numbers(stocked)
    with stocked.begin() as conn:
        row = book.get(conn, number)
        assert row is not None
        book.record(conn, row.id, "despatched", "Leverantören", NOW)
        expect(conn, row, advice(unit(1, "1"), lines=(line("1", "2"),)), NOW)
        run_id = a_run(conn, NOW, units={row.unit_id: "Förskolan Björken"}, numbers=(1,))
        said = Said(receiver="Lo Exempel", signature=SIGNATURE, photos=(picture(),))
        made = handover.hand(conn, stops_of(conn, run_id)[0], said, "Alva Exempel", NOW, None, None)
    return number, str(made.id)


def test_the_order_leads_to_its_proof_with_signature_and_photo(browser: Any, handed: tuple[str, str]) -> None:
    number, proof_id = handed
    kim, address = browser("kim"), f"/orders/{number}/proofs/{proof_id}"
    order = kim.get(f"/orders/{number}").text
    assert f'href="{address}"' in order
    assert "1 kolli, mottaget av Lo Exempel" in order
    assert "På bilen Elskåp 1, hos er omkring" in order
    assert "Mottagen av Lo Exempel." in order
    proof = kim.get(address).text
    assert f'<path d="{SIGNATURE}"/>' in proof
    assert "Alva Exempel, Elskåp 1" in proof
    photo = kim.get(proof.split('<img src="', 1)[1].split('"', 1)[0])
    assert (photo.status_code, photo.content[:2]) == (200, b"\xff\xd8")
    assert kim.get(f"{address}/photos/{uuid4()}").status_code == 404
    assert "(00) 3 7350001 000000001 6" in proof


def test_the_proof_is_of_this_order_and_for_its_people(
    browser: Any, stocked: sa.Engine, handed: tuple[str, str]
) -> None:
    number, proof_id = handed
    kim = browser("kim")
    assert kim.get(f"/orders/{number}/proofs/{uuid4()}").status_code == 404
    place(kim, fill(kim, pick(stocked)))
    other = next(one for one in numbers(stocked) if one != number)
    assert kim.get(f"/orders/{other}/proofs/{proof_id}").status_code == 404
    with stocked.begin() as conn:
        conn.execute(unit_members.delete())
    assert kim.get(f"/orders/{number}/proofs/{proof_id}").status_code == 404


def test_a_proof_that_was_taken_back_is_gone_from_the_order(
    browser: Any, stocked: sa.Engine, handed: tuple[str, str]
) -> None:
    number, proof_id = handed
    with stocked.begin() as conn:
        assert handover.undo(conn, UUID(proof_id), "Alva Exempel", NOW + timedelta(seconds=20))
    kim = browser("kim")
    assert proof_id not in kim.get(f"/orders/{number}").text
    assert kim.get(f"/orders/{number}/proofs/{proof_id}").status_code == 404
