"""How a row file is laid out: encoding, separator, decimal sign, dates; the same for every column unless it says so."""

from __future__ import annotations

import codecs
import functools
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from gateway.findings import Place, reject
from gateway.formats.values import read_decimal, write_decimal
from gateway.mapping.located import did_you_mean


class Layout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`decimal` is the decimal sign, `date` a strftime pattern, `group_by` the term by which rows belong together.

    `thousands` groups digits where it stands; it is read past and never written. `row` names the cells in their order;
    without a `header` the file does not name them itself.
    """

    encoding: str = "utf-8"
    separator: str = ";"
    decimal: str = "."
    date: str = "%Y-%m-%d"
    newline: str = "\r\n"
    group_by: str = "number"
    thousands: str = ""
    row: tuple[str, ...] = ()
    header: bool = True

    def write_decimal(self, value: Decimal) -> str:
        return write_decimal(value).replace(".", self.decimal)

    def read_decimal(self, text: str) -> Decimal:
        plain = self._ungrouped(text.strip())
        if self.decimal != "." and "." in plain:
            raise ValueError(f"{text!r} is not a number here: the decimal sign is {self.decimal!r}")
        try:
            return read_decimal(plain.replace(self.decimal, ".") if plain.count(self.decimal) < 2 else text)
        except ValueError:
            raise ValueError(f"{text!r} is not a number") from None

    def _ungrouped(self, text: str) -> str:
        if not self.thousands or _grouped(self.thousands, self.decimal).fullmatch(text) is None:
            return text
        return "".join(sign for sign in text if sign in f"+-{self.decimal}" or sign.isdigit())


@functools.cache
def _grouped(thousands: str, decimal: str) -> re.Pattern[str]:
    """Digits in groups of three, as `thousands` divides them; a space may be one that does not break the line."""
    sign = "[ \u00a0\u202f]" if thousands == " " else re.escape(thousands)
    return re.compile(rf"[+-]?\d{{1,3}}({sign}\d{{3}})+({re.escape(decimal)}\d*)?", re.ASCII)


def layout_of(data: dict[str, Any], place: Place) -> Layout:
    """The layout of a table. Raises `Rejected` naming the key that is wrong and what is known."""
    for key in data:
        if key not in Layout.__struct_fields__:
            near = did_you_mean(key, Layout.__struct_fields__)
            raise reject("table-layout", f"{key} is not a setting of a row layout{near}", place)
    try:
        layout = msgspec.convert(dict(data), Layout)
        codecs.lookup(layout.encoding)
        if len(layout.separator) != 1 or layout.decimal not in {".", ","} or layout.separator == layout.decimal:
            raise ValueError("separator is one character, decimal is . or , and they differ")
        if layout.thousands not in {"", " ", ".", ","} or layout.thousands == layout.decimal:
            raise ValueError("thousands is a space, . or , and not the decimal sign")
        if not layout.header and not layout.row:
            raise ValueError("a file without a header needs its cells by name")
        if read_day(write_day(date(2026, 3, 4), layout.date), layout.date) != date(2026, 3, 4):
            raise ValueError(f"the date pattern {layout.date!r} loses a part of the date")
    except (msgspec.ValidationError, LookupError, ValueError) as error:
        raise reject("table-layout", f"this layout cannot be used: {error}", place) from None
    return layout


def write_day(value: date, pattern: str) -> str:
    if value.year < 1000:
        raise ValueError(f"the year {value.year} cannot be written with four digits")
    return value.strftime(pattern)


def read_day(text: str, pattern: str) -> date:
    try:
        return datetime.strptime(text.strip(), pattern).date()
    except ValueError:
        shown = write_day(date(2026, 12, 31), pattern)
        raise ValueError(f"{text!r} is not a date written like {shown}") from None
