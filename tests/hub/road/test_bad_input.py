"""Bad input at every form of planning and loading: a clear answer, never a fault of ours."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hub.road import fleet_pages, load_pages, one_run_pages, plan_pages, runs, site_pages, waves, weekly, weekly_pages
from hub.road.invented import HUB
from tests.hub.house import open_house
from tests.hub.road.yard import DAY, bring, settle
from tests.hub.test_pages import Person

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
PARTS = (plan_pages, one_run_pages, load_pages, site_pages, fleet_pages, weekly_pages)
FORMS = {
    route.path: [one.alias for one in route.dependant.body_params]
    for part in PARTS
    for route in part.router.routes
    if "POST" in route.methods
}
BAD = ["", "-1", "1e9", "å" * 3000, str(uuid4()), "<b>'; --\x07"]


def test_no_field_of_any_form_makes_a_fault(engine):
    app = open_house(engine, lambda: NOW, "robin")
    with engine.begin() as conn:
        settle(conn, {"ask": "Asken", "gran": "Granen"})
        bring(conn, {"ask": 2}, NOW - timedelta(days=1))
        fixed = weekly.keep(conn, 2, "Norr", "gas-1")
    waves.make(engine, DAY, waves.FREE, "Robin Exempel", NOW, HUB, seconds=0.2)
    with engine.connect() as conn:
        (run,) = runs.of_day(conn, DAY)
    robin = Person(app, "robin")
    token = re.search(r'name="csrf" value="([^"]+)"', robin.get("/hub/plan").text)[1]
    good = {"day": DAY.isoformat(), "kind": "weekly", "stop": str(run.stops[0].id), "by": "1", "name": "Syd"}
    good |= {"run": str(run.id)}
    good |= {"weekday": "2", "vehicle": "el-1", "unit": "ask", "what": "add", "lane": "A1", "minutes": "6"}
    good |= {"fuel": "hvo", "parcels": "10", "starts": "7", "hours": "8", "parcel": str(uuid4()), "batch": str(uuid4())}
    answers = 0
    for path, names in FORMS.items():
        ids = {"run_id": str(fixed if "weekly" in path.split("/")[2] else run.id), "unit_id": "ask"}
        fields = {name: good.get(name, "") for name in names}
        for name in names:
            for bad in BAD:
                sent = {"csrf": token, **fields, name: bad}
                address = path.format(**ids, vehicle_id="el-1")
                assert robin.client.post(address, data=sent).status_code < 500, (path, name, bad)
                answers += 1
        for bad in ("0", "-1", "9" * 30, "abc", str(uuid4()), "%00"):
            address = re.sub(r"\{\w+\}", bad, path)
            assert robin.client.post(address, data={"csrf": token, **fields}).status_code < 500, (path, bad)
    assert answers > 150
