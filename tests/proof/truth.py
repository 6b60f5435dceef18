"""Whether what we believe is so: our journal and order book beside what the suppliers have and have given."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import msgspec

from gateway.sandbox.memory import Errand, Submission
from gateway.transports.file_rules import FileRules
from tests.proof.processes import until
from tests.proof.town import Town


def check(town: Town) -> None:
    """Raises AssertionError naming the first thing that is not so."""
    _everything_left_as_journaled(town)
    _nothing_under_two_keys(town)
    _every_answer_taken_in(town)
    _orders_tell_the_same(town)
    nobody_holds_anything(town)


def _everything_left_as_journaled(town: Town) -> None:
    """Every placed order is with its supplier, byte for byte what the journal says, and says so itself."""
    rows = town.postgres.rows("""
        SELECT number, orders.supplier_id, messages.id, messages.state, key, sha256, name, raw, transport, order_id
        FROM orders JOIN messages ON order_id = orders.id AND direction = 'out'""")
    assert {row.number: row.supplier_id for row in rows} == town.placed
    assert len(rows) == len(town.placed), "one message for each order"
    for row in rows:
        assert row.state == "sent", f"{row.number} is {row.state}"
        assert row.key == town.key(row.order_id)
        assert _has(town, row.supplier_id, row.transport, row.key, row.name) == row.sha256, f"{row.number} differs"
        assert hashlib.sha256(row.raw).hexdigest() == row.sha256


def _has(town: Town, supplier_id: str, transport: str, key: str, name: str) -> str:
    """The digest of what the supplier has under this key or name."""
    if transport == "access_point":
        path = town.home / "sandbox" / "submissions" / key
        return msgspec.json.decode(path.read_bytes(), type=Submission).sha256
    root = town.home / "folders" / supplier_id if transport == "folder" else town.home / "sandbox/sftp" / supplier_id
    taken = root / ("in-taken" if transport == "folder" else "inbox-taken") / name
    return hashlib.sha256(taken.read_bytes()).hexdigest()


def _nothing_under_two_keys(town: Town) -> None:
    keys: dict[str, set[str]] = {}
    for got in town.sandbox.received:
        assert town.placed[got.order_number] == got.supplier_id
        keys.setdefault(got.order_number, set()).add(got.key)
    twice = {number: found for number, found in keys.items() if len(found) > 1}
    assert not twice, f"delivered under two keys: {twice}"
    assert keys.keys() == town.placed.keys()
    assert town.sandbox.complaints == []


def _every_answer_taken_in(town: Town) -> None:
    """What a supplier gave and was thanked for is in the journal, once, and done."""
    given = Counter(hashlib.sha256(errand.content).hexdigest() for errand in errands(town.home))
    sql = "SELECT sha256, state FROM messages WHERE direction = 'in' AND duplicate_of IS NULL"
    have = {row.sha256: row.state for row in town.postgres.rows(sql)}
    assert Counter(have.keys()) == given
    assert set(have.values()) <= {"processed"}, Counter(have.values())
    others = "SELECT count(*) FROM messages WHERE duplicate_of IS NOT NULL AND state <> 'duplicate'"
    assert town.postgres.one(others) == 0
    # What a killed worker took in without moving it away is fetched once more, and found to be known.
    until(lambda: not _waiting(town), 30, "the fetching of all answers")
    left = _left(town)
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() in have for path in left), left


def _waiting(town: Town) -> list[str]:
    """Files that we have agreed to take now."""
    found = []
    for supplier in town.suppliers:
        if isinstance(supplier.settings, FileRules):
            names = [path.name for path in _left(town) if supplier.id in path.parts]
            found += supplier.settings.ready(names)
    return found


def _left(town: Town) -> list[Path]:
    """Whatever lies in an outbox: also a file whose marker was put away by a worker that was killed before the rest."""
    found = [*town.home.glob("sandbox/sftp/*/outbox/*.*"), *town.home.glob("folders/*/out/*.*")]
    return [path for path in found if path.is_file()]


def errands(home: Path) -> list[Errand]:
    """Every answer that the suppliers have given."""
    return [msgspec.json.decode(path.read_bytes(), type=Errand) for path in (home / "sandbox" / "given").iterdir()]


def _orders_tell_the_same(town: Town) -> None:
    """Each timeline: placed once, sent as often as it was delivered, each answer once."""
    told = town.postgres.rows("""
        SELECT number, orders.state, count(*) FILTER (WHERE event = 'placed') AS placed,
               count(*) FILTER (WHERE event = 'sent') AS sent, count(*) FILTER (WHERE event = 'confirmed') AS confirmed,
               count(*) FILTER (WHERE event = 'despatched') AS despatched,
               (SELECT count(*) FROM attempts JOIN messages ON message_id = messages.id
                WHERE messages.order_id = orders.id AND outcome = 'delivered') AS delivered
        FROM orders JOIN order_events ON order_id = orders.id GROUP BY orders.id""")
    for row in told:
        assert (row.state, row.placed, row.confirmed, row.despatched) == ("despatched", 1, 1, 1), row
        assert row.sent == row.delivered >= 1, row


def nobody_holds_anything(town: Town) -> None:
    """No lane leased, no job stuck, no person bothered."""
    assert town.left_over() == 0
    tasks = town.postgres.rows("SELECT summary, finding FROM tasks")
    assert tasks == []
    assert town.postgres.one("SELECT count(*) FROM lanes WHERE due_at IS NOT NULL AND due_at < now()") == 0
