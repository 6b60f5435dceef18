"""What the worker does for lists: it places recurring orders on their day."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.exchange.chores import Chore
from gateway.exchange.office import Office
from shop.approving.coding_now import coding_of
from shop.lists.turns import House, place_due


def order_recurring(office: Office, now: datetime) -> None:
    """Every recurring order whose day to be placed has come."""
    place_due(office.engine, House(office.suppliers, office.settings.municipality, coding_of(office.settings)), now)


RECURRING = Chore(name="recurring orders", every=timedelta(minutes=5), run=order_recurring)
