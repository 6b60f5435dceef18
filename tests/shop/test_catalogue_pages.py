"""The pages of catalogues and contracts, as people use them without JavaScript."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
import sqlalchemy as sa

from gateway.exchange.office import Handlers, Office
from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers
from gateway.transports import TRANSPORTS
from shop.catalogue import chore
from shop.catalogue.terms import Terms, all_terms
from shop.tables import category_blocks, contract_units
from tests.shop.catalogues import HEAD, dialects, row, rows, standing
from tests.shop.conftest import send
from tests.web.conftest import Clock
from web.security import SESSION_COOKIE, form_token


@pytest.fixture
def office(stocked: sa.Engine, suppliers: Suppliers, clock: Clock) -> Office:
    given = {"engine": stocked, "suppliers": suppliers, "dialects": dialects(), "transports": TRANSPORTS}
    return Office(**given, settings=load_settings({}), handlers=Handlers(chores=(chore.CATALOGUES,)), clock=clock)


@pytest.fixture
def contract(stocked: sa.Engine) -> Terms:
    """One with articles of the demo in it."""
    with stocked.connect() as conn:
        return next(one for one in all_terms(conn) if standing(stocked, one.supplier_id, one.number))


def upload(client: Any, contract: Terms, raw: bytes, name: str = "höst.csv", **fields: str) -> Any:
    page = client.get("/catalogues/new", params={"supplier": contract.supplier_id, "contract": contract.number}).text
    hidden = {one: page.split(f'name="{one}" value="', 1)[1].split('"', 1)[0] for one in ("id", "supplier", "contract")}
    data = {"csrf": form_token(client.cookies[SESSION_COOKIE]), **hidden, **fields}
    return client.post("/catalogues", data=data, files={"file": (name, raw)}, follow_redirects=False)


def test_from_file_to_shop(stocked: sa.Engine, browser: Any, office: Office, contract: Terms) -> None:
    pia = browser("pia", unit=None)
    before = standing(stocked, contract.supplier_id, contract.number)
    first = sorted(before)[0]
    dearer = before[first]["price"] * 2
    lines = [row(first, f"{dearer:.2f}", unit=before[first]["unit"]), row("NY-1"), row("FEL-1", "-4"), row("FEL-2", "")]
    answer = upload(pia, contract, rows(lines), replaces="no")
    assert answer.status_code == 303
    address = answer.headers["location"]
    waiting = pia.get(address).text
    assert "Väntar på att läsas" in waiting
    assert '<progress id="how-far" max="100" value="0"' in waiting
    chore.work(office, office.clock())
    page = pia.get(address).text
    for text in (
        "Nya artiklar: 1",
        "Ändrat pris: 1",
        "+100 %",
        "NY-1",
        "Godkänn allt",
        "2 går inte att använda",
        "<svg",
    ):
        assert text in page, text
    told = pia.get(f"{address}/findings.csv")
    assert told.text.count("\r\n") == 3
    assert "FEL-1" in told.text
    assert "catalogue-price-range" in told.text
    assert pia.get(f"{address}/lines.csv").content == rows([row("FEL-1", "-4"), row("FEL-2", "")])
    assert send(pia, f"{address}/approve", which="small").status_code == 200
    after = standing(stocked, contract.supplier_id, contract.number)
    assert after[first]["price"] == before[first]["price"]
    assert "NY-1" in after
    app: Any = pia.app
    app.state.dialects = dialects()
    whole = pia.get("/catalogues/contract.xml", params={"supplier": contract.supplier_id, "contract": contract.number})
    assert whole.content.count(b"<cac:CatalogueLine>") == len(after)
    versions = pia.get(
        "/catalogues/contract", params={"supplier": contract.supplier_id, "contract": contract.number}
    ).text
    assert "Version 1" in versions
    send(pia, "/catalogues/rollback", supplier=contract.supplier_id, contract=contract.number, back_to=0)
    assert standing(stocked, contract.supplier_id, contract.number) == before


def test_an_excel_list_with_words_above_its_columns(browser: Any, office: Office, contract: Terms) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Prislista hösten 2026"])
    sheet = book.create_sheet("Priser")
    sheet.append(["Till Exempelstads kommun"])
    sheet.append(HEAD.split(";"))
    sheet.append([4711, "Penna", "C62", 1, "C62", 25, 12.5, "SEK"])
    sheet.append(["4712", "Papper", "XPK", 500, "C62", 25, "=1+1", "SEK"])
    kept = io.BytesIO()
    book.save(kept)
    pia = browser("pia", unit=None)
    address = upload(pia, contract, kept.getvalue(), "pris.xlsx").headers["location"]
    chore.work(office, office.clock())
    page = pia.get(address).text
    assert "4711" in page
    assert "12,50" in page
    assert "1 går inte att använda" in page


def test_only_the_owner_decides_and_a_declined_one_changes_nothing(
    stocked: sa.Engine, browser: Any, office: Office, contract: Terms
) -> None:
    pia, alex, kim = browser("pia", unit=None), browser("alex", unit=None), browser("kim")
    before = standing(stocked, contract.supplier_id, contract.number)
    address = upload(pia, contract, rows([row("NY-1")])).headers["location"]
    chore.work(office, office.clock())
    assert alex.get(address).status_code == 200
    assert "Godkänn allt" not in alex.get(address).text
    assert send(alex, f"{address}/approve").status_code == 403 == send(kim, f"{address}/approve").status_code
    assert kim.get("/catalogues").status_code == 403
    assert send(pia, f"{address}/decline", reason=" ").status_code == 422
    assert "Avböjd" in send(pia, f"{address}/decline", reason="fel priser").text
    assert send(pia, f"{address}/approve").status_code == 409
    assert standing(stocked, contract.supplier_id, contract.number) == before


def test_a_form_sent_twice_and_forms_with_nothing_in_them(browser: Any, contract: Terms) -> None:
    pia = browser("pia", unit=None)
    assert upload(pia, contract, b"").status_code == 422
    assert "Välj en fil" in _without_file(pia, contract).text
    first = upload(pia, contract, rows([row("A")]))
    again = upload(pia, contract, rows([row("A")]))
    assert first.headers["location"] == again.headers["location"]
    for path in ("/catalogues/0", "/catalogues/999", "/catalogues/x", "/catalogues/contract?supplier=a&contract=b"):
        assert pia.get(path).status_code in {404, 422}
    assert pia.get("/pictures/" + "0" * 64).status_code == 404


def _without_file(client: Any, contract: Terms) -> Any:
    """As browsers send a file field that nobody filled in."""
    fields = {"csrf": form_token(client.cookies[SESSION_COOKIE]), "id": str(uuid4()), "supplier": contract.supplier_id}
    fields |= {"contract": contract.number}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{said}\r\n' for name, said in fields.items()]
    parts.append('--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--x--\r\n')
    return client.post(
        "/catalogues", content="".join(parts), headers={"content-type": "multipart/form-data; boundary=x"}
    )


def test_a_contract_is_changed(stocked: sa.Engine, browser: Any, contract: Terms) -> None:
    pia = browser("pia", unit=None)
    key = {"supplier": contract.supplier_id, "contract": contract.number}
    good = {"owner": "pia", "price_percent": "2,5", "new_percent": "10", "gone_percent": "0", "everybody": "no"}
    assert send(
        pia, "/catalogues/contract", **key, **good, valid_to="2026-12-31", auto="yes", unit=["unit-0002", "x"]
    ).is_success
    page = pia.get("/catalogues/contract", params=key).text
    assert 'value="2,5"' in page
    assert 'value="2026-12-31"' in page
    assert "1 enhet vald" in page
    with stocked.connect() as conn:
        assert conn.scalars(sa.select(contract_units.c.unit_id)).all() == ["unit-0002"]
    for wrong in (
        {"valid_to": "igår"},
        {"price_percent": "-1"},
        {"owner": "kim"},
        {"valid_from": "2026-12-31", "valid_to": "2026-01-01"},
    ):
        assert send(pia, "/catalogues/contract", **key, **{**good, **wrong}).status_code == 422, wrong


def test_goods_are_blocked_and_unblocked(stocked: sa.Engine, browser: Any) -> None:
    pia = browser("pia", unit=None)
    assert send(pia, "/catalogues/blocks", category="it", reason="").status_code == 422
    assert send(pia, "/catalogues/blocks", unspsc="4x", reason="nej").status_code == 422
    assert send(pia, "/catalogues/blocks", category="it", whom="unit:none", reason="nej").status_code == 422
    assert (
        "Köps centralt"
        in send(pia, "/catalogues/blocks", category="it", whom="unit:unit-0001", reason="Köps centralt").text
    )
    with stocked.connect() as conn:
        id = conn.scalar(sa.select(category_blocks.c.id))
    assert "Köps centralt" not in send(pia, f"/catalogues/blocks/{id}/remove").text
