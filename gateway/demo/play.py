"""`avrop demo --once`: 25 orders go the whole way, nobody touches anything, and each must end where it belongs."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway import database
from gateway.demo.cast import Role, cast
from gateway.demo.errand import Errand, fetch
from gateway.demo.stage import Size, Stage, stage
from gateway.demo.story import Outcome, tell
from gateway.exchange import journal, tasks
from gateway.exchange.documents import advanced
from gateway.exchange.office import utc_now
from gateway.exchange.typed import TypedAnswer, type_in
from gateway.orders import book
from gateway.orders.lifecycle import State
from gateway.sandbox.supplier import answers
from gateway.settings import load_settings
from hub import departing, receiving
from hub.tables import parcels
from shop import approval, basket, units
from shop.approving.coding_now import coding_of
from shop.checkout import checkout
from shop.tables import articles
from web.access import APPROVER, BUYER
from web.sessions import Viewer
from web.tables import users

_PATIENCE = 45.0
_SPEED = 20.0
_RECEIVER = "Robin Exempel"


@dataclass(frozen=True)
class Played:
    """One order of the journey and the role of its supplier."""

    order_id: UUID
    role: Role


@dataclass(frozen=True)
class Fetched:
    """One visit to a supplier's own shop, and the seconds that it took."""

    visit_id: UUID
    role: Role
    seconds: float


def play_once(size: Size) -> Outcome:
    """Plays the journey in a home of its own, removed afterwards; the outcome says whether all was as it must."""
    began = time.monotonic()
    home = load_settings().home / f"once-{secrets.token_hex(4)}"
    try:
        with stage(home, size, speed=_SPEED) as running:
            journey = Journey(running)
            journey.buy()
            journey.wait_for_answers()
            journey.order_by_hand()
            journey.type_in_answers()
            journey.receive()
            journey.send_out()
            journey.deliver()
            return tell(running, journey.played, journey.fetched, began)
    finally:
        database.stop_embedded(home / "postgres")
        shutil.rmtree(home, ignore_errors=True)


