"""A planned day for the pages of planning and loading: units with places, the fleet, goods, a fixed run."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from gateway.program import tell_the_hub
from hub import lanes
from hub.road import runs, waves, weekly
from hub.road.invented import HUB, lay_out
from hub.road.tables import sites
from hub.tables import parcels
from tests.hub.road.yard import bring
from web.figures import LOCAL


def driven(engine: sa.Engine, now: datetime) -> dict[str, str]:
    """A day with a run that is planned, a unit that does not fit, and a fixed run; the names of addresses."""
    day = now.astimezone(LOCAL).date() + timedelta(days=1)
    with engine.begin() as conn:
        tell_the_hub(conn)
        lay_out(conn, day)
        units = list(conn.scalars(sa.select(sites.c.unit_id).order_by(sites.c.unit_id).limit(8)))
        conn.execute(sites.update().where(sites.c.unit_id == units[1]).values(protected=True))
        conn.execute(sites.update().where(sites.c.unit_id == units[2]).values(closed_from=day))
        for unit in units:
            lanes.plan(conn, unit, weekdays=[day.isoweekday()])
        bring(conn, {unit: nth + 1 for nth, unit in enumerate(units)}, now)
        conn.execute(parcels.update().where(parcels.c.unit_id.in_(units)).values(delivery_day=day))
        fixed = weekly.keep(conn, day.isoweekday(), "Norra turen", "gas-1")
        weekly.order(conn, fixed, units[:5])
    waves.make(engine, day, waves.FREE, "Dani Exempel", now, HUB, seconds=1)
    with engine.connect() as conn:
        run = max(runs.of_day(conn, day), key=lambda one: len(one.stops))
    return {"hub_day": day.isoformat(), "hub_run": str(run.id), "hub_weekly": str(fixed)}
