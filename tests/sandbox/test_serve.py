"""The sandbox as suppliers: orders go in by the real transports, answers come out by SFTP and by HTTP."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response

from gateway.formats import sbdh
from gateway.model import DespatchAdvice, OrderResponse
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.serve import Sandbox, open_door, start_sandbox
from gateway.sandbox.sftp_server import listen
from gateway.suppliers.supplier import Supplier
from gateway.transports import TRANSPORTS
from gateway.transports.contract import NotSent, Parcel, Refused
from gateway.transports.folder import FolderSettings
from tests.sandbox.orders import MUNICIPALITY, by_access_point, by_sftp, dialects, order, wire

CREATED = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
INSTANCE = "0d6fbb5e-1111-4222-8333-0123456789ab"
FAST = 20.0
ORG, OTHER_ORG = "5500006597", "5500003289"


@pytest.fixture(autouse=True)
def _token(monkeypatch):
    monkeypatch.setenv("AVROP_TEST_TOKEN", "lekplats")


def eventually(check: Callable[[], object], seconds: float = 8.0) -> object:
    end = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
    return found


class Town:
    """Our side: one HTTP server with the inbox and, mounted, the sandbox's access point. `refusals` come first."""

    def __init__(self) -> None:
        self.inbox: list[bytes] = []
        self.refusals = 0
        self.app = FastAPI()
        self.app.post("/inbox/access-point")(self._take)
        socket = listen()
        self.url = f"http://127.0.0.1:{socket.getsockname()[1]}"
        self.server = uvicorn.Server(uvicorn.Config(self.app, log_level="error", lifespan="off"))
        self._thread = threading.Thread(target=self.server.run, kwargs={"sockets": [socket]}, daemon=True)
        self._thread.start()
        eventually(lambda: self.server.started)

    async def _take(self, request: Request) -> Response:
        if request.headers.get("x-token") != "lekplats":
            return Response(status_code=401)
        if self.refusals:
            self.refusals -= 1
            return Response(status_code=503)
        self.inbox.append(await request.body())
        return Response(status_code=200)

    def documents(self) -> list[object]:
        return [dialects()["peppol"].read(sbdh.unwrap(raw)[1], "answer").document for raw in self.inbox]

    def stop(self) -> None:
        self.server.should_exit = True
        self._thread.join(5)


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town()
    yield town
    town.stop()


@contextmanager
def playing(
    town: Town, folder: Path, *suppliers: Supplier, behave: Behaviour = Behaviour.ACCEPT, speed: float = FAST, door=None
) -> Iterator[Sandbox]:
    sandbox = start_sandbox(
        folder,
        suppliers,
        dialects(),
        f"{town.url}/inbox/access-point",
        "lekplats",
        behaviours={supplier.id: behave for supplier in suppliers},
        speed=speed,
        door=door,
    )
    town.app.include_router(sandbox.router, prefix="/sandbox/access-point")
    try:
        yield sandbox
    finally:
        sandbox.stop()


def submitted(number: str = "26-000123", instance: str = INSTANCE, org: str = ORG) -> Parcel:
    payload = wire("peppol", order(number, org))
    header = sbdh.header_for(payload, MUNICIPALITY, f"0007:{org}", instance, CREATED)
    return Parcel(key=instance, name="order.xml", content=sbdh.wrap(payload, header))


@pytest.mark.parametrize("dialect", ["csv", "skogsbagaren", "tradgard"])
def test_a_supplier_on_sftp_answers_in_its_own_dialect(town, tmp_path, dialect):
    door = open_door(tmp_path)
    supplier = by_sftp("bagaren", ORG, dialect, door.port, f"file:{tmp_path / 'host_key.pub'}")
    sftp = TRANSPORTS["sftp"]
    parcel = Parcel(key="k", name="order-26-000123.csv", content=wire(dialect, order()))
    with playing(town, tmp_path, supplier, door=door) as sandbox:
        sftp.send(supplier.settings, parcel)
        found: dict[str, Parcel] = {}

        def both() -> bool:
            found.update({parcel.name: parcel for parcel in sftp.fetch(supplier.settings)})
            return len(found) == 2

        eventually(both)
        assert sandbox.received == [("bagaren", "26-000123", "order-26-000123.csv")]
        assert sandbox.complaints == []
        for parcel in found.values():
            sftp.done(supplier.settings, parcel)
        assert list(sftp.fetch(supplier.settings)) == []
    answers = [dialects()[dialect].read(parcel.content, name).document for name, parcel in sorted(found.items())]
    assert [type(answer) for answer in answers] == [DespatchAdvice, OrderResponse]
    assert answers[0].orders == (answers[1].order,) == ("26-000123",)
    assert len(answers[0].packing) >= 1
    assert sorted(os.listdir(tmp_path / "sftp" / "bagaren" / "archive")) == sorted(found)


