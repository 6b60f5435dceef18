"""A town for a proof: its own PostgreSQL, five suppliers on real servers, and the program's processes."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI, Request, Response

from gateway.exchange import journal
from gateway.exchange.inbox_http import PATH
from gateway.exchange.office import utc_now
from gateway.exchange.place import place
from gateway.program import plan_of
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.serve import Door, Sandbox, open_door, start_sandbox
from gateway.sandbox.sftp_server import listen
from gateway.settings import load_settings
from gateway.suppliers.load import load
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.transports import TRANSPORTS
from tests.proof.postgres import Postgres
from tests.proof.processes import Process
from tests.proof.watched import Watched
from tests.sandbox.orders import dialects, order

TOKEN = "lekplats"
SPEED = 20.0
FILE = """
profiles:
  peppol:
    dialect: peppol
    participant: "0007:{{org}}"
    lane: {{retry: {{longest: 2s}}, concurrency: 2}}
    transport: {{type: access_point, url: "{point}", token: "env:AVROP_SANDBOX_TOKEN", timeout_seconds: 5}}
  sftp:
    dialect: csv
    lane: {{retry: {{longest: 2s}}}}
    transport:
      {{type: sftp, host: 127.0.0.1, port: {port}, host_key: "{host_key}", user: "{{id}}", settle_seconds: 0.05,
       password: "env:AVROP_SANDBOX_TOKEN", timeout_seconds: 5}}
  folder:
    dialect: csv
    lane: {{retry: {{longest: 2s}}}}
    transport: {{type: folder, inbox: "{root}/{{id}}/in", outbox: "{root}/{{id}}/out", settle_seconds: 0.05}}
suppliers:
  - {{id: grossisten, name: Grossisten, org: 5500006597, profile: peppol}}
  - {{id: kontorsmix, name: Kontorsmix, org: 5500003289, profile: peppol}}
  - {{id: bagaren, name: Bagaren, org: 5500007959, profile: sftp}}
  - {{id: kemisten, name: Kemisten, org: 5500009641, profile: sftp, transport: {{marker: .done}}}}
  - {{id: mappen, name: Mappen, org: 5500003651, profile: folder}}
"""
ENVIRON = {
    "AVROP_SANDBOX_TOKEN": TOKEN,
    "AVROP_INBOX_TOKEN": TOKEN,
    "AVROP_POLL_ACTIVE": "0.4",
    "AVROP_POLL_IDLE": "2",
    "AVROP_RETRY_FIRST": "0.3",
    "AVROP_WORKER_HEARTBEAT": "3",
}


class Town(Watched):
    """`placed`: order number by supplier. Processes are started by `process`; `sandbox` plays the suppliers."""

    def __init__(self, home: Path, postgres: Postgres, sandbox: Sandbox, suppliers: Suppliers) -> None:
        super().__init__(postgres, sandbox)
        self.home, self.suppliers = home, suppliers
        self.port = self.point = 0
        self.delay = 0.03

    def process(self, name: str, clock: Path | None = None, **changes: str) -> Process:
        environ = ENVIRON | {
            "AVROP_HOME": str(self.home),
            "AVROP_DATABASE_URL": self.postgres.url,
            "AVROP_SUPPLIERS": str(self.home / "suppliers.yaml"),
            "PROOF_PORT": str(self.port),
        }
        made = Process(self.home, name, environ | changes, clock)
        self.processes.append(made)
        return made

    async def take_time(self, request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        """An access point far away, so that a kill finds work before, during and after the sending."""
        await asyncio.sleep(self.delay)
        answered = await answer(request)
        await asyncio.sleep(self.delay)
        return answered

    def order(self, supplier_id: str) -> str:
        """Places the next order, and again until it surely is in the book, as the shop's user would."""
        supplier, number = self.suppliers.get(supplier_id), f"26-{len(self.placed):06d}"
        assert supplier is not None
        self.placed[number] = supplier_id
        while True:
            try:
                self._place(supplier, number)
            except sa.exc.DBAPIError:
                time.sleep(0.1)
            else:
                return number

    def _place(self, supplier: Supplier, number: str) -> None:
        with self.postgres.engine.begin() as conn:
            known = conn.execute(sa.text("SELECT 1 FROM orders WHERE number = :n"), {"n": number}).first()
            if known is None:
                bought = order(number, str(supplier.org_number))
                place(conn, bought, supplier, "glantan", "anna", utc_now())

    @property
    def inbox(self) -> str:
        return f"http://127.0.0.1:{self.port}{PATH}"

    def key(self, order_id: UUID) -> str:
        return journal.message_key(order_id, "Order", 1)


@contextmanager
def town(
    home: Path,
    behaviour: Behaviour = Behaviour.ACCEPT,
    sftp_port: int = 0,
    point_port: int = 0,
    database: Path | None = None,
) -> Iterator[Town]:
    """Everything but the program's own processes. The ports are those where the suppliers are said to be."""
    listener, door = listen(), open_door(home / "sandbox")
    point = point_port or listener.getsockname()[1]
    suppliers = _suppliers(home, door, sftp_port or door.port, f"http://127.0.0.1:{point}/ap")
    made = Postgres(database or home / "postgres")
    app, port = FastAPI(), _free_port()
    behaviours = {supplier.id: behaviour for supplier in suppliers}
    given = (home / "sandbox", suppliers, dialects(), f"http://127.0.0.1:{port}{PATH}", TOKEN)
    sandbox = start_sandbox(*given, behaviours=behaviours, speed=SPEED, door=door)
    app.include_router(sandbox.router, prefix="/ap")
    built = Town(home, made, sandbox, suppliers)
    built.port, built.point = port, listener.getsockname()[1]
    app.middleware("http")(built.take_time)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield built
    finally:
        for process in built.processes:
            process.kill()
        sandbox.stop()
        server.should_exit = True
        thread.join(5)
        made.stop()


def _suppliers(home: Path, door: Door, port: int, point: str) -> Suppliers:
    text = FILE.format(point=point, port=port, host_key=door.host_key, root=home / "folders")
    (home / "suppliers.yaml").write_text(text, encoding="utf-8")
    for box in ("in", "out"):
        (home / "folders" / "mappen" / box).mkdir(parents=True)
    suppliers = load(text, "suppliers.yaml", TRANSPORTS, dialects(), plan=plan_of(load_settings(ENVIRON)))
    assert not suppliers.findings, str(suppliers.findings)
    return suppliers


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
