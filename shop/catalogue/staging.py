"""Reads a job's file as a stream and stages its good lines by COPY, in one transaction; tells how far it has come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from gateway.findings import Place, reject
from gateway.formats import Dialect
from gateway.model import Catalogue
from gateway.suppliers.supplier import Supplier, Suppliers
from shop.catalogue import jobs, pictures, store
from shop.catalogue.found import Collected
from shop.catalogue.jobs import Import
from shop.catalogue.opening import Opened, opened
from shop.catalogue.reading import COLUMNS, LineReader
from shop.catalogue.tables import catalogue_lines
from shop.catalogue.terms import Terms, terms_of
from shop.catalogue.units import Units
from web.figures import LOCAL

_EVERY: Final = 0.7
_BLOCK: Final = 500
MOST_LINES: Final = 3_000_000


class Taken(Exception):
    """Another worker reads the job now."""


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What an import is read with. `now` gives the time, in UTC; `units` is asked only when something is read."""

    engine: sa.Engine
    dialects: Mapping[str, Dialect]
    suppliers: Suppliers
    units: Callable[[], Units]
    now: Callable[[], datetime]

    def today(self) -> date:
        return self.now().astimezone(LOCAL).date()


class Progress:
    """Counts what was read, and writes it down now and then."""

    def __init__(self, tools: Tools, job: Import) -> None:
        self._tools, self._job = tools, job
        self._written = time.monotonic()
        self.bytes = self.rows = 0
        self.expected: int | None = None

    def pieces(self) -> Iterator[bytes]:
        self.bytes = 0
        for piece in store.pieces(self._tools.engine, self._job.sha256):
            self.bytes += len(piece)
            yield piece

    def tell(self, collected: Collected, *, always: bool = False) -> None:
        """Raises Taken where the job has been taken over."""
        if not always and time.monotonic() - self._written < _EVERY:
            return
        self._written = time.monotonic()
        read = self.bytes
        if self.expected:
            read = self._job.size * min(self.rows, self.expected) // self.expected
        facts = {"bytes_read": read, "rows_read": self.rows, "rows_bad": collected.bad, "remarks": collected.remarks}
        with self._tools.engine.begin() as conn:
            if not jobs.renew(conn, self._job, self._tools.now(), **facts):
                raise Taken


def stage(conn: sa.Connection, tools: Tools, job: Import, supplier: Supplier) -> dict[str, Any]:
    """Stages the job in the caller's transaction; what is now known of it. Raises `Rejected`, and Taken."""
    conn.execute(catalogue_lines.delete().where(catalogue_lines.c.import_number == job.number))
    progress, collected = Progress(tools, job), Collected()
    with opened(progress.pieces, job.filename, tools.dialects, supplier, tools.today()) as found:
        _refuse_foreign(found.head, job, supplier, tools.suppliers)
        terms = _terms(conn, found.head, job)
        progress.expected = found.rows
        reader = _reader(conn, tools, job, found, terms)
        collected.add(job.number, found.findings, None)
        _copy(conn, _rows(reader, found, progress, collected))
    collected.write(conn)
    progress.tell(collected, always=True)
    head = found.head
    return {
        "contract": terms.number,
        "replaces": job.replaces if job.replaces is not None else head.action == "Replace",
        "document_number": head.number[:200],
        "takes_effect": head.validity.start_date,
        "ends": head.validity.end_date,
        "says": list(found.says),
        "bytes_read": job.size,
        "rows_read": progress.rows,
        "rows_bad": collected.bad,
        "remarks": collected.remarks,
    }


def _refuse_foreign(head: Catalogue, job: Import, supplier: Supplier, suppliers: Suppliers) -> None:
    """A catalogue that names another supplier of ours as its sender is that one's."""
    for party in (head.provider, head.seller):
        endpoint = party.endpoint if party is not None else None
        other = suppliers.by_participant.get(f"{endpoint.scheme}:{endpoint.value}") if endpoint else None  # type: ignore[call-overload]
        if other is not None and other.id != supplier.id:
            message = f"this is a catalogue of {other.name}, and it was given in as one of {supplier.name}"
            raise reject("catalogue-foreign", message, Place(source=job.filename, path="provider"))


def _terms(conn: sa.Connection, head: Catalogue, job: Import) -> Terms:
    said = (head.contract or "").strip() or None
    place = Place(source=job.filename, path="contract")
    if job.contract is not None and said is not None and said != job.contract:
        message = f"the catalogue says contract {said}, and it was given in for {job.contract}"
        raise reject("catalogue-contract", message, place)
    number = job.contract or said
    if number is None:
        raise reject("catalogue-contract", "neither the catalogue nor who gave it in names a contract", place)
    terms = terms_of(conn, job.supplier_id, number)
    if terms is None:
        raise reject("catalogue-contract", f"the supplier has no contract {number} here", place)
    return terms


def _reader(conn: sa.Connection, tools: Tools, job: Import, found: Opened, terms: Terms) -> LineReader:
    return LineReader(
        job.filename,
        job.number,
        tools.units(),
        currency=terms.currency,
        names=found.names,
        pictures=pictures.Keeper(conn),
        today=tools.today(),
        begins=found.head.validity.start_date,
        deletes=found.head.action == "Delete",
    )


def _rows(reader: LineReader, found: Opened, progress: Progress, collected: Collected) -> Iterator[str]:
    for streamed in found.lines:
        if streamed.ended:
            collected.add(reader.number, streamed.findings, None)
            collected.bad += 1
            progress.rows += 1
            return
        progress.rows += 1
        if progress.rows > MOST_LINES:
            raise reject("catalogue-size", f"it has more than {MOST_LINES} lines", Place(source=reader.source))
        row = reader.row(streamed)
        if reader.told or row is None:
            article = streamed.line.item.seller_id if streamed.line is not None else streamed.article
            collected.add(reader.number, reader.told, article)
        if row is not None:
            yield row
        else:
            collected.bad += 1
        if not progress.rows % _BLOCK:
            progress.tell(collected)


def _copy(conn: sa.Connection, rows: Iterable[str]) -> None:
    driver: Any = conn.connection.driver_connection
    block: list[str] = []
    with driver.cursor() as cursor, cursor.copy(f"COPY catalogue_lines ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for row in rows:
            block.append(row)
            if len(block) >= _BLOCK:
                copy.write("".join(block))
                block.clear()
        copy.write("".join(block))