def test_a_supplier_behind_the_access_point_answers_to_our_inbox(town, tmp_path):
    supplier = by_access_point("grossisten", ORG, f"{town.url}/sandbox/access-point")
    town.refusals = 2
    with playing(town, tmp_path, supplier) as sandbox:
        receipt = TRANSPORTS["access_point"].send(supplier.settings, submitted())
        assert INSTANCE in receipt.evidence
        eventually(lambda: len(town.inbox) == 2)
        assert sandbox.received == [("grossisten", "26-000123", INSTANCE)]
    response, advice = town.documents()
    assert (response.code, response.order, advice.orders) == ("AP", "26-000123", ("26-000123",))
    headers = [sbdh.unwrap(raw)[0] for raw in town.inbox]
    assert {(header.sender, header.receiver) for header in headers} == {(f"0007:{ORG}", MUNICIPALITY)}
    assert len({header.instance for header in headers}) == 2
    assert town.refusals == 0


def test_one_order_delivered_twice_is_answered_once(town, tmp_path):
    supplier = by_access_point("grossisten", ORG, f"{town.url}/sandbox/access-point")
    point = TRANSPORTS["access_point"]
    with playing(town, tmp_path, supplier) as sandbox:
        first = point.send(supplier.settings, submitted())
        assert point.send(supplier.settings, submitted()).evidence == first.evidence
        point.send(supplier.settings, submitted(instance=INSTANCE.replace("0d6f", "ffff")))
        eventually(lambda: len(town.inbox) == 2)
        time.sleep(0.3)
        assert len(town.inbox) == 2
        assert [received.key for received in sandbox.received] == [INSTANCE, INSTANCE.replace("0d6f", "ffff")]


def test_the_access_point_refuses_what_a_real_one_would(town, tmp_path, monkeypatch):
    supplier = by_access_point("grossisten", ORG, f"{town.url}/sandbox/access-point")
    point = TRANSPORTS["access_point"]
    with playing(town, tmp_path, supplier) as sandbox:
        point.send(supplier.settings, submitted())
        with pytest.raises(Refused, match="another document"):
            point.send(supplier.settings, submitted("26-000124"))
        with pytest.raises(Refused, match="not registered"):
            point.send(supplier.settings, submitted(org=OTHER_ORG, instance=INSTANCE.replace("0d6f", "ffff")))
        with pytest.raises(Refused, match="header"):
            point.send(supplier.settings, Parcel(key="x", name="x", content=b"<nothing/>"))
        assert point.status(supplier.settings, INSTANCE).state == "delivered"
        assert point.status(supplier.settings, "unknown/../id").state == "unknown"
        monkeypatch.setenv("AVROP_TEST_TOKEN", "fel")
        with pytest.raises(Refused, match="token"):
            point.send(supplier.settings, submitted("26-000125", INSTANCE.replace("0d6f", "eeee")))
        assert [received.order_number for received in sandbox.received] == ["26-000123"]


def test_answers_survive_a_restart_and_come_once(town, tmp_path):
    supplier = by_access_point("grossisten", ORG, f"{town.url}/sandbox/access-point")
    with playing(town, tmp_path, supplier, speed=3.0) as sandbox:
        TRANSPORTS["access_point"].send(supplier.settings, submitted())
        assert sandbox.open_answers == 2
    assert town.inbox == []
    with playing(town, tmp_path, supplier) as sandbox:
        assert sandbox.received == [("grossisten", "26-000123", INSTANCE)]
        eventually(lambda: len(town.inbox) == 2, 10)
        assert sandbox.open_answers == 0
    with playing(town, tmp_path, supplier):
        time.sleep(0.3)
    assert len(town.inbox) == 2


