"""The one visible place where the rooms are put together: who hears of what comes in, which pages the web has."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import msgspec
import sqlalchemy as sa
from fastapi import FastAPI

from gateway import database
from gateway.console.room import ROOM as CONSOLE
from gateway.exchange import log
from gateway.exchange.chores import Chore
from gateway.exchange.hints_http import hints_router
from gateway.exchange.inbox_cxml import cxml_inbox_router
from gateway.exchange.inbox_http import inbox_router
from gateway.exchange.inbox_suppliers import MOST_BYTES, supplier_inbox_router
from gateway.exchange.lanes import run_worker
from gateway.exchange.metrics_http import metrics_router
from gateway.exchange.office import Handlers, Office
from gateway.exchange.punchout.return_http import return_router
from gateway.exchange.reload import Reload
from gateway.exchange.selftest.looking import asking
from gateway.exchange.selftest.tools import Looked
from gateway.exchange.watching import watched
from gateway.findings import Rejected
from gateway.formats import Dialect, load_dialects
from gateway.lookup import ZONES, DnsResolver, Fetcher, Lookup, anchors_in
from gateway.rules.judge import Rules
from gateway.rules.pool import Limits, Pool
from gateway.sandbox.practice.room import ROOM as PRACTICE
from gateway.settings import Settings, mapping_texts
from gateway.structs import know_structs
from gateway.suppliers.agreement import Plan
from gateway.suppliers.apart import load_apart
from gateway.suppliers.load import load
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.transports import TRANSPORTS
from hub.acts.forgetting import FORGET_ACTS
from hub.cases.telling import CHORE as RECEIPTS
from hub.handing.proof import photo_of, proof_of
from hub.late.alarm import late_goods
from hub.receiving import expect
from hub.road import sites
from hub.room import ROOM as HUB
from hub.stock import learning
from hub.stock import watching as stock_watching
from shop.after.chores import OFFERS
from shop.after.invoices import invoice_came
from shop.approving.coding_now import read as read_coding
from shop.approving.reminders import CHORE as REMINDERS
from shop.articles import contract_prices
from shop.brought import orders_of_visit
from shop.catalogue.chore import CATALOGUES
from shop.catalogue.taking import take_catalogue
from shop.critical import critical
from shop.finding.finder import Finder
from shop.insight.rooms import CHORES as INSIGHT_CHORES
from shop.lists.chore import RECURRING
from shop.room import ROOM as SHOP
from shop.samples import some_goods
from shop.units import bought_for, deliver_on, everyone
from web import accounts
from web.app import create_app

_DATABASE_SECONDS: Final = 60
_SITES_EVERY: Final = timedelta(minutes=1)
ROOMS = (SHOP, HUB, CONSOLE, PRACTICE)


def tell_the_hub(conn: sa.Connection) -> None:
    """The hub and the shop do not know each other: here it hears which units there are, and on which days.

    Days that are set at the hub go the other way first, so that the shop promises what is driven.
    """
    deliver_on(conn, sites.days_set_here(conn))
    told = (msgspec.structs.asdict(unit) for unit in everyone(conn))
    sites.learn(conn, (msgspec.convert(unit, sites.Address) for unit in told))


def _sites(office: Office, _now: datetime) -> None:
    with office.engine.begin() as conn:
        tell_the_hub(conn)


def tell_the_stock(conn: sa.Connection, suppliers: Suppliers) -> None:
    """Which articles the shop calls crisis-critical, with their suppliers' names."""
    told = []
    for one in critical(conn):
        seller = suppliers.get(one.supplier_id)
        named = {"supplier_name": seller.name if seller else one.supplier_id}
        told.append(msgspec.convert(msgspec.structs.asdict(one) | named, learning.Critical))
    learning.learn(conn, told)


def _stock(office: Office, now: datetime) -> None:
    with office.engine.begin() as conn:
        tell_the_stock(conn, office.suppliers)
    stock_watching.watch(office, now)


HANDLERS = Handlers(
    despatch_advice=expect,
    unit_of=bought_for,
    contract_prices=contract_prices,
    some_goods=some_goods,
    address_of=accounts.email_of,
    orders_of_visit=orders_of_visit,
    proof_of=proof_of,
    proof_photo=photo_of,
    documents={"Catalogue": take_catalogue, "Invoice": invoice_came, "CreditNote": invoice_came},
    streamed=("Catalogue",),
    chores=(
        CATALOGUES,
        RECURRING,
        REMINDERS,
        OFFERS,
        *INSIGHT_CHORES,
        RECEIPTS,
        Chore(name="sites", every=_SITES_EVERY, run=_sites),
        FORGET_ACTS,
        Chore(name="stock", every=stock_watching.EVERY, run=_stock),
    ),
    wrongs=(late_goods,),
)


@dataclass(frozen=True, kw_only=True)
class Program:
    """Settings, database and configuration, opened once and shared by everything that runs in a process."""

    settings: Settings
    url: str
    engine: sa.Engine
    dialects: Mapping[str, Dialect]
    reload: Reload
    finder: Finder

    @property
    def suppliers(self) -> Suppliers:
        """By whom and how; what it holds changes with the file while `following`."""
        return self.reload.suppliers


