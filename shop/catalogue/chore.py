"""What a worker does for catalogues: reads those that wait, and puts approved ones in force on their day."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from gateway.exchange.chores import Chore
from gateway.exchange.log import say as tell
from gateway.exchange.log import warn
from gateway.settings import Settings, mapping_texts
from shop.catalogue import deciding, jobs
from shop.catalogue.jobs import State
from shop.catalogue.staging import Taken, Tools
from shop.catalogue.tables import catalogue_imports
from shop.catalogue.units import Units

if TYPE_CHECKING:
    from gateway.exchange.office import Office


def tools_of(office: Office) -> Tools:
    return Tools(
        engine=office.engine,
        dialects=office.dialects,
        suppliers=office.suppliers,
        units=partial(units_of, office.settings),
        now=office.clock,
    )


def units_of(settings: Settings) -> Units:
    return Units(mapping_texts(settings))


def work(office: Office, now: datetime) -> None:
    """Everything that waits, one job after the other; each is claimed by itself, so that two workers share them."""
    del now  # a job may last: each asks the clock again
    tools = None
    while True:
        with office.engine.begin() as conn:
            job = jobs.claim(conn, office.clock())
        if job is None:
            break
        tools = tools or tools_of(office)
        tell("catalogue_reading", catalogue=job.number, supplier=job.supplier_id, source=job.filename)
        try:
            done = deciding.read(tools, job)
            tell("catalogue_read", catalogue=job.number, supplier=job.supplier_id, state=done.state.value)
        except Taken:
            warn("catalogue_taken_over", catalogue=job.number)
    for id in due(office.engine):
        tools = tools or tools_of(office)
        deciding.settle(tools, id)


def due(engine: sa.Engine) -> list[UUID]:
    """The approved ones; whether their day has come is asked under lock."""
    wanted = sa.select(catalogue_imports.c.id).where(catalogue_imports.c.state == State.APPROVED.value)
    with engine.connect() as conn:
        return list(conn.scalars(wanted.order_by(catalogue_imports.c.number)))


CATALOGUES = Chore(name="catalogues", every=timedelta(seconds=2), run=work)
