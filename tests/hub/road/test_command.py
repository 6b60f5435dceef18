"""`avrop hub plan|runs|unplan`: exit 0 where everything goes, 1 where something stays."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from gateway.cli import program
from gateway.program import tell_the_hub
from hub import lanes
from hub.road import sites
from hub.road.tables import sites as table
from shop import units
from shop.tables import units as shop_units
from tests.hub.road.yard import DAY, bring, settle

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.fixture
def run(engine, database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("AVROP_DATABASE_URL", database_url)
    monkeypatch.setenv("AVROP_HOME", str(tmp_path))
    with engine.begin() as conn:
        settle(conn, {"ask": "Asken", "gran": "Granen"})
        bring(conn, {"ask": 2, "gran": 1}, NOW)

    def invoke(*arguments, code=0):
        result = CliRunner().invoke(program(), ["hub", *arguments, "--day", DAY.isoformat(), "--json"])
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    return invoke


def test_a_day_is_planned_listed_and_taken_back(run, engine):
    assert run("plan", "--seconds", "0.2")["parcels"] == 3
    (found,) = run("runs")
    assert (found["state"], sorted(found["units"])) == ("planned", ["ask", "gran"])
    assert run("unplan")["runs"] == 1
    assert run("runs") == []
    with engine.begin() as conn:
        conn.execute(table.update().where(table.c.unit_id == "ask").values(latitude=None))
    told = run("plan", "--seconds", "0.2", code=1)
    assert told["left"] == [{"unit": "ask", "name": "Asken", "parcels": 2, "why": "unplaced"}]
    assert run("plan", "--weekly", code=1)["left_parcels"] == 3


def test_days_that_are_set_at_the_hub_are_promised_by_the_shop(engine):
    address = {"street": "Vägen 1", "postal_code": "123 50", "city": "Exempelstad"}
    with engine.begin() as conn:
        conn.execute(
            shop_units.insert().values(
                id="ask",
                name="Asken",
                gln="7350001100009",
                weekdays=[2, 4],
                customer_reference="1",
                accounting_cost="2",
                **address,
            )
        )
        tell_the_hub(conn)
        assert lanes.lane_of(conn, "ask").weekdays == (2, 4)
        lanes.plan(conn, "ask", weekdays=(1, 5))
        conn.execute(table.update().values(days_here=True))
        tell_the_hub(conn)
        assert sites.days_set_here(conn) == {"ask": (1, 5)}
        assert units.get(conn, "ask").weekdays == (1, 5)