def open_program(settings: Settings) -> Program:
    """Starts or finds the database, brings its tables up to date, loads tables and suppliers. Raises `Rejected`.

    A database that is being started or recovers is waited for.
    """
    know_structs()  # the first thread begins after this
    dialects = load_dialects(mapping_texts(settings))
    patience = time.monotonic() + _DATABASE_SECONDS
    while True:
        try:
            return _opened(settings, dialects)
        except database.AWAY as error:
            if time.monotonic() > patience:
                raise
            log.warn("database_away", cause=database.why(error))
            time.sleep(1)


def _opened(settings: Settings, dialects: Mapping[str, Dialect]) -> Program:
    url = database.start(settings)
    database.upgrade(url)
    engine, path, plan = database.engine(url), settings.suppliers_file, plan_of(settings)
    read_apart = partial(load_apart, source=path.name, transports=TRANSPORTS, dialects=tuple(dialects), plan=plan)
    reload = Reload(path, engine, read_apart)
    reload.open(partial(load, source=path.name, transports=TRANSPORTS, dialect_names=dialects, plan=plan))
    finder = Finder(engine, settings.home / "search")
    return Program(settings=settings, url=url, engine=engine, dialects=dialects, reload=reload, finder=finder)


def settle(program: Program) -> None:
    """For a process of its own: what is loaded stays, and the collector passes it by from now on, as it does what a
    changed suppliers file brings. Going through it stopped every page for 0.2 to 0.4 s with 100 suppliers."""
    gc.collect()
    gc.freeze()
    program.reload.taken = gc.freeze


@contextmanager
def following(program: Program) -> Iterator[Reload]:
    """A changed suppliers file is taken over in a thread, until this ends."""
    stop = threading.Event()
    thread = threading.Thread(target=program.reload.forever, args=(stop,), name="suppliers", daemon=True)
    thread.start()
    try:
        yield program.reload
    finally:
        stop.set()
        program.reload.now()
        thread.join(5)


@contextmanager
def watching(program: Program) -> Iterator[None]:
    """What pages need beside them: they watch too, so that somebody is told when no worker is left, and the index that
    they search in follows what is for sale."""
    office = Office(
        engine=program.engine,
        suppliers=program.suppliers,
        dialects=program.dialects,
        transports=TRANSPORTS,
        handlers=HANDLERS,
        settings=program.settings,
    )
    with watched(office), program.finder.followed():
        yield


def plan_of(settings: Settings) -> Plan:
    """How attempts follow each other where suppliers.yaml says nothing."""
    return Plan(first=timedelta(seconds=settings.retry_first))


def load_suppliers(settings: Settings, dialects: Mapping[str, Dialect]) -> Suppliers:
    """The suppliers of the configured file; what is wrong in it stands in their findings."""
    path = settings.suppliers_file
    return load(path.read_text(encoding="utf-8"), path.name, TRANSPORTS, dialects, plan=plan_of(settings))


def open_lookup(settings: Settings) -> Lookup:
    """Who asks Peppol, as the settings say; it keeps answers, so one is enough. Raises `Rejected`."""
    return Lookup(
        resolver=DnsResolver(settings.sml_nameserver),
        fetcher=Fetcher(settings.smp_ca, loopback=settings.smp_loopback),
        zone=ZONES.get(settings.sml_zone, settings.sml_zone),
        anchors=anchors_in(settings.smp_trust) if settings.smp_trust else (),
    )


def look_up(program: Program) -> Callable[[Supplier], Looked]:
    """What a self-test asks the Peppol network with."""
    return asking(program.dialects, partial(open_lookup, program.settings))


def web_app(program: Program) -> FastAPI:
    """Every page, and the doors for the access point and for suppliers. Raises `Rejected` for a wrong coding.yaml."""
    settings = program.settings
    if wrong := read_coding(settings).findings:
        raise Rejected(wrong)
    inbox = inbox_router(program.engine, settings.inbox_token, settings.inbox_limit)
    limit = min(MOST_BYTES, settings.inbox_limit)
    theirs = supplier_inbox_router(program.engine, program.suppliers, limit)
    doors = [inbox, hints_router(program.engine, settings.inbox_token), theirs]
    doors.append(cxml_inbox_router(program.engine, program.suppliers, limit))
    doors.append(return_router(program.engine))
    doors.append(metrics_router(program.engine, settings.observing.metrics_token))
    app = create_app(settings, program.engine, program.suppliers, ROOMS, doors)
    app.state.dialects = program.dialects
    app.state.handlers, app.state.look_up, app.state.finder = HANDLERS, look_up(program), program.finder
    return app


async def work(program: Program, stop: asyncio.Event) -> None:
    """The worker: sends, receives and polls until `stop` is set. The processes of the rules start when first needed."""
    settings = program.settings
    limits = Limits(workers=settings.rules_workers, seconds=settings.rules_seconds, memory=settings.rules_memory)
    with following(program), Pool(limits) as pool:
        rules = Rules(settings.rules_dir, pool)
        given = (program.url, program.suppliers, program.dialects, TRANSPORTS, HANDLERS, settings)
        await run_worker(*given, stop=stop, rules=rules)
