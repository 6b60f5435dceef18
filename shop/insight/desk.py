"""What the pages of insight share: who sees what, the choices, names of things, and the frame around a picture."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa
from fastapi import Request
from starlette.responses import Response

from shop import units
from shop.categories import CATEGORIES, word_of
from shop.desk import supplier_name, today, viewer
from shop.insight import shown
from shop.insight.asked import Asked, Choices, choices, read
from shop.insight.filling import as_of
from shop.insight.shown import Table
from web.access import APPROVER, CONTROLLER, PURCHASER
from web.charts import Chart
from web.languages import N_, words_of
from web.measures import unit_word
from web.pages import figures_of, render

READERS = (CONTROLLER, PURCHASER, APPROVER)
KEEPERS = (CONTROLLER, PURCHASER)


class Picture(msgspec.Struct, frozen=True):
    """A chart with its table under it."""

    chart: Chart
    table: Table


class Desk:
    """One request: its choices, its words, its figures."""

    def __init__(self, conn: sa.Connection, request: Request) -> None:
        self.conn, self.request = conn, request
        self.words, self.figures = words_of(request), figures_of(request)
        self.today: date = today(request)
        person = viewer(request)
        self.everything = bool(person.roles & set(KEEPERS))
        # An approver who has no other task here sees the units that they decide for, and no others.
        within = None if self.everything else units.ids_of_user(conn, person.id, [units.APPROVER])
        given = dict(request.query_params)
        given["supplier"] = self._supplier_id(given.get("supplier", ""))
        self.asked: Asked = read(conn, given, self.today, within)
        self.choices: Choices = choices(conn, self.asked)
        self.unit_names = dict(self.choices.units)

    def _supplier_id(self, said: str) -> str:
        """The supplier whose id or name this is, or whose name begins so; what nobody is called stays as it is."""
        said = said.strip()
        suppliers = self.request.app.state.suppliers
        if not said or suppliers.get(said):
            return said
        small = said.lower()
        named = [one for one in suppliers if one.name.lower().startswith(small)]
        return min(named, key=lambda one: (len(one.name), one.id)).id if named else said

    def supplier(self, supplier_id: str) -> str:
        return supplier_name(self.request, supplier_id)

    def category(self, category: str) -> str:
        return self.words.say(word_of(category))

    def unit(self, unit_id: str) -> str:
        return self.unit_names.get(unit_id, unit_id)

    def department(self, department: str) -> str:
        return self.choices.names.get(department) or self.words.say(_NOWHERE)

    def measure(self, unit: str) -> str:
        return self.words.say(unit_word(unit or None))

    def kronor(self, value: Decimal) -> str:
        return shown.kronor(self.figures, value)

    def short(self, value: Decimal) -> str:
        return shown.short_kronor(self.figures, self.words, value)

    def percent(self, value: Decimal) -> str:
        return self.figures.percent(value)

    def month(self, month: date, long: bool = False) -> str:
        return shown.month_word(self.figures, month, long)

    def purchases(self, **other: str) -> str:
        """The address of the lines behind a figure."""
        return self.asked.address("/insight/purchases", **other)


_NOWHERE = N_("No department")


def page(desk: Desk, template: str, pictures: Sequence[Picture] = (), status: int = 200, **more: Any) -> Response:
    """A page of insight; `?table=name` asks for one of its tables as a file."""
    wanted = desk.request.query_params.get("table")
    found = next((one.table for one in pictures if one.table.file == wanted), None)
    if found:
        return shown.as_csv(found, desk.words)
    context = {
        "asked": desk.asked,
        "choices": desk.choices,
        "pictures": pictures,
        "as_of": as_of(desk.conn),
        "cell": lambda kind, value: shown.cell(desk.figures, kind, value),
        "kronor": desk.kronor,
        "category_choices": [(code, desk.words.say(word)) for code, (word, _) in CATEGORIES.items()],
        "periods": _periods(desk.today),
        "supplier_name": desk.supplier,
        "everything": desk.everything,
        "category_word": desk.category,
        "span": (desk.month(desk.asked.start, True), desk.month(desk.asked.months[-1], True)),
    }
    return render(desk.request, f"shop/insight/{template}", context | more, status=status)


def _periods(day: date) -> list[str]:
    """Years and the quarters of this one: values of the choice."""
    quarters = [f"{day.year}-{quarter}" for quarter in range((day.month + 2) // 3, 0, -1)]
    return [str(day.year), str(day.year - 1), str(day.year - 2), *quarters]
