"""`avrop hub plan|unplan|runs`: a day's runs, from the terminal or a timer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import typer

from gateway.cli import house
from gateway.cli.house import By
from gateway.cli.say import Json, end, say
from gateway.exchange.office import utc_now
from gateway.settings import load_settings
from hub.road import runs, waves
from hub.road.invented import HUB
from hub.road.planning import SECONDS, Planned, totals
from hub.road.runs import Run
from web.figures import LOCAL

Day = Annotated[datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help="The delivery day; else today.")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    for command in (plan, unplan):
        app.command()(command)
    app.command("runs")(list_runs)


def plan(
    day: Day = None,
    weekly: Annotated[bool, typer.Option("--weekly", help="Follow the fixed weekly runs.")] = False,
    awaited: Annotated[bool, typer.Option("--awaited", help="Also what is announced for that day.")] = False,
    seconds: Annotated[float, typer.Option(min=0.1, max=600, help="How long to search.")] = SECONDS,
    by: By = "",
    json: Json = False,
) -> None:
    """Plans a day anew; what is planned and not begun is replaced. Ends with 1 where something does not fit."""
    settings, chosen = load_settings(), _day(day)
    engine, hub = house.engine(settings), settings.municipality.hub.place or HUB
    kind = waves.WEEKLY if weekly else waves.FREE
    _, planned = waves.make(engine, chosen, kind, house.who(by), utc_now(), hub, awaited=awaited, seconds=seconds)
    say({"day": chosen.isoformat(), "kind": kind, **totals(planned), "left": _left(planned)}, _told(planned), json)
    end(1 if planned.left else 0)


def unplan(day: Day = None, by: By = "", json: Json = False) -> None:
    """Takes a day's plan back; what is being loaded stays."""
    chosen = _day(day)
    with house.engine().begin() as conn:
        gone = waves.undo(conn, chosen, house.who(by), utc_now())
    say({"day": chosen.isoformat(), "runs": gone}, f"{gone} runs taken back", json)


def list_runs(day: Day = None, json: Json = False) -> None:
    """A day's runs in the order they leave."""
    with house.engine().connect() as conn:
        found = runs.of_day(conn, _day(day))
    say([_facts(run) for run in found], "\n".join(map(_line, found)) or "no run is planned", json)


def _day(day: datetime | None) -> date:
    return day.date() if day else utc_now().astimezone(LOCAL).date()


def _left(planned: Planned) -> list[dict[str, Any]]:
    return [
        {"unit": one.load.unit_id, "name": one.load.name, "parcels": one.load.parcels, "why": one.why.value}
        for one in planned.left
    ]


def _told(planned: Planned) -> str:
    figures = ", ".join(f"{name} {value}" for name, value in totals(planned).items())
    stays = [f"{one['name']}: {one['parcels']} parcels stay, {one['why']}" for one in _left(planned)]
    return "\n".join([figures, *stays])


def _facts(run: Run) -> dict[str, Any]:
    return {
        "id": str(run.id),
        "name": run.name,
        "vehicle": run.vehicle_id,
        "state": run.state,
        "starts_at": run.starts_at.isoformat(),
        "ends_at": run.ends_at.isoformat(),
        "km": run.km,
        "units": [stop.unit_id for stop in run.stops],
    }


def _line(run: Run) -> str:
    leaves, back = (at.astimezone(LOCAL).strftime("%H.%M") for at in (run.starts_at, run.ends_at))
    return f"{leaves}–{back} {run.name:24} {run.state:8} {len(run.stops):3} stops {run.km:6.1f} km"
