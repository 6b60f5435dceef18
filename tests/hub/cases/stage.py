"""A delivery as it really comes: the order goes out, the despatch advice comes in, the dock scans its boxes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from PIL import Image

from gateway.exchange.alone import deliver
from gateway.exchange.office import Handlers, Office
from gateway.exchange.place import place
from gateway.exchange.process import process
from gateway.exchange.receive import receive
from gateway.model import DespatchAdvice
from gateway.model.transport import LogisticUnit
from gateway.observing import MailServer, Observing
from gateway.orders import book
from gateway.suppliers.supplier import Supplier
from hub import receiving
from hub.cases import book as cases
from hub.cases import telling
from hub.photos import keep
from tests.exchange.desk import advice, office, settings
from tests.hub.advices import sscc, unit
from tests.orders.samples import sample_order

START = datetime(2026, 11, 23, 6, 55, tzinfo=UTC)
NUMBER = "26-000123"


class Clock:
    """What time it is, for everybody here."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class Dock:
    """One supplier's order on its way to the dock. `office` sends and tells; `clock` is everybody's."""

    def __init__(self, engine: sa.Engine, seller: Supplier, mail_port: int = 0) -> None:
        self.engine, self.seller, self.clock = engine, seller, Clock()
        server = MailServer(host="127.0.0.1", port=mail_port) if mail_port else None
        observing = Observing(mail=server, alarm_from="avrop@exempelstad.example")
        made = office(engine, seller, handlers=Handlers(despatch_advice=receiving.expect), clock=self.clock)
        self.office: Office = replace(made, settings=msgspec.structs.replace(settings(), observing=observing))
        with engine.begin() as conn:
            self.order_id: UUID = place(conn, sample_order(NUMBER, 3), seller, "glantan", "anna", START)
        self.deliver()

    def announce(self, *boxes: LogisticUnit, number: str = "LA-1") -> None:
        """The supplier's advice about all lines, in its own dialect."""
        boxes = boxes or (unit(1, "1"), unit(2, "2", "3"))
        said = msgspec.structs.replace(advice(sample_order(NUMBER, 3)), number=number, packing=boxes)
        self.bring(said)

    def bring(self, said: DespatchAdvice) -> None:
        raw = self.office.dialects[self.seller.dialect].write(said)
        with self.engine.begin() as conn:
            source = f"folder:{self.seller.id}/{said.number}"
            came = receive(conn, raw, source, self.seller.id, "folder", said.number, self.clock())
        with self.engine.begin() as conn:
            process(conn, came.message_id, self.office, self.clock())

    def scan(self, *codes: int | str) -> None:
        with self.engine.begin() as conn:
            for code in codes:
                receiving.scan(conn, sscc(code) if isinstance(code, int) else code, "Alva Exempel", self.clock())

    def report(self, kind: str, line: str | None, quantity: str | None, **more: Any) -> UUID:
        """What Alva sees in the parcel that holds the line."""
        with self.engine.begin() as conn:
            parcel_id = conn.scalar(
                sa.text(
                    "SELECT id FROM parcels WHERE order_id = :o ORDER BY contents @> CAST(:c AS jsonb) DESC LIMIT 1"
                ),
                {"o": self.order_id, "c": f'[{{"line": "{line}"}}]'},
            )
            amount = Decimal(quantity) if quantity else None
            who, now = "Alva Exempel", self.clock()
            photo = more.pop("photo", None)
            case = receiving.report(conn, parcel_id, kind, who, now, line=line, quantity=amount, **more)
            if photo:
                cases.add_photo(conn, case, keep(conn, photo, who, now), who, now)
        return case

    def tell(self, after: timedelta = timedelta(minutes=20)) -> None:
        """The chore runs so long afterwards, and what it queued is sent."""
        self.clock.now += after
        telling.CHORE.run(self.office, self.clock())
        self.clock.now += timedelta(seconds=1)
        self.deliver()

    def deliver(self) -> None:
        unsent = "direction = 'out' AND state IN ('queued', 'waiting')"
        wanted = sa.text(f"SELECT id FROM messages WHERE {unsent} ORDER BY sequence")
        with self.engine.begin() as conn:
            waiting: Sequence[UUID] = list(conn.scalars(wanted))
        for message_id in waiting:
            deliver(self.office, message_id)

    def rows(self, statement: str) -> list[Any]:
        with self.engine.begin() as conn:
            return list(conn.execute(sa.text(statement)))

    def steps(self) -> list[tuple[str, str | None]]:
        """What the order's timeline says since it was despatched."""
        with self.engine.begin() as conn:
            told = book.timeline(conn, self.order_id)
        names = [(one.event.value, one.detail.get("document") or one.detail.get("step")) for one in told]
        return names[[name for name, _ in names].index("despatched") + 1 :]


def files(root: Path, seller: Supplier) -> list[bytes]:
    """What has been put into the supplier's folder for it, but the order."""
    found = sorted((root / seller.id / "in").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    return [path.read_bytes() for path in found if path.name.startswith("receiptadvice")]


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (60, 40), "#884422").save(made, "JPEG")
    return made.getvalue()
