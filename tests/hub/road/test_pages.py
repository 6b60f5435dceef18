"""Planning and loading through HTTP without JavaScript, and who may see and change what."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
import sqlalchemy as sa

from hub import lanes
from hub.road import fleet, runs, sites, weekly
from hub.road.tables import loaded_parcels
from hub.road.tables import runs as runs_table
from hub.road.tables import sites as table
from hub.tables import parcels
from tests.hub.advices import sscc
from tests.hub.house import open_house
from tests.hub.road.yard import DAY, bring, settle
from tests.hub.test_pages import Person

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


@pytest.fixture
def app(engine):
    made = open_house(engine, lambda: NOW, "alva", "robin")
    with engine.begin() as conn:
        settle(conn, {"ask": "Asken", "bjork": "Björken", "gran": "Granen"})
        bring(conn, {"ask": 2, "bjork": 1, "gran": 1}, NOW - timedelta(days=1))
    return made


@pytest.fixture
def alva(app):
    return Person(app, "alva")


@pytest.fixture
def robin(app):
    return Person(app, "robin")


def said(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\xa0", " ").split())


def planned(engine: sa.Engine, alva: Person) -> runs.Run:
    answer = alva.post("/hub/plan", day=DAY.isoformat(), kind="free")
    assert "Dagen är planerad: 1 tur." in said(answer)
    with engine.connect() as conn:
        (run,) = runs.of_day(conn, DAY)
    return run


def test_a_day_is_planned_shown_and_taken_back(engine, alva):
    assert "4 kolli till den dagen är inte med på någon tur än" in said(alva.get("/hub/plan"))
    run = planned(engine, alva)
    page = alva.get("/hub/plan").text
    assert page.count("<polyline") == 1
    assert "4 <span" in page
    text = said(alva.get(f"/hub/runs/{run.id}"))
    assert all(name in text for name in ("Asken", "Björken", "Granen", "Planerad"))
    answer = alva.post("/hub/plan/undo", day=DAY.isoformat())
    assert "Planen är återtagen" in said(answer)
    assert alva.get(f"/hub/runs/{run.id}").status_code == 404


def test_a_plan_of_a_past_day_or_an_unknown_kind_says_what_to_do(alva):
    for fields, words in (
        ({"day": "2026-11-20", "kind": "free"}, "Den dagen har varit"),
        ({"day": "2029-11-20", "kind": "free"}, "inom de närmaste veckorna"),
        ({"day": DAY.isoformat(), "kind": "x"}, "Välj hur dagen ska planeras"),
        ({"day": DAY.isoformat(), "kind": "weekly"}, "ingen fast tur den veckodagen"),
    ):
        answer = alva.post("/hub/plan", **fields)
        assert (answer.status_code, words in said(answer)) == (422, True)


def test_a_dispatcher_takes_a_stop_off_and_puts_it_on_another_run(engine, alva):
    run = planned(engine, alva)
    first = run.stops[0]
    off = said(alva.post(f"/hub/runs/{run.id}/give", stop=str(first.id), to=""))
    assert "Hållplatsen är borttagen. Dess kolli väntar på att planeras." in off
    page = alva.get("/hub/plan").text
    assert "Det kom efter planeringen, eller togs av en tur" in said(alva.get("/hub/plan"))
    assert f'value="{run.id}"' in page
    assert f'name="unit" value="{first.unit_id}"' in page
    on = said(alva.post("/hub/plan/put", run=str(run.id), unit=first.unit_id, day=DAY.isoformat()))
    assert "Godset följer med den här turen nu, där vägen blir minst längre." in on
    assert "inte med på någon tur" not in said(alva.get("/hub/plan"))
    again = said(alva.post("/hub/plan/put", run=str(run.id), unit=first.unit_id, day=DAY.isoformat()))
    assert "Inget ändrades: turen har påbörjats, eller så är godset med på en annan tur." in again
    with engine.connect() as conn:
        (run,) = runs.of_day(conn, DAY)
    for stop in run.stops:
        last = said(alva.post(f"/hub/runs/{run.id}/give", stop=str(stop.id), to=""))
    assert "Turen hade ingen annan hållplats och finns inte längre." in last


def test_a_public_holiday_says_when_its_goods_are_driven(alva):
    holiday, before = alva.get("/hub/plan?day=2026-12-24"), alva.get("/hub/plan?day=2026-12-23")
    assert "Det är en helgdag. Det som skulle ha levererats då körs ut ons 23 dec ." in said(holiday)
    assert "Det som skulle ha levererats fre 25 dec , en helgdag, körs ut den här dagen." in said(before)
    assert "helgdag" not in said(alva.get("/hub/plan?day=2026-12-22"))


def test_stops_change_places_and_times_and_a_run_is_kept_as_fixed(engine, alva):
    run = planned(engine, alva)
    last = run.stops[-1]
    assert "Ordningen är ändrad" in said(alva.post(f"/hub/runs/{run.id}/move", stop=str(last.id), by="-1"))
    with engine.connect() as conn:
        after = runs.get(conn, run.id)
    assert [stop.id for stop in after.stops] == [run.stops[0].id, last.id, run.stops[1].id]
    times = [stop.arrives_at for stop in after.stops]
    assert times == sorted(times)
    answer = alva.post(f"/hub/runs/{run.id}/weekly", name="Tisdagsturen")
    assert "Turen är sparad som fast" in said(answer)
    with engine.connect() as conn:
        (kept,) = weekly.everyone(conn)
    assert (kept.weekday, kept.name, kept.units) == (2, "Tisdagsturen", tuple(stop.unit_id for stop in after.stops))
    again = alva.post(f"/hub/runs/{run.id}/weekly", name="Tisdagsturen")
    assert (again.status_code, "Det finns redan en fast tur" in said(again)) == (422, True)


def test_a_driver_is_chosen_among_those_of_the_dock(engine, alva):
    run = planned(engine, alva)
    page = alva.get(f"/hub/runs/{run.id}").text
    (mine,) = re.findall(r'<option value="([0-9a-f-]{36})">Alva Exempel', page)
    assert "Föraren är noterad" in said(alva.post(f"/hub/runs/{run.id}/driver", driver=mine))
    with engine.connect() as conn:
        assert str(runs.get(conn, run.id).driver_id) == mine
    assert alva.post(f"/hub/runs/{run.id}/driver", driver=str(uuid4())).status_code == 422


def test_loading_by_scan_until_the_van_leaves_and_comes_back(engine, alva):
    run = planned(engine, alva)
    here = f"/hub/load/{run.id}"
    assert "I bilen." in said(alva.post(here, code=sscc(1)))
    assert "Redan i bilen" in said(alva.post(here, code=sscc(1)))
    assert "Inget heter så" in said(alva.post(here, code="xyz")) or "xyz" in said(alva.post(here, code="xyz"))
    ask = said(alva.post(f"{here}/leave"))
    assert "3 kolli saknas" in ask
    with engine.connect() as conn:
        assert runs.get(conn, run.id).state == runs.LOADING
    left = alva.post(f"{here}/leave", sure="yes")
    assert "Bilen har gått med 1 kolli" in said(left)
    batch = re.search(r'name="batch" value="([^"]+)"', left.text)[1]
    assert "Ångrat: bilen står här igen" in said(alva.post(f"{here}/back", batch=batch))
    for number in (2, 3, 4):
        alva.post(here, code=sscc(number))
    assert "Allt är i bilen" in said(alva.get(here))
    assert "Bilen har gått med 4 kolli" in said(alva.post(f"{here}/leave"))
    with engine.connect() as conn:
        assert set(conn.scalars(sa.select(parcels.c.state))) == {"out"}


def test_one_act_is_taken_once_however_often_it_is_sent(engine, alva):
    run = planned(engine, alva)
    here, act = f"/hub/load/{run.id}", str(uuid4())
    assert "I bilen." in said(alva.post(here, code=sscc(1), act=act, at=NOW.isoformat()))
    assert "I bilen." in said(alva.post(here, code=sscc(1), act=act, at=NOW.isoformat()))
    with engine.connect() as conn:
        parcel = conn.scalar(sa.select(loaded_parcels.c.parcel_id))
    assert "Ute ur bilen igen" in said(alva.post(f"{here}/unload", parcel=str(parcel), act=str(uuid4())))
    alva.post(here, code=sscc(1), act=act)
    with engine.connect() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(loaded_parcels)) == 0


def test_protected_addresses_are_for_those_who_lead_the_hub(engine, alva, robin):
    with engine.begin() as conn:
        conn.execute(table.update().where(table.c.unit_id == "ask").values(protected=True, access_note="Kod 1234"))
    run = planned(engine, alva)
    for address in ("/hub/sites", "/hub/sites/ask", "/hub/sites?q=Vägen+1", f"/hub/runs/{run.id}"):
        assert "Vägen 1," not in alva.get(address).text
        assert "Vägen 1," in robin.get(address).text
    assert "Kod 1234" not in alva.get("/hub/sites/ask").text
    assert alva.get(f"/hub/runs/{run.id}").text.count('class="spot"') == 2
    assert robin.get(f"/hub/runs/{run.id}").text.count('class="spot"') == 3


def test_a_site_is_changed_by_an_administrator_and_its_days_stay_set_here(engine, alva, robin):
    right = {
        "weekday": ["1", "3"],
        "lane": "c7",
        "opens": "7.15",
        "closes": "14",
        "minutes": "9",
        "latitude": "59,9",
        "longitude": "17,5",
        "access_note": "Ring på",
        "cold": "yes",
        "closed_from": "2026-12-20",
        "closed_to": "2027-01-06",
    }
    assert alva.post("/hub/sites/ask", **right).status_code == 403
    assert "Sparat" in said(robin.post("/hub/sites/ask", **right))
    with engine.begin() as conn:
        found, lane = sites.get(conn, "ask"), lanes.lane_of(conn, "ask")
        told = {"id": "ask", "name": "Asken", "gln": found.gln, "street": "Vägen 1", "postal_code": "123 50"}
        sites.learn(conn, [sites.Address(**told, city="Exempelstad", weekdays=(2, 4))])
        assert lanes.lane_of(conn, "ask") == lane
    assert (lane.lane, lane.weekdays, found.place, found.minutes) == ("C7", (1, 3), (59.9, 17.5), 9)
    assert found.cold
    assert found.is_closed(date(2027, 1, 6))
    with engine.connect() as conn:
        taken = lanes.names(conn)["gran"]
    for wrong, words in (
        ({"opens": "25"}, "Skriv ett klockslag"),
        ({"closes": "7.00"}, "måste stänga efter"),
        ({"minutes": "1e9"}, "Skriv ett heltal från 1 till 240"),
        ({"longitude": ""}, "både latitud och longitud"),
        ({"latitude": "-91"}, "Skriv grader"),
        ({"closed_from": ""}, "från vilken dag"),
        ({"closed_to": "2026-12-01"}, "ligger före den första"),
        ({"lane": taken}, "En annan enhet har den platsen"),
        ({"weekday": ["9"]}, "veckans dagar"),
    ):
        answer = robin.post("/hub/sites/ask", **right | wrong)
        assert (answer.status_code, words in said(answer)) == (422, True), wrong
    assert robin.get("/hub/sites/nobody").status_code == 404


def test_positions_are_read_from_a_file_line_by_line(engine, robin):
    fetched = robin.get("/hub/places.csv").content
    assert fetched.decode("utf-8-sig").splitlines()[0] == "unit;name;latitude;longitude"
    page = robin.get("/hub/places").text
    token = page.split('name="csrf" value="', 1)[1].split('"', 1)[0]
    lines = b"unit;latitude;longitude\r\nask;59,1;17,1\r\nnobody;1;1\r\ngran;x;1\r\n\r\nbjork;;\r\n"

    def sent(raw: bytes):
        return robin.client.post("/hub/places", data={"csrf": token}, files={"file": ("a.csv", raw)})

    answer = sent(lines)
    text = said(answer)
    assert answer.status_code == 422
    assert "Rad 3: Det finns ingen enhet nobody." in text
    assert "Rad 4: Skriv grader" in text
    assert "1 rad var rätt" in text
    with engine.connect() as conn:
        assert sites.get(conn, "ask").place == (59.1, 17.1)
        assert sites.get(conn, "bjork").place is not None
    assert "1 läge är nytt eller ändrat" in said(sent(b"unit,latitude,longitude\nask,59.2,17.1\n"))
    assert "0 lägen" in said(sent(robin.get("/hub/places.csv").content))
    assert "saknar de här kolumnerna" in said(sent(b"a;b\n1;2"))
    assert sent(b"").status_code == 422
    assert sent(b"\x00\xff" * 50).status_code == 422
    assert sent(b"unit;latitude;longitude\n" + b"x" * 1_200_000).status_code in (413, 422)


def test_vehicles_are_entered_and_changed_by_an_administrator(engine, alva, robin):
    right = {"name": "Elskåp 9", "fuel": "electric", "parcels": "40", "range_km": "150", "starts": "6", "hours": "8"}
    assert alva.post("/hub/vehicles/new", **right).status_code == 403
    assert "Sparat" in said(robin.post("/hub/vehicles/new", **right, active="yes"))
    with engine.connect() as conn:
        made = next(one for one in fleet.everyone(conn) if one.name == "Elskåp 9")
    assert (made.parcels, made.range_km, made.minutes, made.active) == (40, 150, 480, True)
    robin.post(f"/hub/vehicles/{made.id}", **right | {"hours": "5"})
    with engine.connect() as conn:
        assert fleet.get(conn, made.id).minutes == 300
        assert made.id not in {van.id for van in fleet.vans(conn)}
    for wrong in (
        {"name": " "},
        {"parcels": "0"},
        {"parcels": "-1"},
        {"parcels": "1e9"},
        {"fuel": "kol"},
        {"hours": "99"},
    ):
        assert robin.post("/hub/vehicles/new", **right | wrong).status_code == 422, wrong
    assert robin.post("/hub/vehicles/nothing", **right).status_code == 404


def test_a_fixed_run_is_made_filled_ordered_and_taken_away(engine, alva):
    new = {"name": "Norr", "weekday": "2", "vehicle": "gas-1"}
    assert "Den fasta turen är upplagd" in said(alva.post("/hub/weekly", **new))
    assert alva.post("/hub/weekly", **new).status_code == 422
    assert alva.post("/hub/weekly", **new | {"weekday": "8"}).status_code == 422
    with engine.connect() as conn:
        (run,) = weekly.everyone(conn)
    here = f"/hub/weekly/{run.id}"

    def order(what: str, unit: str = "") -> tuple[str, ...]:
        alva.post(f"{here}/stops", what=what, unit=unit)
        with engine.connect() as conn:
            return weekly.get(conn, run.id).units

    assert order("add", "ask") == ("ask",)
    assert order("add", "gran") == ("ask", "gran")
    assert order("add", "bjork") == ("ask", "gran", "bjork")
    assert order("up", "bjork") == ("ask", "bjork", "gran")
    assert order("down", "ask") == ("bjork", "ask", "gran")
    assert set(order("best")) == {"ask", "bjork", "gran"}
    assert order("remove", "gran") in (("ask", "bjork"), ("bjork", "ask"))
    assert alva.post(f"{here}/stops", what="add", unit="nobody").status_code == 422
    assert "1 enhet med leverans på tisdag är inte med" in said(alva.get("/hub/weekly"))
    assert "Sparat" in said(alva.post(here, **new | {"name": "Syd"}, reorder="yes"))
    assert alva.post(f"{here}/remove").status_code == 422
    assert "Den fasta turen är borta" in said(alva.post(f"{here}/remove", sure="yes"))


def test_a_buyer_sees_none_of_it_and_unknown_runs_are_not_there(engine, alva):
    kim = Person(open_house(engine, lambda: NOW, "kim"), "kim")
    pages = ["/hub/plan", "/hub/load", "/hub/sites", "/hub/vehicles", "/hub/weekly"]
    assert [kim.get(page).status_code for page in pages] == [403] * 5
    assert [alva.get(page).status_code for page in pages] == [200] * 5
    nobody = uuid4()
    for address in (f"/hub/runs/{nobody}", f"/hub/load/{nobody}", f"/hub/weekly/{nobody}"):
        assert alva.get(address).status_code == 404
    assert alva.post(f"/hub/load/{nobody}", code="1").status_code == 404
    assert alva.get("/hub/plan?day=nonsense").status_code == 200
    assert alva.get("/hub/sites?page=99999&q=x&show=y").status_code == 200


def test_a_run_with_stops_of_two_days_keeps_its_state(engine, alva):
    """A double click on leave: the second finds the van gone and changes nothing."""
    run = planned(engine, alva)
    here = f"/hub/load/{run.id}"
    alva.post(here, code=sscc(1))
    token = re.search(r'name="csrf" value="([^"]+)"', alva.get(here).text)[1]
    for _ in range(2):
        alva.client.post(f"{here}/leave", data={"csrf": token, "sure": "yes"})
    with engine.connect() as conn:
        assert conn.scalar(sa.select(sa.func.count()).where(runs_table.c.state == runs.OUT)) == 1
        assert conn.scalar(sa.select(sa.func.count()).where(parcels.c.state == "out")) == 1
