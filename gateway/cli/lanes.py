"""`avrop lane list|show|pause|resume|wake`: how each supplier's messages leave, and how a person stops or starts it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa
import typer

from gateway.cli import house
from gateway.cli.say import Json, say
from gateway.exchange import halting
from gateway.exchange.halting import LaneRow
from gateway.exchange.office import utc_now
from gateway.findings import Rejected
from gateway.settings import load_settings

app = typer.Typer(
    help="One lane per supplier: what waits, what stands in its way; pause it, resume it, try now.",
    no_args_is_help=True,
)
Id = Annotated[str, typer.Argument(help="The supplier's id, as in suppliers.yaml.")]
_Done = Callable[[sa.Connection, str, object, datetime], object]


@app.command("list")
def list_lanes(
    broken: Annotated[bool, typer.Option("--broken", help="Only those that make one probe at a time.")] = False,
    paused: Annotated[bool, typer.Option("--paused", help="Only those that a person has paused.")] = False,
    json: Json = False,
) -> None:
    """Every lane that something was ever sent on, those with most that waits first."""
    with house.engine().connect() as conn:
        lanes, waiting = halting.all_lanes(conn), halting.all_waiting(conn)
    found = [
        lane
        for lane in lanes.values()
        if (not broken or lane.broken_at is not None) and (not paused or lane.paused_by is not None)
    ]
    found.sort(key=lambda lane: (-waiting.get(lane.supplier_id, halting.NOTHING).count, lane.supplier_id))
    data = [_facts(lane, waiting.get(lane.supplier_id, halting.NOTHING)) for lane in found]
    lines = [
        f"{one['supplier_id']:30} {one['waiting']:6} waiting  {_state(lane)}"
        for one, lane in zip(data, found, strict=True)
    ]
    say(data, "\n".join(lines) or "no lane is so", json)


@app.command()
def show(id: Id, json: Json = False) -> None:
    """One lane: its settings from suppliers.yaml, and how it stands now."""
    settings = load_settings()
    supplier = house.named(house.suppliers_of(settings, house.tables(settings)), id, json)
    with house.engine(settings).connect() as conn:
        lane, waiting = halting.lane_of(conn, id), halting.all_waiting(conn, id).get(id, halting.NOTHING)
    agreed = {name: _plain(getattr(supplier.lane, name)) for name in type(supplier.lane).__struct_fields__}
    data = _facts(lane, waiting) | {"settings": agreed, "owner": supplier.owner}
    lines = [f"{key:14}{value}" for key, value in data.items() if value not in (None, "", {})]
    say(data, "\n".join(lines), json)


@app.command()
def pause(id: Id, by: house.By = "", json: Json = False) -> None:
    """Nothing more is sent to this supplier until somebody resumes the lane; orders are taken in as always."""
    _do(halting.pause, id, by, json, "paused")


@app.command()
def resume(id: Id, by: house.By = "", json: Json = False) -> None:
    """A paused lane sends again, what waits in its order."""
    _do(halting.resume, id, by, json, "runs again")


@app.command()
def wake(id: Id, by: house.By = "", json: Json = False) -> None:
    """Tries now what waits for a later attempt; a broken lane makes one probe first."""
    _do(halting.wake, id, by, json, "tries now")


def _do(what: _Done, id: str, by: str, json: bool, became: str) -> None:
    settings = load_settings()
    house.named(house.suppliers_of(settings, house.tables(settings)), id, json)
    try:
        with house.engine(settings).begin() as conn:
            what(conn, id, house.who(by), utc_now())
    except Rejected as error:
        house.refused(error, json)
        return
    say({"supplier": id, "lane": became}, f"the lane of {id}: {became}", json)


def _facts(lane: LaneRow, waiting: halting.Waiting) -> dict[str, Any]:
    return msgspec.structs.asdict(lane) | {"waiting": waiting.count, "oldest": waiting.oldest}


def _state(lane: LaneRow) -> str:
    if lane.paused_by:
        return f"paused by {lane.paused_by} {lane.paused_at:%Y-%m-%d %H:%M}"
    if lane.broken_at is not None:
        return f"broken since {lane.broken_at:%Y-%m-%d %H:%M}: {lane.error}"
    return lane.error


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value, enc_hook=str)
