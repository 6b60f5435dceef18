"""Bad input at every form of the dock, the door, labels, cases and the saving: a clear answer, never a fault of ours.

Planning, loading and the crisis stock have tests of their own for it (`road`, `stock`).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID, uuid4
from zlib import crc32

import pytest
import sqlalchemy as sa

from hub.room import ROOM
from hub.tables import parcels
from tests.hub.house import open_house, send_goods
from tests.hub.test_pages import Person
from tests.web.conftest import token_of

NOW = datetime(2026, 11, 23, 6, 55, tzinfo=UTC)
BAD = ["", "0", "-1", "1e9", "NaN", "1e-9", "å" * 3000, str(UUID(int=7)), "<b>'; --\x07", "2026-13-45", "\x00"]
BAD_PLACES = ["0", "-1", "9" * 30, "abc", str(UUID(int=7)), "%00"]
ELSEWHERE = re.compile(r"/hub/(plan|runs|load|sites|places|vehicles|weekly|stock)\b")
FORMS = {
    route.path: sorted({one.alias for one in _params} | {"act", "at"})
    for router in ROOM.routers
    for route in router.routes
    if "POST" in route.methods and not ELSEWHERE.match(route.path)
    for _params in [route.dependant.body_params]
}
READ_BY_HAND = ["quantity", "line", "text", "note", "owner", "due", "number", "kind", "parcel", "receiver", "unit"]
"""Names of fields in forms that bring files, which the app reads itself."""


def some_of(values: list[str], *name: str) -> list[str]:
    """Three of the values, others for the next field."""
    first = crc32(" ".join(name).encode()) % len(values)
    return [values[(first + turn) % len(values)] for turn in (0, 3, 7)]


@pytest.fixture
def robin(engine: sa.Engine) -> Person:
    app = open_house(engine, lambda: NOW, "robin")
    send_goods(engine, NOW)
    return Person(app, "robin")


@pytest.mark.parametrize("path", FORMS)
def test_no_field_of_any_form_makes_a_fault(robin: Person, engine: sa.Engine, path: str) -> None:
    with engine.connect() as conn:
        parcel = str(conn.scalar(sa.select(parcels.c.id).limit(1)))
        moves = conn.scalar(sa.select(sa.func.count()).select_from(parcels))
    token = token_of(robin.get("/hub/dock").text)
    names = [name for name in FORMS[path] if name not in ("act", "at")] or READ_BY_HAND
    known = {
        "parcel": parcel,
        "parcel_id": parcel,
        "unit": "bjorken",
        "kind": "short",
        "code": "26-000123",
        "line": "1",
    }
    good = {name: known.get(name, "") for name in names}
    place = re.sub(r"\{(\w+)\}", lambda match: known.get(match.group(1), str(uuid4())), path)
    for name in [*names, "act", "at"]:
        for bad in some_of(BAD, path, name):
            answer = robin.client.post(place, data={"csrf": token} | good | {name: bad})
            assert answer.status_code < 500, (name, bad)
    for name in re.findall(r"\{(\w+)\}", path):
        for bad in some_of(BAD_PLACES, path, name):
            address = re.sub(rf"\{{{name}\}}", bad, path)
            address = re.sub(r"\{(\w+)\}", lambda match: known.get(match.group(1), str(uuid4())), address)
            assert robin.client.post(address, data={"csrf": token} | good).status_code < 500, (name, bad)
    with engine.connect() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(parcels)) in (moves, moves + 1)


def test_every_form_is_tried() -> None:
    assert len(FORMS) > 15
    assert {"/hub/scan", "/hub/receive", "/hub/undo", "/hub/van/deliver"} <= set(FORMS)
