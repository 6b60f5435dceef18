"""Reads SIE 4: the vouchers of a Swedish ledger. Pure; streams, and bears what programs really write.

The format's words as the SIE group describes them: a line is a label and fields apart by blanks or tabs; a field may
stand in quotation marks, `\\"` is one inside; `{}` holds pairs of dimension and object. Labels that are not known
are passed over. #RTRANS and #BTRANS are left out: what was added is repeated as #TRANS, what was taken away is gone.
Dimension 9 is the supplier, 1 the cost centre; debit is above 0, credit below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

import msgspec

from shop.insight.signs import TOO_LONG, Unread, Wrong
from web.languages import N_

CENTRE, SUPPLIER = "1", "9"
MOST_LINES = 100_000
"""Lines of one voucher."""
MOST_NAMES = 200_000
Field = str | tuple[str, ...]


class Transaction(msgspec.Struct, frozen=True, kw_only=True):
    """A #TRANS: `objects` are by dimension; `place` is the line of the file."""

    place: int
    account: str
    objects: dict[str, str]
    amount: Decimal
    day: date
    text: str = ""
    quantity: Decimal | None = None


class Voucher(msgspec.Struct, frozen=True, kw_only=True):
    """A #VER with its transactions."""

    place: int
    series: str
    number: str
    day: date
    text: str
    lines: tuple[Transaction, ...]


class Names(msgspec.Struct):
    """What the head of the file says, filled while it is read: kind, accounts, and objects by (dimension, number)."""

    kind: str = ""
    accounts: dict[str, str] = {}
    objects: dict[tuple[str, str], str] = {}


def fields_of(line: str) -> list[Field]:
    """The fields of a line, an object list as a tuple. Raises `Wrong`: a quotation or a list that does not end."""
    found: list[Field] = []
    within: list[str] | None = None
    at = 0
    while at < len(line):
        sign = line[at]
        if sign in " \t":
            at += 1
        elif sign == "{" and within is None:
            within, at = [], at + 1
        elif sign == "}" and within is not None:
            found.append(tuple(within))
            within, at = None, at + 1
        else:
            field, at = _quoted(line, at + 1) if sign == '"' else _bare(line, at, within is not None)
            (found if within is None else within).append(field)
    if within is not None:
        raise Wrong(N_("The list of objects has no end."), line)
    return found


def _quoted(line: str, at: int) -> tuple[str, int]:
    parts: list[str] = []
    while True:
        end = line.find('"', at)
        if end < 0:
            raise Wrong(N_("A quotation has no end."), line)
        if end > at and line[end - 1] == "\\":
            parts.append(line[at : end - 1] + '"')
            at = end + 1
        else:
            return "".join([*parts, line[at:end]]), end + 1


def _bare(line: str, at: int, in_list: bool) -> tuple[str, int]:
    stop = " \t}" if in_list else " \t"
    end = next((place for place in range(at, len(line)) if line[place] in stop), len(line))
    return line[at:end], end


def written(field: str) -> str:
    """A field as a file has it."""
    return '"' + field.replace('"', '\\"') + '"'


def read(lines: Iterable[tuple[int, str | None]], names: Names) -> Iterator[Voucher | Unread]:
    """Vouchers as they come, and what had to be left out. `names` fill up on the way.

    A voucher of which a line cannot be read is left out whole: half of one would say something else.
    """
    held = _Held()
    for place, line in lines:
        if line is None:
            held.broken = True
            yield Unread(place, TOO_LONG)
            continue
        try:
            yield from _step(place, line.strip(), held, names)
        except Wrong as wrong:
            held.broken = True
            yield wrong.at(place)
    if held.head and held.opened:
        yield Unread(held.head[0], N_("The file ends inside a voucher."))


class _Held(msgspec.Struct):
    """The voucher that is being read: where it began and its fields, and its lines so far."""

    head: tuple[int, list[Field]] | None = None
    lines: list[Transaction] = []
    opened: bool = False
    broken: bool = False


def _step(place: int, text: str, held: _Held, names: Names) -> Iterator[Voucher]:
    if text == "{":
        held.opened = held.head is not None
    elif text == "}":
        if held.head and held.opened and not held.broken:
            yield _voucher(*held.head, held.lines)
        held.head, held.lines, held.opened, held.broken = None, [], False, False
    elif text.startswith("#"):
        word = text.split(None, 1)[0].upper()
        if word == "#VER":
            held.head, held.lines, held.opened, held.broken = (place, fields_of(text)[1:]), [], False, False
        elif word == "#TRANS" and held.head and held.opened and not held.broken:
            if len(held.lines) >= MOST_LINES:
                raise Wrong(N_("A voucher has more than 100,000 lines."))
            held.lines.append(_transaction(place, fields_of(text)[1:], _day(rest_field(held.head[1], 2))))
        elif word in _HEAD:
            _note(word, fields_of(text)[1:], names)


_HEAD = frozenset({"#SIETYP", "#KONTO", "#OBJEKT"})


def rest_field(fields: list[Field], place: int, otherwise: str = "") -> str:
    """A field as text, `otherwise` where it is not there."""
    found = fields[place] if place < len(fields) else otherwise
    return found if isinstance(found, str) else " ".join(found)


def _voucher(place: int, fields: list[Field], held: list[Transaction]) -> Voucher:
    series, number = rest_field(fields, 0), rest_field(fields, 1)
    day, text = _day(rest_field(fields, 2)), rest_field(fields, 3)
    return Voucher(place=place, series=series, number=number, day=day, text=text, lines=tuple(held))


def _transaction(place: int, fields: list[Field], day: date) -> Transaction:
    if len(fields) < 3 or not isinstance(fields[1], tuple):
        raise Wrong(N_("A transaction wants an account, a list of objects and an amount."))
    objects = fields[1]
    said, quantity = rest_field(fields, 3), rest_field(fields, 5)
    return Transaction(
        place=place,
        account=rest_field(fields, 0),
        objects=dict(zip(objects[::2], objects[1::2], strict=False)),
        amount=_amount(rest_field(fields, 2)),
        day=_day(said) if said else day,
        text=rest_field(fields, 4),
        quantity=_amount(quantity) if quantity else None,
    )


def _amount(text: str) -> Decimal:
    """Kronor with a decimal point; a comma is borne. Raises `Wrong`."""
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise Wrong(N_("This is no amount."), text) from None
    if not found.is_finite() or abs(found) >= Decimal("1e12"):
        raise Wrong(N_("This is no amount."), text)
    return found


def _day(text: str) -> date:
    """YYYYMMDD; hyphens are borne. Raises `Wrong`."""
    digits = text.replace("-", "")
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        raise Wrong(N_("This is no day."), text)
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise Wrong(N_("This is no day."), text) from None


def _note(word: str, fields: list[Field], names: Names) -> None:
    if word == "#SIETYP":
        names.kind = rest_field(fields, 0)
    elif max(len(names.accounts), len(names.objects)) >= MOST_NAMES:
        return
    elif word == "#KONTO":
        names.accounts[rest_field(fields, 0)] = rest_field(fields, 1)
    elif word == "#OBJEKT":
        names.objects[rest_field(fields, 0), rest_field(fields, 1)] = rest_field(fields, 2)
