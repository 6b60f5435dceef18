"""The suppliers' pages: without log-in on their own, and for admins in the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from gateway.exchange.selftest.scenario import Scenario
from gateway.sandbox.practice.app import LARGEST, practice_app
from gateway.sandbox.practice.pages import MOST_BYTES, PATH
from gateway.sandbox.practice.room import ROOM
from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers
from tests.console.house import PASSWORD
from tests.console.test_pages import Person
from tests.exchange.desk import dialects
from tests.practice.test_judge import NOW, SPOKEN, good_answers
from web import accounts
from web.app import create_app


def now() -> datetime:
    return NOW


@pytest.fixture
def client(tmp_path) -> Iterator[TestClient]:
    settings = load_settings({"AVROP_HOME": str(tmp_path)})
    with TestClient(practice_app(settings, dialects(), now=now)) as client:
        yield client


def upload(client: TestClient, dialect: str, files: list[tuple[str, bytes]], scenario: str = "accept"):
    parts = [("files", (name, content)) for name, content in files]
    return client.post(f"{PATH}/{dialect}", files=parts, data={"scenario": scenario})


def test_from_the_dialect_to_the_download(client: TestClient) -> None:
    start = client.get("/")
    assert start.url.path == PATH
    assert set(re.findall(rf'href="{PATH}/([\w-]+)"', start.text)) == set(SPOKEN)
    page = client.get(f"{PATH}/skogsbagaren?scenario=split").text
    assert "TEST – leverera inte" in page
    assert "avisera den i två leveranser" in page
    (address,) = re.findall(rf'href="({PATH}/skogsbagaren/split/0)"', page)
    file = client.get(address)
    assert 'filename="order-T26-000123.csv"' in file.headers["content-disposition"]
    assert b"T26-000123" in file.content
    assert "cancel" not in "".join(re.findall(r"scenario=(\w+)", page))
    assert client.get(f"{PATH}/peppol-advanced?scenario=cancel").text.count("download href") == 2


def test_answers_are_judged_and_understood(client: TestClient) -> None:
    good = upload(client, "csv", list(good_answers("csv", Scenario.SPLIT)), "split")
    assert good.status_code == 200
    assert "Vi skulle ta emot allt detta" in good.text
    assert good.text.count("skulle tas emot") == 3
    assert "godtagen med ändringar" in good.text
    wrong = upload(client, "csv", list(good_answers("csv", Scenario.ACCEPT)), "reject")
    assert wrong.status_code == 422
    assert "Svaret är AP, och scenariot reject vill ha RE" in wrong.text
    assert "Leverantören ska svara så som testbeställningens" in wrong.text


def test_what_is_uploaded_cannot_do_harm(client: TestClient) -> None:
    evil = upload(
        client, "peppol", [('<script>alert(1)</script>"/../../x.xml', b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")]
    )
    assert evil.status_code == 422
    assert "<script>alert" not in evil.text
    assert upload(client, "peppol", []).status_code == 422
    assert "Välj minst en fil" in upload(client, "peppol", []).text
    many = upload(client, "peppol", [(f"{n}.xml", b"<x/>") for n in range(11)])
    assert "Högst tio filer" in many.text
    large = upload(client, "peppol", [("stor.xml", b" " * (MOST_BYTES + 1))])
    assert "större än fem megabyte" in large.text
    assert client.post(f"{PATH}/peppol", content=b"x", headers={"content-length": str(LARGEST + 1)}).status_code == 413
    assert client.post(f"{PATH}/peppol", content=iter([b"x"])).status_code == 411


def test_nothing_else_is_there(client: TestClient) -> None:
    for address in (
        f"{PATH}/nonsense",
        f"{PATH}/peppol?scenario=x",
        f"{PATH}/peppol/accept/7",
        f"{PATH}/csv/cancel/0",
        "/x",
    ):
        assert client.get(address).status_code == 404, address
    client.cookies.set("avrop_session", "x")
    assert client.get(PATH).status_code == 200
    policy = client.get(PATH).headers["content-security-policy"]
    assert "default-src 'none'" in policy


def test_in_english(client: TestClient) -> None:
    answer = client.post("/language", data={"language": "en", "next": f"{PATH}/csv"})
    assert answer.url.path == f"{PATH}/csv"
    assert "What we send in csv" in answer.text
    assert client.post("/language", data={"language": "en", "next": "//evil.example"}).url.path == PATH


def test_in_the_program_it_is_for_admins(engine: sa.Engine) -> None:
    with engine.begin() as conn:
        for login, role in (("alex", "admin"), ("dani", "dock")):
            accounts.add(conn, login, name=login.title(), password=PASSWORD, roles=[role], now=NOW)
    from gateway.console.room import ROOM as CONSOLE

    app = create_app(load_settings({}), engine, Suppliers(()), [ROOM, CONSOLE], now=now)
    app.state.dialects = dialects()
    assert TestClient(app).get(PATH, follow_redirects=False).status_code == 303
    assert Person(app, "dani").client.get(PATH).status_code == 403
    alex = Person(app, "alex")
    page = alex.get(f"{PATH}/csv")
    token = page.split('name="csrf" value="', 1)[1].split('"', 1)[0]
    parts = [("files", file) for file in good_answers("csv", Scenario.ACCEPT)]
    done = alex.client.post(f"{PATH}/csv", files=parts, data={"scenario": "accept", "csrf": token})
    assert "Vi skulle ta emot allt detta" in done.text
    assert alex.client.post(f"{PATH}/csv", files=parts, data={"scenario": "accept"}).status_code == 403
