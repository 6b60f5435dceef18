"""What commands work with: the database, the tables, the suppliers; and who gives the command."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

import sqlalchemy as sa
import typer

from gateway import database
from gateway.cli.say import end, say
from gateway.exchange.office import Office
from gateway.findings import Rejected
from gateway.formats import Dialect, load_dialects
from gateway.rules.judge import Rules
from gateway.rules.pool import Limits, Pool
from gateway.settings import Settings, load_settings, mapping_texts
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.transports import TRANSPORTS

Reason = Annotated[str, typer.Option("--reason", help="Why; it is told on the order's timeline.")]
By = Annotated[str, typer.Option("--by", help="Who does it, as it is told on timelines; by default your log-in here.")]


def who(by: str) -> str:
    """The name on timelines."""
    return by.strip() or f"{getpass.getuser()} (cli)"


def engine(settings: Settings | None = None) -> sa.Engine:
    url = database.start(settings or load_settings())
    database.upgrade(url)
    return database.engine(url)


def tables(settings: Settings) -> dict[str, Dialect]:
    return load_dialects(mapping_texts(settings))


def suppliers_of(settings: Settings, dialects: Mapping[str, Dialect]) -> Suppliers:
    from gateway.program import load_suppliers

    return load_suppliers(settings, dialects)


@contextmanager
def office(settings: Settings) -> Iterator[Office]:
    """Everything the exchange works with, the official rules in processes that end with the command."""
    dialects = tables(settings)
    limits = Limits(workers=1, seconds=settings.rules_seconds, memory=settings.rules_memory)
    with Pool(limits) as pool:
        yield Office(
            engine=engine(settings),
            suppliers=suppliers_of(settings, dialects),
            dialects=dialects,
            transports=TRANSPORTS,
            settings=settings,
            rules=Rules(settings.rules_dir, pool),
        )


def named(suppliers: Suppliers, id: str, json: bool) -> Supplier:
    """The supplier, or the end of the command with 2."""
    from gateway.mapping.located import did_you_mean

    found = suppliers.get(id)
    if found is None:
        wrong_use(f"there is no supplier {id}{did_you_mean(id, suppliers.by_id)}", json)
    assert found is not None
    return found


def wrong_use(why: str, json: bool) -> None:
    """Ends with 2."""
    say({"error": why}, why, json)
    end(2)


def refused(error: Rejected | LookupError, json: bool) -> None:
    """Ends with 1; findings are told one by one."""
    findings = error.findings if isinstance(error, Rejected) else ()
    told = [{"rule": one.rule, "message": one.message, "path": one.place.path, "fatal": one.fatal} for one in findings]
    text = "\n".join(map(str, findings)) or str(error)
    data: dict[str, Any] = {"error": str(error), "findings": told}
    say(data, text, json)
    end(1)
