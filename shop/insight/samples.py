"""Invented ledgers: what a year's purchases beside the contracts look like in an accounting system. Pure, no database.

The companies are nobody's: their org. numbers begin 5500, which no register gives out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import msgspec

from gateway.identifiers import luhn_check_digit
from shop.insight.sie import written

_SHOPS = (
    "Hörnets Järn och Färg AB", "Kvarterslivs Låtsasby AB", "Nätprylar Fabelsund AB", "Bokkajen Diktholm AB",
    "Stormarknaden Övningsby AB", "Städa Själv Skissholm AB", "Lekhörnan Påhittinge AB", "Kontorshörnet Önskevalla AB",
)  # fmt: skip
_OTHER = (
    ("Hyresvärden Exempelstad AB", "Lokalhyra kvartal", "6010"),
    ("Elbolaget Tänkeby AB", "Elförbrukning", "6210"),
    ("Utbildningshuset Provlunda AB", "Kurs arbetsrätt", "7110"),
)
_CORNER = Decimal("0.92"), Decimal("1.42")
"""What such a shop takes, times the contract's price, at the least and at the most."""
HEADINGS = ("Fakturadatum", "Leverantör", "Org.nr", "Text", "Antal", "Belopp exkl. moms", "Ansvar", "Konto")


class Ware(msgspec.Struct, frozen=True):
    """An article on contract: who sells it there, what it is called and costs."""

    supplier: str
    org_number: str
    name: str
    price: Decimal


class Entry(msgspec.Struct, frozen=True):
    """A row of an invented ledger."""

    day: date
    supplier: str
    org_number: str
    text: str
    quantity: Decimal | None
    amount: Decimal
    centre: str
    account: str


def org_number(place: int) -> str:
    """Ten digits that look like a company's."""
    digits = f"5500{90_000 + place:05d}"
    return f"{digits}{luhn_check_digit(digits)}"


def entries(wares: Sequence[Ware], n: int, start: date, days: int, seed: int = 7350001) -> Iterator[Entry]:
    """`n` rows from `start` on: most of them goods that a contract has, dearer; some of contracts' own sellers."""
    chance = Random(seed)  # noqa: S311 - an invented ledger
    for _ in range(n):
        day = start + timedelta(days=chance.randrange(days))
        kind = chance.random()
        if kind < 0.08 or not wares:
            yield _other(day, chance)
        elif kind < 0.2:
            yield _called(day, chance.choice(wares), chance)
        else:
            yield _beside(day, chance.choice(wares), chance)


def _beside(day: date, ware: Ware, chance: Random) -> Entry:
    """Bought round the corner: a short text, sometimes without a quantity."""
    place = chance.randrange(len(_SHOPS))
    low, high = (int(part * 100) for part in _CORNER)
    quantity = Decimal(chance.randint(1, 12))
    amount = (ware.price * quantity * chance.randint(low, high) / 100).quantize(Decimal("0.01"))
    text = ware.name if chance.random() < 0.6 else ware.name.split(",")[0]
    known = quantity if chance.random() < 0.7 else None
    return Entry(day, _SHOPS[place], org_number(place), text, known, amount, _centre(chance), "6460")


def _called(day: date, ware: Ware, chance: Random) -> Entry:
    """Ordered by telephone of the very supplier that has the contract."""
    quantity = Decimal(chance.randint(1, 20))
    amount = (ware.price * quantity * chance.randint(95, 130) / 100).quantize(Decimal("0.01"))
    return Entry(day, ware.supplier, ware.org_number, ware.name, quantity, amount, _centre(chance), "6460")


def _other(day: date, chance: Random) -> Entry:
    """What no contract for goods would have served."""
    place = chance.randrange(len(_OTHER))
    supplier, text, account = _OTHER[place]
    amount = Decimal(chance.randint(900, 60_000))
    return Entry(day, supplier, org_number(100 + place), text, None, amount, _centre(chance), account)


def _centre(chance: Random) -> str:
    return str(chance.choice((4100, 4300, 5100, 5400, 5600, 6100, 1000, 4700)))


def as_csv(rows: Sequence[Entry], encoding: str = "utf-8") -> bytes:
    """The rows as a finance system's CSV file."""
    lines = [";".join(HEADINGS)]
    for row in rows:
        number = f"{row.org_number[:6]}-{row.org_number[6:]}"
        quantity = str(row.quantity) if row.quantity is not None else ""
        cells = (row.day.isoformat(), row.supplier, number, f'"{row.text}"', quantity, _comma(row.amount))
        lines.append(";".join((*cells, row.centre, row.account)))
    return "\r\n".join([*lines, ""]).encode(encoding)


def _comma(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def as_sie(rows: Sequence[Entry], encoding: str = "cp437") -> bytes:
    """The rows as a SIE 4 file: each a voucher with a cost, its VAT and the debt to the supplier."""
    sellers = {row.supplier: place for place, row in enumerate(rows, start=1)}
    lines = ["#FLAGGA 0", "#FORMAT PC8", "#SIETYP 4", '#PROGRAM "Avrop" 1', '#FNAMN "Exempelstads kommun"']
    lines += ['#KONTO 2440 "Leverantörsskulder"', '#KONTO 2640 "Ingående moms"', '#KONTO 6460 "Förbrukningsmaterial"']
    lines += ['#DIM 1 "Ansvar"', '#DIM 9 "Leverantör"']
    lines += [f"#OBJEKT 9 {place} {written(name)}" for name, place in sellers.items()]
    for place, row in enumerate(rows, start=1):
        vat = (row.amount / 4).quantize(Decimal("0.01"))
        lines += [f"#VER L {place} {row.day:%Y%m%d} {written(f'Leverantörsfaktura {row.org_number}')}", "{"]
        quantity = f" {row.quantity}" if row.quantity is not None else ""
        lines.append(f'#TRANS {row.account} {{1 {row.centre}}} {row.amount} "" {written(row.text)}{quantity}')
        lines.append(f"#TRANS 2640 {{}} {vat}")
        lines.append(f"#TRANS 2440 {{9 {sellers[row.supplier]}}} -{row.amount + vat}")
        lines.append("}")
    return "\r\n".join([*lines, ""]).encode(encoding)