def test_an_order_put_into_the_inbox_while_the_sandbox_slept_is_taken(town, tmp_path):
    inbox = tmp_path / "sftp" / "bagaren" / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "order.csv").write_bytes(wire("csv", order()))
    (inbox / ".order2.csv.part").write_bytes(b"half")
    with playing(town, tmp_path, by_sftp("bagaren", ORG, "csv")) as sandbox:
        eventually(lambda: sandbox.received)
        eventually(lambda: os.listdir(inbox) == [".order2.csv.part"])
        assert os.listdir(inbox.parent / "inbox-taken") == ["order.csv"]


def test_what_a_supplier_cannot_read_becomes_a_complaint(town, tmp_path):
    inbox = tmp_path / "sftp" / "bagaren" / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "order.csv").write_bytes(b"\xff\xfe what is this?")
    with playing(town, tmp_path, by_sftp("bagaren", ORG, "csv")) as sandbox:
        [(supplier_id, key, words)] = eventually(lambda: sandbox.complaints)
        assert (supplier_id, key) == ("bagaren", "order.csv")
        assert "order.csv" in words
        assert sandbox.received == []


def test_a_supplier_behind_two_folders_is_played_too(town, tmp_path):
    boxes = FolderSettings(inbox=str(tmp_path / "to"), outbox=str(tmp_path / "from"), settle_seconds=0.01)
    supplier = by_sftp("bagaren", ORG, "csv")
    supplier = type(supplier)(
        id="mappen", name="Mappen", org_number=supplier.org_number, transport="folder", dialect="csv", settings=boxes
    )
    with playing(town, tmp_path / "sandbox", supplier, behave=Behaviour.REJECT) as sandbox:
        TRANSPORTS["folder"].send(boxes, Parcel(key="k", name="order.csv", content=wire("csv", order())))
        [answer] = eventually(lambda: list(TRANSPORTS["folder"].fetch(boxes)))
        assert sandbox.received == [("mappen", "26-000123", "order.csv")]
    assert dialects()["csv"].read(answer.content, answer.name).document.code == "RE"


def test_each_supplier_sees_its_own_folder_only_and_opens_it_with_its_own_password(town, tmp_path, monkeypatch):
    door = open_door(tmp_path)
    one, two = (by_sftp(name, org, "csv", door.port, door.host_key) for name, org in (("en", ORG), ("tva", OTHER_ORG)))
    sftp = TRANSPORTS["sftp"]
    with playing(town, tmp_path, one, two, behave=Behaviour.SILENT, door=door):
        (tmp_path / "sftp" / "tva" / "outbox" / "secret.csv").write_bytes(b"not yours")
        for way_out in ("../tva/outbox", "/../../sftp/tva/outbox", "inbox/../../tva/outbox"):
            nosy = msgspec.structs.replace(one.settings, outbox=way_out)
            with pytest.raises((Refused, NotSent), match="no such folder"):
                list(sftp.fetch(nosy))
        (tmp_path / "sftp" / "en" / "link").symlink_to(tmp_path / "sftp" / "tva" / "outbox")
        with pytest.raises(Refused, match="permission denied"):
            list(sftp.fetch(msgspec.structs.replace(one.settings, outbox="link")))
        monkeypatch.setenv("AVROP_TEST_TOKEN", "fel")
        with pytest.raises(Refused, match="log-in"):
            list(sftp.fetch(msgspec.structs.replace(one.settings, host_key=f"{door.host_key},{door.host_key}")))


def test_suppliers_that_cannot_be_played_are_named_and_stop_nobody(town, tmp_path):
    missing = by_sftp("utan-ord", ORG, "klingon")
    twin = by_access_point("tvilling", ORG)
    with playing(town, tmp_path, missing, by_access_point("grossisten", ORG), twin) as sandbox:
        assert set(sandbox.left_out) == {"utan-ord", "tvilling"}
        assert "klingon" in sandbox.left_out["utan-ord"]


def test_the_door_keeps_its_key_and_tells_the_environment(tmp_path):
    first = open_door(tmp_path)
    second = open_door(tmp_path)
    assert first.host_key == second.host_key
    assert (tmp_path / "host_key.pub").read_text().strip() == first.host_key
    assert (tmp_path / "host_key").stat().st_mode & 0o077 == 0
    assert first.environment["AVROP_SANDBOX_SFTP_PORT"] == str(first.port)
    for door in (first, second):
        door.listener.close()
        door.mail.close()
