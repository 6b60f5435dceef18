"""Files that are not whole, and a supplier's server that dies in the middle of them."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from gateway.sandbox.answers import response
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.speaking import say
from tests.proof.processes import until
from tests.proof.town import town
from tests.proof.truth import check
from tests.sandbox.orders import dialects, order

pytestmark = pytest.mark.slow


def test_a_server_that_dies_in_the_middle_of_uploads_gets_everything_in_the_end(home: Path) -> None:
    with town(home) as here:
        here.process("web")
        worker = here.process("worker")
        for _ in range(5):
            for supplier_id in ("bagaren", "kemisten") * 2:
                here.order(supplier_id)
            until(here.in_the_act, 60, "the sending")
            here.sandbox._server.drop_all()
            time.sleep(0.3)
            here.sandbox._server.drop_all()
        here.finish(90)
        check(here)
        assert worker.alive
        leftover = [path.name for path in home.glob("sandbox/sftp/*/inbox/.*")]
        assert leftover == []


def test_a_half_written_answer_is_left_alone_until_it_is_whole(home: Path) -> None:
    with town(home, Behaviour.SILENT) as here:
        here.process("worker")
        seller = here.suppliers.get("kemisten")
        assert seller is not None
        number = here.order("kemisten")
        until(here.sent("kemisten"), 60, "the sending")
        bought = order(number, str(seller.org_number))
        whole = say(dialects()["csv"], response(bought, "AP", 1, date(2026, 3, 2)))
        outbox = home / "sandbox/sftp/kemisten/outbox"
        half = outbox / "svar.csv"
        half.write_bytes(whole[: len(whole) // 2])
        (outbox / ".hidden.csv.part").write_bytes(whole)
        polled = "SELECT coalesce(max(polled_at), 'epoch') FROM channels WHERE supplier_id = 'kemisten'"
        for _ in range(3):
            before = here.postgres.one(polled)
            until(lambda before=before: here.postgres.one(polled) > before, 30, "another look")
        assert here.postgres.one("SELECT count(*) FROM messages WHERE direction = 'in'") == 0
        half.write_bytes(whole)
        (outbox / "svar.csv.done").touch()
        until(lambda: here.postgres.one("SELECT state FROM orders") == "confirmed", 30, "the answer")
        assert bytes(here.postgres.one("SELECT raw FROM messages WHERE direction = 'in'")) == whole
        assert sorted(path.name for path in outbox.iterdir() if path.is_file()) == [".hidden.csv.part"]
