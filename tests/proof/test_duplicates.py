"""One document posted many times at once while everything is killed: one receipt, one processing."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from gateway.formats import sbdh
from gateway.identifiers import ParticipantId
from gateway.sandbox.answers import response
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.speaking import say
from tests.proof.processes import until
from tests.proof.town import TOKEN, Town, town
from tests.sandbox.orders import MUNICIPALITY, dialects, order

pytestmark = pytest.mark.slow
AT_ONCE = 20


def answer(here: Town, number: str, instance: str, code: str = "AP") -> bytes:
    """The supplier's SBD."""
    seller = here.suppliers.get("grossisten")
    assert seller is not None
    said = response(order(number, str(seller.org_number)), code, 1, date(2026, 3, 2))
    content = say(dialects()["peppol"], said)
    sender = ParticipantId(f"0007:{seller.org_number}")
    return sbdh.wrap(
        content, sbdh.header_for(content, sender, MUNICIPALITY, instance, datetime(2026, 3, 2, tzinfo=UTC))
    )


def insist(here: Town, sbd: bytes) -> tuple[int, str, bool]:
    """As an access point does: again and again under the same id, until there is an answer."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            said = httpx.post(here.inbox, content=sbd, headers={"X-Token": TOKEN}, timeout=5, trust_env=False)
        except httpx.HTTPError:
            time.sleep(0.1)
            continue
        if said.status_code < 500:
            return said.status_code, said.json()["messageId"], said.json()["duplicate"]
    raise AssertionError("there never was an answer")


def test_twenty_at_once_with_kills_between_get_one_receipt_and_are_processed_once(home: Path) -> None:
    dice = random.Random(20)
    with town(home, Behaviour.SILENT) as here, ThreadPoolExecutor(AT_ONCE) as posting:
        web, worker = here.process("web"), here.process("worker")
        number, instance = here.order("grossisten"), str(uuid4())
        until(here.sent("grossisten"), 60, "the sending")
        sbd, other = answer(here, number, instance), answer(here, number, instance, "RE")
        insist(here, answer(here, number, str(uuid4()), "AB"))
        posts = [posting.submit(insist, here, sbd) for _ in range(AT_ONCE)]
        for process in (web, worker, web):
            time.sleep(dice.uniform(0.02, 0.4))
            process.kill()
            process.start()
        receipts = [post.result() for post in posts]
        assert {status for status, _, _ in receipts} == {200}
        (first,) = {message_id for _, message_id, _ in receipts}
        until(lambda: here.postgres.one("SELECT state FROM orders") == "confirmed", 60, "the answer")
        until(lambda: here.left_over() == 0, 90, "what the killed left")
        same = here.postgres.rows("SELECT id, state, raw FROM messages WHERE remote_id = :i", i=instance)
        assert [str(row.id) for row in same if row.state == "processed"] == [first]
        assert {row.state for row in same} <= {"processed", "duplicate"}
        assert here.postgres.one("SELECT count(*) FROM order_events WHERE event = 'confirmed'") == 1
        refused = [post.result() for post in [posting.submit(insist, here, other) for _ in range(3)]]
        assert {status for status, _, _ in refused} == {409}
        assert here.postgres.one("SELECT state FROM orders") == "confirmed"
        findings = [row.finding for row in here.postgres.rows("SELECT finding FROM tasks WHERE closed_at IS NULL")]
        assert findings
        assert all("was used before" in finding and instance in finding for finding in findings)
        assert bytes(here.postgres.one("SELECT raw FROM messages WHERE id = :i", i=first)) == sbd
