"""Two taps at the dock and the page of a case, through HTTP without JavaScript."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from hub import reports
from hub.cases import book
from hub.photos import MOST_BYTES
from tests.hub.advices import sscc
from tests.hub.cases.stage import picture
from tests.hub.house import open_house, send_goods
from tests.hub.test_pages import Person
from tests.web.conftest import token_of

NOW = datetime(2026, 11, 23, 6, 55, tzinfo=UTC)


@pytest.fixture
def alva(engine):
    app = open_house(engine, lambda: NOW, "alva", "kim")
    send_goods(engine, NOW)
    return Person(app, "alva")


def parcel_of(alva, number: int = 3) -> str:
    return re.search(r"/hub/parcels/([^/]+)/report", alva.scan(sscc(number))).group(1)


def cases_of(engine):
    with engine.begin() as conn:
        return book.listed(conn, "open", "")


def sent(alva, address: str, photo: bytes | None = None, **fields):
    token = token_of(alva.get("/hub/dock").text)
    files = {"photo": ("bild.jpg", photo, "image/jpeg")} if photo is not None else None
    return alva.client.post(address, data={"csrf": token, **fields}, files=files)


@pytest.mark.parametrize("kind", ["short", "damaged", "wrong", "expired", "over", "returned"])
def test_two_taps_note_it_and_a_third_takes_it_back(alva, engine, kind):
    parcel = parcel_of(alva)
    page = alva.get(f"/hub/parcels/{parcel}/report").text
    assert f'action="/hub/parcels/{parcel}/report/{kind}"' in page
    noted = sent(alva, f"/hub/parcels/{parcel}/report/{kind}", line="")
    assert "Noterat:" in noted.text
    (case,) = cases_of(engine)
    assert (case.kind, case.stage, case.parcel.order_number) == (kind, "new", "26-000124")
    assert "Tillbakataget" in sent(alva, f"/hub/cases/{case.id}/withdraw", parcel=parcel).text
    assert cases_of(engine) == ()


def test_a_report_that_is_taken_back_twice_over_a_bad_line_is_answered_the_same(alva, engine):
    parcel, act = parcel_of(alva), str(uuid4())
    sent(alva, f"/hub/parcels/{parcel}/report/over", line="")
    (case,) = cases_of(engine)
    for _ in range(2):
        assert "Tillbakataget" in sent(alva, f"/hub/cases/{case.id}/withdraw", parcel=parcel, act=act, at="").text
    assert "Tillbakataget" not in sent(alva, f"/hub/cases/{case.id}/withdraw", parcel=parcel, act=str(uuid4())).text


def test_an_act_that_is_sent_again_is_one_case_with_one_photo(alva, engine):
    parcel, act = parcel_of(alva), str(uuid4())
    for _ in range(3):
        page = sent(alva, f"/hub/parcels/{parcel}/report/damaged", picture(), line="1", quantity="2", act=act, at="")
        assert "Noterat: Skadat" in page.text
    (case,) = cases_of(engine)
    assert (case.quantity, case.article, len(case.photos)) == (2, "Vara 1", 1)
    shown = alva.get(f"/hub/photos/{case.photos[0]}")
    assert (shown.status_code, shown.headers["content-type"], shown.content[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert alva.get(f"/hub/photos/{uuid4()}").status_code == 404


@pytest.mark.parametrize(
    ("photo", "status", "words"),
    [(b"not a picture", 422, "Bilden gick inte att läsa"), (b"\xff" * (MOST_BYTES + 200_000), 413, "")],
)
def test_what_is_no_photo_is_said_and_nothing_is_kept(alva, engine, photo, status, words):
    parcel = parcel_of(alva)
    answer = sent(alva, f"/hub/parcels/{parcel}/report/damaged", photo, line="1")
    assert answer.status_code == status
    assert words in answer.text
    assert cases_of(engine) == ()


def test_a_photo_of_an_unknown_parcel_joins_the_case_of_its_scan(alva, engine):
    page = alva.scan(sscc(77))
    address = re.search(r'href="(/hub/parcels/[^"]+/report/unknown)"', page).group(1)
    sent(alva, address, picture(), text="står om Gläntan på den")
    (case,) = cases_of(engine)
    assert (case.kind, len(case.photos)) == ("unknown", 1)
    assert "står om Gläntan" in alva.get(f"/hub/cases/{case.id}").text


def test_a_case_is_taken_talked_about_claimed_answered_and_closed(alva, engine):
    parcel = parcel_of(alva)
    sent(alva, f"/hub/parcels/{parcel}/report/damaged", line="2")
    (case,) = cases_of(engine)
    at = f"/hub/cases/{case.id}"
    assert "Ingen har det" in alva.get("/hub/cases").text
    assert "Alva Exempel" in sent(alva, f"{at}/owner", owner="me").text
    assert "ringde Papperslagret" in sent(alva, f"{at}/say", text="ringde Papperslagret").text
    assert "Välj en dag" in sent(alva, f"{at}/due", due="2020-01-01").text
    assert "1 dec" in sent(alva, f"{at}/due", due="2026-12-01").text
    assert "Skriv hur många" in sent(alva, f"{at}/claim", wanted="credit").text
    assert "högst så många" in sent(alva, f"{at}/claim", wanted="credit", quantity="13").text
    assert "Reklamation 26-000124-R1" in sent(alva, f"{at}/claim", wanted="replace", quantity="2").text
    assert "Det finns redan en reklamation" in sent(alva, f"{at}/claim", wanted="replace", quantity="2").text
    assert "först vad leverantören svarade" in sent(alva, f"{at}/close", outcome="klart").text
    assert sent(alva, f"{at}/answer", answer="kanske").status_code == 422
    assert "krediteras" in sent(alva, f"{at}/answer", answer="credited").text
    assert "Inget att reda ut" in sent(alva, f"{at}/close", outcome="de krediterar").text
    assert "de krediterar" in alva.get(at).text
    assert "öppnade ärendet igen" in sent(alva, f"{at}/reopen").text


def test_lists_say_what_is_mine_late_and_done(engine):
    moment = [NOW]
    app = open_house(engine, lambda: moment[0], "alva")
    send_goods(engine, NOW)
    alva = Person(app, "alva")
    sent(alva, f"/hub/parcels/{parcel_of(alva)}/report/short", line="1")
    (case,) = cases_of(engine)
    assert "Du har inga ärenden" in alva.get("/hub/cases?show=mine").text
    sent(alva, f"/hub/cases/{case.id}/owner", owner="me")
    moment[0] = NOW + timedelta(days=6)
    late = Person(app, "alva")
    assert "1 är sent" in late.get("/hub/cases?show=mine").text
    sent(late, f"/hub/cases/{case.id}/close", outcome="")
    assert "Saknas något" in late.get("/hub/cases?show=done").text
    assert late.get("/hub/cases?show=x").status_code == 200


def test_foreign_ids_and_strangers_find_nothing(alva, engine):
    nobody = uuid4()
    for what in ("owner", "say", "due", "claim", "told", "answer", "order", "close", "reopen", "withdraw"):
        fields = {"due": "2026-12-01", "answer": "refused", "wanted": "credit"}
        assert sent(alva, f"/hub/cases/{nobody}/{what}", **fields).status_code in (404, 422), what
    assert alva.get(f"/hub/cases/{nobody}").status_code == 404
    assert sent(alva, f"/hub/parcels/{nobody}/report/short").status_code == 404
    parcel = parcel_of(alva)
    assert sent(alva, f"/hub/parcels/{parcel}/report/lost").status_code == 404
    sent(alva, f"/hub/parcels/{parcel}/report/short", quantity="1e9")
    sent(alva, f"/hub/parcels/{parcel}/report/short", quantity="-1")
    assert cases_of(engine) == ()
    sent(alva, f"/hub/parcels/{parcel}/report/short", line="no such line", act="not a uuid", at="yesterday")
    (case,) = cases_of(engine)
    assert case.line is None
    assert sent(alva, f"/hub/cases/{case.id}/owner", owner="nobody-here").status_code == 404
    kim = Person(alva.client.app, "kim")
    assert [kim.get(page).status_code for page in ("/hub/cases", f"/hub/cases/{case.id}")] == [403, 403]
    with engine.begin() as conn:
        assert reports.open_of(conn, case.parcel.id, "short") == case.id
