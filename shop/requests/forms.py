"""Forms as people fill them in: texts, numbers, days, files; what is wrong with each as message ids by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid4

from fastapi import Request
from starlette.datastructures import UploadFile

from gateway.suppliers.supplier import Supplier, Suppliers
from shop.desk import one_line
from shop.requests.papers import File, Unfit, looked_at
from shop.requests.sniff import MOST_BYTES
from web.languages import N_

FORM_BYTES = 64 * 1024 * 1024
"""A form with several attachments; what is larger is turned away before it is read."""
LATEST = date(2100, 1, 1)
RATES = (Decimal(25), Decimal(12), Decimal(6), Decimal(0))
Files = list[tuple[str, bytes]]


async def filled_in(request: Request) -> tuple[dict[str, str], Files]:
    """The texts of a form, and its files with at most one byte more than is allowed."""
    form = await request.form()
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile) and value.filename]
    return texts, [(file.filename or "", await file.read(MOST_BYTES + 1)) for file in files]


class Filled:
    """A form being read. `errors` are message ids by field; `values` what they are filled in with."""

    def __init__(self, given: Mapping[str, str], today: date) -> None:
        self.given, self.today = given, today
        self.errors: dict[str, str] = {}
        self.values: dict[str, dict[str, Any]] = {}

    def wrong(self, name: str, message: str, /, **values: Any) -> None:
        """The first thing wrong with a field is what is said of it."""
        if name not in self.errors:
            self.errors[name], self.values[name] = message, values

    def text(self, name: str, longest: int, missing: str = "") -> str:
        """One line; `missing` is what to say where it is empty and must not be."""
        return self._checked(name, one_line(self.given.get(name, "")), longest, missing)

    def lines(self, name: str, longest: int, missing: str = "") -> str:
        """Several lines, empty ones at the ends aside."""
        raw = self.given.get(name, "").replace("\r\n", "\n").replace("\r", "\n")
        clean = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in raw).strip()
        return self._checked(name, clean, longest, missing)

    def _checked(self, name: str, text: str, longest: int, missing: str) -> str:
        if missing and not text:
            self.wrong(name, missing)
        if len(text) > longest:
            self.wrong(name, N_("Write at most %(count)s characters."), count=longest)
        return text

    def number(
        self, name: str, *, most: Decimal, least: Decimal | None = None, places: int = 2, needed: bool = True
    ) -> Decimal | None:
        """A number above 0 (or from `least`) up to `most`, with comma or point; None where it is none."""
        text = "".join(self.given.get(name, "").split()).replace(",", ".").removesuffix("kr")
        if not text and not needed:
            return None
        value = _decimal(text)
        if value is None:
            self.wrong(name, N_("Write a number, such as 12 or 12,50."))
            return None
        small = value < least if least is not None else value <= 0
        if small or value > most:
            self.wrong(name, N_("Write a number above 0 and at most %(most)s."), most=most)
            return None
        if value != round(value, places):
            self.wrong(name, N_("Write at most %(count)s decimals."), count=places)
            return None
        return round(value, places)

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number between the two, both among them."""
        value = self.number(name, most=Decimal(most), least=Decimal(least), places=0)
        return int(value) if value is not None else least

    def day(self, name: str, *, first: date | None = None, last: date = LATEST, missing: str = "") -> date | None:
        """A day from `first` to `last`; None where it is empty or wrong."""
        text = self.given.get(name, "").strip()
        if not text:
            if missing:
                self.wrong(name, missing)
            return None
        try:
            found = date.fromisoformat(text)
        except ValueError:
            self.wrong(name, N_("Write the day as 2026-11-30."))
            return None
        if first is not None and found < first:
            self.wrong(name, N_("Choose %(day)s or later."), day=first)
        elif found > last:
            self.wrong(name, N_("Choose %(day)s or earlier."), day=last)
        return found

    def one_of(self, name: str, choices: Iterable[str], message: str) -> str:
        """One of the choices; the first of them where it is none."""
        known = list(choices)
        value = self.given.get(name, "")
        if value not in known:
            self.wrong(name, message)
            return known[0]
        return value

    def rate(self, name: str = "vat") -> Decimal:
        """A rate of VAT in per cent."""
        return Decimal(self.one_of(name, map(str, RATES), N_("Choose the rate of VAT.")))

    def id(self, name: str = "id") -> UUID:
        """The id that the form was made with."""
        try:
            return UUID(self.given.get(name, ""))
        except ValueError:
            return uuid4()

    def files(self, given: Files, name: str = "files", missing: str = "") -> list[File]:
        """The attachments, each looked at."""
        found = []
        for called, content in given:
            try:
                found.append(looked_at(called, content))
            except Unfit as unfit:
                self.wrong(name, unfit.message, **unfit.values)
        if missing and not given:
            self.wrong(name, missing)
        return found

    def supplier(self, suppliers: Suppliers, name: str = "supplier", needed: bool = True) -> Supplier | None:
        """The active supplier of this name, number or contract; one it can only be, or an error that names some."""
        text = one_line(self.given.get(name, ""))[:200]
        if not text:
            if needed:
                self.wrong(name, N_("Write the supplier's name."))
            return None
        found = named(suppliers, text)
        if len(found) == 1:
            return found[0]
        if not found:
            self.wrong(name, N_("No supplier has that name. Write part of it, or a contract number."))
        else:
            some = ", ".join(one.name for one in found[:4])
            self.wrong(name, N_("Several suppliers fit: %(names)s. Write more of the name."), names=some)
        return None

    def contract(self, supplier: Supplier | None, name: str = "contract") -> str | None:
        """One of the supplier's contracts; None where none is meant."""
        text = one_line(self.given.get(name, ""))
        if text and supplier is not None and text not in supplier.contracts:
            some = ", ".join(supplier.contracts) or "–"
            self.wrong(name, N_("The supplier's contracts are: %(names)s."), names=some)
        return text or None


def named(suppliers: Suppliers, text: str) -> list[Supplier]:
    """Who is meant: the exact name, id or contract, else every active one whose name holds the words."""
    low = text.casefold()
    active = [one for one in suppliers if one.active]
    exact = [one for one in active if low in {one.name.casefold(), one.id.casefold()} or text in one.contracts]
    if exact:
        return exact
    words = low.split()
    return [one for one in active if all(word in one.name.casefold() for word in words)]


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < Decimal(10) ** 15 else None
