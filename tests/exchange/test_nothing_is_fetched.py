"""No request ever leaves for an address that stands in a document, whichever door took it."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from gateway.cli import program
from gateway.exchange import judging
from gateway.exchange.inbox_cxml import cxml_inbox_router
from gateway.exchange.process import process
from gateway.findings import Rejected
from gateway.formats import load_dialects
from gateway.formats.cxml.blanking import blanked
from gateway.formats.cxml.envelope import opened, status_of
from gateway.formats.cxml.verbatim import details
from gateway.formats.form.posted import posted
from gateway.rules.install import install
from gateway.rules.judge import Rules
from gateway.rules.pool import Pool
from gateway.suppliers.supplier import Suppliers
from gateway.transports.cxml.settings import CxmlSettings
from tests.data import mapping_texts, shared
from tests.exchange.desk import office, supplier
from tests.formats.listening import Ear, listening, naming
from tests.orders.samples import NOW

CXML = load_dialects(mapping_texts())["cxml"]
RUNNER = CliRunner()
KINDS = sorted(naming("http://127.0.0.1:9"))
DAY = date(2026, 1, 1)


@pytest.fixture
def ear() -> Iterator[Ear]:
    """Fails the test where anybody came."""
    with listening() as ear:
        yield ear
    assert ear.heard == []


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool() as pool:
        yield pool


def test_the_listener_hears_who_comes() -> None:
    with listening() as ear, socket.create_connection(("127.0.0.1", int(ear.address.rpartition(":")[2]))) as caller:
        caller.sendall(b"GET /x.dtd")
        for _ in range(100):
            if ear.heard:
                break
            caller.settimeout(0.1)
            with contextlib.suppress(OSError):
                caller.recv(1)
    assert ear.heard == [b"GET /x.dtd"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_reads_a_document_asks_nobody(ear: Ear, kind: str) -> None:
    raw = naming(ear.address)[kind]
    calls = (
        lambda: opened(raw, "x"),
        lambda: status_of(raw, "x"),
        lambda: blanked(raw, "x"),
        lambda: CXML.read(raw, "x"),
        lambda: CXML.read(posted("cxml", "text/xml", raw), "x"),
    )
    taken = 0
    for call in calls:
        with contextlib.suppress(Rejected):
            call()
            taken += 1
    for codec in CXML.codecs.values():
        codec.check(raw, "x")
    details(raw)
    refused = {"an include", "an external entity", "a parameter entity", "a notation"}
    assert (taken == 0) == (kind in refused)


@pytest.mark.parametrize("kind", KINDS)
def test_the_rules_ask_nobody(ear: Ear, kind: str, tmp_path: Path, pool: Pool) -> None:
    install(tmp_path, shared("cxml-1.2.071"), "cxml-1.2.071", DAY, pool)
    verdicts = Rules(tmp_path, pool).judge(naming(ear.address)[kind], day=DAY)
    assert [verdict.layer for verdict in verdicts] in (["dtd"], ["xsd"], [])


def test_the_command_line_asks_nobody(ear: Ear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVROP_HOME", str(tmp_path / "home"))
    installed = ["rules", "install", str(shared("cxml-1.2.071")), "--name", "cxml-1.2.071", "--from", "2026-01-01"]
    assert RUNNER.invoke(program(), installed).exit_code == 0
    files = []
    for place, raw in enumerate(naming(ear.address).values()):
        files.append(tmp_path / f"{place}.xml")
        files[-1].write_bytes(raw)
    said = [RUNNER.invoke(program(), ["document", "read", "--json", str(path)]) for path in files]
    validated = RUNNER.invoke(program(), ["document", "validate", *map(str, files)])
    assert len(validated.stdout.splitlines()) == len(files)
    assert '"dtd":"cxml-1.2.071"' in validated.stdout
    assert {one.exit_code for one in said} == {0, 1}


def test_the_door_and_what_follows_ask_nobody(
    ear: Ear, engine: sa.Engine, tmp_path: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OURS", "hemlig")
    facts = {"url": "https://vard.example/cxml", "ours": "OrgNr:2120009994", "theirs": "DUNS:vardboden"}
    one = supplier(
        tmp_path, "vardboden", transport="cxml", dialect="cxml", settings=CxmlSettings(**facts, secret="env:OURS")
    )
    install(tmp_path / "rules", shared("cxml-1.2.071"), "cxml-1.2.071", DAY, pool)
    service = FastAPI()
    service.include_router(cxml_inbox_router(engine, Suppliers([one]), clock=lambda: NOW))
    client, kept = TestClient(service), 0
    for place, raw in enumerate(naming(ear.address).values()):
        whole = raw.replace(b'payloadID="b-1"', b'payloadID="b-%d"' % place)
        answer = client.post("/inbox/cxml", content=whole, headers={"Content-Type": "text/xml"})
        kept += status_of(answer.content, "").code == 200
    assert kept >= 3
    with engine.connect() as conn:
        ids = list(conn.execute(sa.text("SELECT id FROM messages WHERE direction = 'in'")).scalars())
    desk = dataclasses.replace(office(engine, one), rules=Rules(tmp_path / "rules", pool))
    layers = set()
    for message_id in ids:
        given = judging.incoming(desk, message_id)
        layers |= {verdict.layer for verdict in given}
        with engine.begin() as conn:
            process(conn, message_id, desk, NOW, given)
    assert len(ids) == kept
    assert "dtd" in layers
