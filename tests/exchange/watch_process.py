"""A watch to be killed: the real loop over alarms, beside others on the same database."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace as changed

import sqlalchemy as sa
from msgspec.structs import replace

from gateway import database
from gateway.exchange.office import Office, utc_now
from gateway.exchange.watching import alarm_forever
from gateway.observing import read_observing
from tests.exchange.desk import office


def desk(engine: sa.Engine, port: int) -> Office:
    environ = {"AVROP_ALARM_SMTP": f"smtp://127.0.0.1:{port}", "AVROP_ALARM_FROM": "avrop@exempelstad.example"}
    observing = read_observing(environ | {"AVROP_ALARM_TO": "kim@exempelstad.example", "AVROP_ALARM_EVERY": "0.02"})
    made = office(engine, clock=utc_now)
    return changed(made, settings=replace(made.settings, observing=observing))


def watch(url: str, port: int) -> None:
    """Until killed."""
    logging.basicConfig(level=logging.CRITICAL)
    asyncio.run(alarm_forever(desk(database.engine(url), port), asyncio.Event()))
