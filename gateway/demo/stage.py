"""The demo's stage: database, seeded shop, sandbox, pages on one port, and a worker process beside them."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import uvicorn
from fastapi import FastAPI

from gateway.demo.agreed import agree
from gateway.exchange.inbox_http import PATH as INBOX
from gateway.exchange.office import utc_now
from gateway.program import Program, following, open_program, settle, tell_the_hub, tell_the_stock, watching, web_app
from gateway.sandbox.register import Register
from gateway.sandbox.serve import Sandbox, open_door, start_sandbox
from gateway.settings import REPOSITORY, load_settings
from gateway.suppliers.invent import invent
from hub.road.invented import HUB, lay_out
from hub.road.invented_runs import invent_runs
from hub.saving.demo import invent_saving
from hub.stock.invented import invent_stock
from shop.approving.samples import seed_lists
from shop.insight.demo import invent_purchases
from shop.seed import PEOPLE, seed

_SANDBOX = "/sandbox/access-point"
_SMP = "/sandbox/smp"
_INVENTED = 1200
# Another host than that of our pages, so that to a browser the suppliers' shops are on another site.
_ABROAD = "localhost"
_STOP_SECONDS = 10


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """How much to invent."""

    suppliers: int = _INVENTED
    units: int = 300
    articles: int = 20_000


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A running demo. `shops` is where the suppliers' own shops answer, `worker` the process that sends and receives.

    `passwords` are by log-in.
    """

    program: Program
    sandbox: Sandbox
    address: str
    shops: str
    passwords: Mapping[str, str]
    worker: subprocess.Popen[bytes]


@contextmanager
def stage(home: Path, size: Size, port: int = 0, speed: float = 1.0) -> Iterator[Stage]:
    """Sets everything up under `home`, and takes all of it down again. `speed` is how fast suppliers answer."""
    home.mkdir(parents=True, exist_ok=True)
    listener = _listen(port)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    abroad = _listen(0)
    shops = f"http://{_ABROAD}:{abroad.getsockname()[1]}"
    door = open_door(home / "sandbox")
    register = Register(home / "sandbox", smp=f"{address}{_SMP}", access_point=f"{address}{_SANDBOX}")
    token = secrets.token_urlsafe(24)
    os.environ |= (
        door.environment
        | register.environment
        | {
            "AVROP_HOME": str(home),
            "AVROP_SUPPLIERS": str(_suppliers_file(home, size.suppliers)),
            "AVROP_SANDBOX_TOKEN": token,
            "AVROP_SANDBOX_URL": f"{address}{_SANDBOX}",
            "AVROP_SANDBOX_SHOP_URL": shops,
            "AVROP_INBOX_TOKEN": token,
            "AVROP_POLL_ACTIVE": "0.5",
            "AVROP_POLL_IDLE": "60",
            "AVROP_RETRY_FIRST": "2",
        }
    )
    program = open_program(load_settings())
    passwords = _passwords(home)
    _fill(program, size, passwords)
    sandbox = start_sandbox(
        home / "sandbox", program.suppliers, program.dialects, f"{address}{INBOX}", token, speed=speed, door=door
    )
    register.enter(program.suppliers, program.dialects)
    pages = _with_sandbox(web_app(program), sandbox, register)
    served = [_serve(pages, listener), _serve(sandbox.shop, abroad)]
    worker = subprocess.Popen([sys.executable, "-m", "gateway.cli", "worker"], stderr=(home / "worker.log").open("ab"))
    try:
        with following(program), watching(program):
            settle(program)
            yield Stage(
                program=program, sandbox=sandbox, address=address, shops=shops, passwords=passwords, worker=worker
            )
    finally:
        _stop(worker)
        sandbox.stop()
        register.stop()
        for server, thread in served:
            server.should_exit = True
            thread.join(_STOP_SECONDS)
        program.engine.dispose()


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        raise SystemExit(f"port {port} cannot be used ({error.strerror}); choose another with --port, or 0") from None
    listener.listen(128)
    return listener


def _suppliers_file(home: Path, count: int) -> Path:
    """The file of the repository, or one with as many suppliers as were asked for."""
    if count == _INVENTED:
        return REPOSITORY / "suppliers.yaml"
    path = home / "suppliers.yaml"
    path.write_text(invent(count), encoding="utf-8")
    return path


def _passwords(home: Path) -> dict[str, str]:
    """The demo accounts' passwords: made once for a home, so that a demo that is started again knows them."""
    path = home / "demo-passwords.json"
    if not path.exists():
        made = {person.login: f"{person.login}-{secrets.token_hex(4)}" for person in PEOPLE}
        path.touch(mode=0o600)
        path.write_bytes(msgspec.json.encode(made))
    return msgspec.json.decode(path.read_bytes(), type=dict[str, str])


def _fill(program: Program, size: Size, passwords: Mapping[str, str]) -> None:
    with program.engine.begin() as conn:
        new = seed(
            conn, program.suppliers, passwords=passwords, now=utc_now(), units=size.units, articles=size.articles
        )
        if new:
            agree(conn, program.suppliers)
            invent_purchases(conn, program.suppliers, program.settings.municipality, utc_now())
            seed_lists(conn, utc_now())
            tell_the_hub(conn)
            lay_out(conn, utc_now().date())
            invent_runs(conn)
            invent_saving(conn, [one.id for one in program.suppliers], HUB, utc_now())
            tell_the_stock(conn, program.suppliers)
            invent_stock(conn, utc_now())


def _with_sandbox(app: FastAPI, sandbox: Sandbox, register: Register) -> FastAPI:
    """The sandbox's access point and SMP are programs of their own under one path each: none of our roles."""
    for path, router in ((_SANDBOX, sandbox.router), (_SMP, register.router)):
        inner = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        inner.include_router(router)
        app.mount(path, inner)
    return app


def _serve(app: FastAPI, listener: socket.socket) -> tuple[uvicorn.Server, threading.Thread]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", log_config=None, server_header=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="web", daemon=True)
    thread.start()
    return server, thread


def _stop(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    try:
        worker.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
