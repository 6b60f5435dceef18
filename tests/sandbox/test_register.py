"""The sandbox's register answers a lookup as Peppol does: all its suppliers are known, for what they get."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from gateway.demo.stage import _listen
from gateway.lookup import Capabilities, NotForThisDocument, NotRegistered, Registered
from gateway.program import open_lookup
from gateway.sandbox.register import Register
from gateway.settings import load_settings
from gateway.suppliers.lookup import check_lookup, received, sent
from gateway.suppliers.supplier import Suppliers
from tests.exchange.desk import dialects
from tests.suppliers.files import read

_FILE = """\
profiles:
  peppol: {dialect: peppol, participant: "0007:{org}", transport: {type: access_point, url: "http://a", token: env:T}}
  advanced: {profile: peppol, dialect: peppol-advanced}
suppliers:
  - {id: plain, name: Alfa AB, org: 5500000004, profile: peppol}
  - {id: changing, name: Beta AB, org: 5500006597, profile: advanced}
"""


def suppliers() -> Suppliers:
    return read(_FILE)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    listener = _listen(0)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    made = Register(tmp_path, smp=f"{address}/smp", access_point=f"{address}/ap")
    app, inner = FastAPI(), FastAPI()
    inner.include_router(made.router)
    app.mount("/smp", inner)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    made.enter(suppliers(), dialects())
    yield made
    server.should_exit = True
    thread.join(10)
    made.stop()


def test_every_supplier_can_be_looked_up_with_what_the_environment_says(register: Register):
    lookup = open_lookup(load_settings(register.environment))
    for supplier in suppliers():
        check = check_lookup(supplier, dialects(), lookup)
        assert check.good, check
        assert "POP-SANDBOX" in check.evidence
        assert "not checked" not in check.evidence


def test_each_is_registered_for_what_it_gets_and_for_nothing_else(register: Register):
    lookup = open_lookup(load_settings(register.environment))
    plain, changing = (supplier.participant for supplier in suppliers())
    (order,) = received(dialects()["peppol"])
    assert isinstance(lookup.can_take(plain, order), Registered)
    assert isinstance(lookup.can_take(changing, order), NotForThisDocument)  # its orders stand in another process
    (change,) = sent(dialects()["peppol"], "OrderChange")
    refused = lookup.can_take(plain, change)
    assert isinstance(refused, NotForThisDocument)
    assert refused.offered == (order.id,)
    listed = lookup.capabilities(changing)
    assert isinstance(listed, Capabilities)
    assert set(listed.offered) == {service.id for service in received(dialects()["peppol-advanced"])}
    assert isinstance(lookup.can_take("0007:5500003289", order), NotRegistered)
