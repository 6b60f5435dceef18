"""Labels at the hub through HTTP, without JavaScript: from the scan to the file, and bad input."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from gateway.orders import book
from gateway.settings import load_settings
from hub.marking import pool
from hub.tables import sscc_series
from tests.hub.advices import sscc
from tests.hub.house import open_house, send_goods
from tests.hub.marking.decoding import pdf_codes, svg_codes
from tests.hub.test_pages import Person
from tests.orders.samples import sample_order

NOW = datetime(2026, 11, 23, 6, 55, tzinfo=UTC)


@pytest.fixture
def app(engine: sa.Engine) -> Any:
    made = open_house(engine, lambda: NOW, "alva", "robin", "kim")
    send_goods(engine, NOW)
    with engine.begin() as conn:
        book.add(conn, sample_order("26-000125"), "papperslagret", "bjorken", "Kim Exempel", NOW, "confirmed")
    return made


def test_from_a_scan_without_code_to_labels_that_are_scanned(app: Any) -> None:
    alva = Person(app, "alva")
    answer = alva.scan("26-000125")
    assert "Saknar kod: gör en etikett" in answer
    parcel = re.search(r'name="parcel" value="([^"]+)"', answer)
    assert parcel is not None
    assert "Gör etiketter" in alva.get("/hub/labels").text
    sheet = alva.post("/hub/labels", parcel=parcel[1])
    assert sheet.status_code == 200
    gln, code = svg_codes(sheet.text.split('class="labels"', 1)[1].replace("&quot;", '"'))
    assert (gln, code[:13]) == ("]C14137350001000022", "]C10007350001")
    address = sheet.url.path
    assert pdf_codes(alva.get(f"{address}/a6.pdf").content) == [[gln, code]]
    assert alva.get(f"{address}/203.zpl").headers["content-disposition"].startswith("attachment")
    assert alva.get(f"{address}/1.svg").headers["content-type"] == "image/svg+xml"
    assert "Redan mottaget" in alva.scan(code)
    assert "Allt som står här har en kod" in alva.get("/hub/labels").text
    assert address in alva.get("/hub/labels").text
    found = alva.client.get("/hub/labels", params={"q": code})
    assert parcel[1] in found.text


def test_a_whole_unit_and_nobodys_parcels(app: Any) -> None:
    alva = Person(app, "alva")
    alva.scan(sscc(1))
    alva.scan(sscc(2))
    sheet = alva.post("/hub/labels", unit="bjorken")
    codes = [label[0] for label in pdf_codes(alva.get(f"{sheet.url.path}/a4.pdf").content)]
    assert codes == [f"]C100{sscc(1)}", f"]C100{sscc(2)}"]
    for nobody in (
        {},
        {"parcel": "0"},
        {"parcel": str(uuid4())},
        {"unit": "nej"},
        {"run": str(uuid4())},
        {"run": "1e9"},
    ):
        assert "Bocka för minst ett kolli" in alva.post("/hub/labels", **nobody).text, nobody


def parcels_on(page: str) -> list[str]:
    """The parcels that a page offers labels for."""
    return re.findall(r'name="parcel" value="([^"]+)"', page)


def test_what_is_not_there_is_not_found(app: Any) -> None:
    alva = Person(app, "alva")
    alva.scan(sscc(1))
    sheet = alva.post("/hub/labels", unit="bjorken").url.path
    for path in (f"/hub/labels/sheets/{uuid4()}", "/hub/labels/sheets/1", f"{sheet}/b.pdf", f"{sheet}/2.svg"):
        assert alva.get(path).status_code == 404, path
    for nobody in ("nej", "26-999999", sscc(77), "%E5%0Anej", "9" * 5000):
        answer = alva.get(f"/hub/labels?q={nobody}")
        assert (answer.status_code, parcels_on(answer.text)) == (200, []), nobody


def test_series_are_opened_by_an_administrator_only(app: Any, engine: sa.Engine) -> None:
    robin = Person(app, "robin")
    assert "7350001" in robin.get("/hub/labels/series").text
    for field, value in (
        ("prefix", ""),
        ("prefix", "12a"),
        ("prefix", "1" * 400),
        ("extension", "x"),
        ("extension", "10"),
    ):
        fields = {"prefix": "7350009", "extension": "3"} | {field: value}
        answer = robin.post("/hub/labels/series", **fields)
        assert answer.status_code == 422, (field, value)
        assert f'id="{field}-error"' in answer.text, (field, value)
    unknown = robin.post("/hub/labels/series", prefix="7350009", supplier="nobody")
    assert 'id="supplier-error"' in unknown.text
    assert "Serien är öppen" in robin.post("/hub/labels/series", prefix="7350009").text
    assert robin.post("/hub/labels/series", prefix="7350009").status_code == 422, "pressed twice"
    with engine.connect() as conn:
        assert [one.prefix for one in pool.all_series(conn)] == ["7350009"]
    assert Person(app, "alva").get("/hub/labels/series").status_code == 403
    assert Person(app, "kim").get("/hub/labels").status_code == 403


def test_without_numbers_the_page_says_who_can_help(app: Any, engine: sa.Engine) -> None:
    alva = Person(app, "alva")
    alva.scan("26-000125")
    with engine.begin() as conn:
        pool.open_series(conn, "735000112345", "Robin", NOW, start=9999)
        pool.take(conn, 1, "Robin", NOW)
        conn.execute(sa.update(sscc_series).values(next=10_000))
    parcel = re.search(r'name="parcel" value="([^"]+)"', alva.get("/hub/labels").text)
    assert parcel is not None
    answer = alva.post("/hub/labels", parcel=parcel[1])
    assert answer.status_code == 409
    assert "en administratör öppnar en serie" in answer.text
    assert load_settings({}).municipality.company_prefix == "7350001"
