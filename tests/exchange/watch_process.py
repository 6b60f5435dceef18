"""A watch to be killed: the real loop over alarms, beside others on the same database."""

from __future__ import annotations

import asyncio
import logging

import sqlalchemy as sa

from gateway import database
from gateway.exchange.office import Office
from gateway.exchange.watching import alarm_forever
from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers


def desk(engine: sa.Engine, port: int) -> Office:
    environ = {"AVROP_ALARM_SMTP": f"smtp://127.0.0.1:{port}", "AVROP_ALARM_FROM": "avrop@exempelstad.example"}
    environ |= {"AVROP_ALARM_TO": "kim@exempelstad.example", "AVROP_ALARM_EVERY": "0.02"}
    return Office(engine=engine, suppliers=Suppliers(()), dialects={}, transports={}, settings=load_settings(environ))


def watch(url: str, port: int) -> None:
    """Until killed."""
    logging.basicConfig(level=logging.CRITICAL)
    asyncio.run(alarm_forever(desk(database.engine(url), port), asyncio.Event()))