class Journey:
    """The people of the journey: a buyer, an approver, an admin, the dock and a driver."""

    def __init__(self, running: Stage) -> None:
        self.stage = running
        self.engine = running.program.engine
        self.played: list[Played] = []
        self.fetched: list[Fetched] = []

    def buy(self) -> None:
        """Kim fills five baskets for five units, each with articles of five suppliers, some out of these suppliers' own
        shops; Anna approves what is large."""
        with self.engine.begin() as conn:
            kim, anna = _viewer(conn, "kim"), _viewer(conn, "anna")
            selling = set(conn.scalars(sa.select(articles.c.supplier_id).distinct()))
            changing = {name for name, dialect in self.stage.program.dialects.items() if advanced(dialect)}
            curt = {name for name, dialect in self.stage.program.dialects.items() if not dialect.acknowledges}
            roles = cast((one for one in self.stage.program.suppliers if one.id in selling), changing, curt)
            mine = units.of_user(conn, kim.id, BUYER)
        for nth, (unit, few) in enumerate(zip(mine, _batched(roles, 5), strict=False)):
            for role in few:
                if role.shops:
                    self._fetch(unit.id, role)
            with self.engine.begin() as conn:
                self._buy(conn, unit.id, few, kim, times=40 if nth == 0 else 1)
        with self.engine.begin() as conn:
            for row in approval.waiting(conn, units.ids_of_user(conn, anna.id, [APPROVER])):
                approval.approve(conn, row.id, anna, self.stage.program.suppliers, utc_now())

    def _fetch(self, unit_id: str, role: Role) -> None:
        """Kim goes to the supplier's own shop with a browser, and what was chosen there lies in the unit's basket."""
        stage, began = self.stage, time.monotonic()
        errand = Errand(
            address=stage.address,
            login="kim",
            password=stage.passwords["kim"],
            unit_id=unit_id,
            supplier_id=role.supplier.id,
        )
        visit_id = fetch(errand)
        self.fetched.append(Fetched(UUID(visit_id), role, time.monotonic() - began))

    def _buy(self, conn: sa.Connection, unit_id: str, roles: list[Role], kim: Viewer, times: int) -> None:
        now = utc_now()
        mine = basket.open_basket(conn, kim.id, unit_id, now)
        for role in roles:
            if role.shops:
                continue  # what was chosen in its own shop lies in the basket already
            offered = sa.select(articles.c.id).where(articles.c.supplier_id == role.supplier.id).order_by(articles.c.id)
            for place, article_id in enumerate(conn.scalars(offered.limit(2))):
                basket.add(conn, mine, article_id, Decimal((2 + place) * times), now)
        program = self.stage.program
        coding = coding_of(program.settings)
        placed = checkout(conn, mine.id, kim, now, program.suppliers, program.settings.municipality, coding=coding)
        by_supplier = {role.supplier.id: role for role in roles}
        for order_id in placed:
            row = book.get(conn, order_id)
            assert row is not None
            self.played.append(Played(order_id, by_supplier[row.supplier_id]))

    def wait_for_answers(self) -> None:
        """Until every supplier has said all it has to say, and we have understood it."""
        self._until(lambda conn: all(self._answered(conn, one) for one in self.played))

    def _answered(self, conn: sa.Connection, one: Played) -> bool:
        row = book.get(conn, one.order_id)
        if row is None or one.role.behaviour is None:
            return row is not None and row.state is not State.PLACED
        said = [message for message in journal.of_order(conn, one.order_id) if message.direction == "in"]
        understood = [message for message in said if message.state is journal.MessageState.PROCESSED]
        awaited = len(answers(row.order, one.role.behaviour, row.placed_at))
        return row.state is not State.PLACED and len(understood) >= awaited

    def order_by_hand(self) -> None:
        """Alex takes each task, telephones, notes what was said, and closes it."""
        with self.engine.begin() as conn:
            for task in tasks.open_tasks(conn):
                if task.kind is tasks.Kind.BY_HAND:
                    tasks.take(conn, task.id, "alex", utc_now())
                    tasks.note(conn, task.id, "alex", "Beställt per telefon, leverans om två dagar", utc_now())
                    tasks.close(conn, task.id, "alex", tasks.ORDERED, utc_now())

    def type_in_answers(self) -> None:
        """Alex reads the mails of suppliers who answer in words, and types in what they say."""
        program = self.stage.program
        for one in self.played:
            with self.engine.begin() as conn:
                row, supplier = book.get(conn, one.order_id), one.role.supplier
                if one.role.behaviour is None and row is not None and row.state is State.SENT:
                    said = TypedAnswer(code="AP", note="Leverans om två dagar")
                    type_in(conn, row, said, supplier, program.dialects, "alex", utc_now())

    def receive(self) -> None:
        """Dani scans every parcel, types the number of an order without one, and meets a parcel nobody announced."""
        with self.engine.begin() as conn:
            mine = [one.order_id for one in self.played]
            expected = sa.select(parcels.c.key).where(parcels.c.state == "expected", parcels.c.order_id.in_(mine))
            for key in sorted(conn.scalars(expected)):
                receiving.scan(conn, key, "dani", utc_now())
            for one in self.played:
                row = book.get(conn, one.order_id)
                if row is not None and one.role.behaviour is None:
                    receiving.scan(conn, row.number, "dani", utc_now())
            receiving.scan(conn, "(00) 373500019999999995", "dani", utc_now())

    def send_out(self) -> None:
        """Everything that stands in the lanes of these units goes onto the van."""
        with self.engine.begin() as conn:
            unit_ids = conn.scalars(sa.select(parcels.c.unit_id).where(parcels.c.state == "received").distinct())
            departing.send_out(conn, [unit for unit in unit_ids if unit], "dani", utc_now())

    def deliver(self) -> None:
        """The driver hands everything over and is given a name."""
        with self.engine.begin() as conn:
            out = list(conn.scalars(sa.select(parcels.c.id).where(parcels.c.state == "out")))
            departing.deliver(conn, out, "dani", _RECEIVER, utc_now())

    def _until(self, fulfilled: Callable[[sa.Connection], bool]) -> None:
        """Waits for `fulfilled`, with patience that ends: what is missing then shows in the outcome."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            with self.engine.connect() as conn:
                if fulfilled(conn):
                    return
            time.sleep(0.2)


def _batched(roles: list[Role], size: int) -> list[list[Role]]:
    return [roles[start : start + size] for start in range(0, len(roles), size)]


def _viewer(conn: sa.Connection, login: str) -> Viewer:
    row: Any = conn.execute(sa.select(users).where(users.c.login == login)).one()
    return Viewer(id=row.id, login=row.login, name=row.name, roles=frozenset(row.roles), remembered={})
