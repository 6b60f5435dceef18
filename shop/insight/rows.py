"""The rows of a ledger file as values, whatever it is: CSV by its mapping, SIE 4 by vouchers. Pure; streams."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from shop.insight import columns, sie
from shop.insight.columns import Mapping
from shop.insight.signs import TOO_LONG, Unread, Wrong, lines_of
from web.languages import N_

_ORE = Decimal("0.01")
_MOST_JOINED = 20
_LONGEST_TEXT = 300
_MOST_QUANTITY = Decimal("1e9")


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """One row: `amount` is kronor without VAT."""

    place: int
    day: date
    supplier: str
    org_number: str | None
    text: str
    quantity: Decimal | None
    amount: Decimal
    centre: str
    account: str


def read(chunks: Iterable[bytes], kind: str, mapping: Mapping) -> Iterator[Spent | Unread]:
    """Every purchase of the file, and what had to be left out."""
    lines = lines_of(chunks, mapping.encoding)
    return _from_sie(lines, mapping) if kind == "sie" else _from_csv(lines, mapping)


def _from_csv(lines: Iterator[tuple[int, str | None]], mapping: Mapping) -> Iterator[Spent | Unread]:
    headed = False
    for place, text in _joined(lines):
        if text is None:
            yield Unread(place, TOO_LONG)
            continue
        if not text.strip():
            continue
        if not headed:
            headed = True
            continue
        try:
            cells = next(csv.reader([text], delimiter=mapping.delimiter or ";"))
            found = _spent(place, cells, mapping)
        except csv.Error:
            yield Unread(place, N_("The line cannot be parted into columns."), text[:60])
        except Wrong as wrong:
            yield wrong.at(place)
        else:
            if found:
                yield found


def _joined(lines: Iterator[tuple[int, str | None]]) -> Iterator[tuple[int, str | None]]:
    """Rows of which a quoted text goes on in the next lines; a quotation mark gone astray costs its own line only."""
    waiting: list[tuple[int, str | None]] = []
    while True:
        place, text = waiting.pop(0) if waiting else next(lines, (0, ""))
        if not place:
            return
        if text is None or text.count('"') % 2 == 0:
            yield place, text
            continue
        more: list[tuple[int, str | None]] = []
        while len(more) < _MOST_JOINED:
            following = waiting.pop(0) if waiting else next(lines, (0, ""))
            if not following[0]:
                break
            more.append(following)
            if following[1] is not None and following[1].count('"') % 2:
                break
        parts = [one for _, one in more]
        if parts and parts[-1] is not None and parts[-1].count('"') % 2 and None not in parts:
            yield place, "\n".join([text, *(part or "" for part in parts)])
        else:
            yield place, text.replace('"', "")
            waiting = more + waiting


def _spent(place: int, cells: list[str], mapping: Mapping) -> Spent | None:
    def cell(field: str) -> str:
        column = mapping.columns.get(field)
        return " ".join(cells[column].split())[:_LONGEST_TEXT] if column is not None and column < len(cells) else ""

    account = cell("account")
    if not mapping.counts(account):
        return None
    day = columns.day(cell("day"))
    if day is None:
        raise Wrong(N_("This is no day."), cell("day"))
    supplier, number = cell("supplier"), columns.org_number(cell("org_number"))
    quantity = columns.number(cell("quantity")) if cell("quantity") else None
    return Spent(
        place=place,
        day=day,
        supplier=supplier or number or "",
        org_number=number,
        text=cell("text"),
        quantity=quantity if quantity is None or abs(quantity) < _MOST_QUANTITY else None,
        amount=_amount(cell("net"), cell("gross"), mapping.vat),
        centre=cell("centre"),
        account=account[:20],
    )


def _amount(net: str, gross: str, vat: Decimal) -> Decimal:
    said = columns.number(net) if net else None
    if said is None and gross:
        with_vat = columns.number(gross)
        said = with_vat * 100 / (100 + vat) if with_vat is not None else None
    if said is None:
        raise Wrong(N_("This is no amount."), net or gross)
    return said.quantize(_ORE, ROUND_HALF_UP)


def _from_sie(lines: Iterator[tuple[int, str | None]], mapping: Mapping) -> Iterator[Spent | Unread]:
    names = sie.Names()
    for found in sie.read(lines, names):
        if isinstance(found, Unread):
            yield found
        else:
            yield from _of_voucher(found, names, mapping)


def _of_voucher(voucher: sie.Voucher, names: sie.Names, mapping: Mapping) -> Iterator[Spent]:
    """The lines on purchase accounts; the supplier is an object of dimension 9 of any of its lines, else its text."""
    suppliers = [line.objects[sie.SUPPLIER] for line in voucher.lines if sie.SUPPLIER in line.objects]
    for line in voucher.lines:
        if not mapping.counts(line.account):
            continue
        object_ = line.objects.get(sie.SUPPLIER) or (suppliers[0] if suppliers else "")
        named = names.objects.get((sie.SUPPLIER, object_), object_) or voucher.text
        text = line.text or (voucher.text if suppliers else "") or names.accounts.get(line.account, "")
        yield Spent(
            place=line.place,
            day=line.day,
            supplier=named[:_LONGEST_TEXT],
            org_number=columns.org_number(f"{named} {voucher.text}"),
            text=text[:_LONGEST_TEXT],
            quantity=line.quantity if line.quantity is None or abs(line.quantity) < _MOST_QUANTITY else None,
            amount=line.amount.quantize(_ORE, ROUND_HALF_UP),
            centre=line.objects.get(sie.CENTRE, "")[:60],
            account=line.account[:20],
        )
