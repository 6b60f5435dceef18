"""Tables as values: the page and the CSV file show the same rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec
from babel.dates import format_date
from babel.numbers import format_decimal
from starlette.responses import StreamingResponse

from web.figures import Figures
from web.languages import N_, Words

TEXT, KRONOR, NUMBER, PERCENT, DAY, PRICE = "text", "kronor", "number", "percent", "day", "price"
_TENTH = Decimal("0.1")


class Column(msgspec.Struct, frozen=True):
    """A heading (message id) and what kind of thing stands beneath it."""

    heading: str
    kind: str = TEXT

    @property
    def is_number(self) -> bool:
        return self.kind not in {TEXT, DAY}


class Row(msgspec.Struct, frozen=True):
    """Cells in the order of the columns; the first one leads to `link`."""

    cells: tuple[Any, ...]
    link: str = ""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """`caption` is a message id; `file` the name of the CSV file without its ending."""

    caption: str
    file: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None


def kronor(figures: Figures, value: Decimal) -> str:
    """Whole kronor: `1 234 kr`."""
    whole = value.quantize(Decimal(1), ROUND_HALF_UP) + 0
    number = format_decimal(whole, locale=figures.locale)
    return f"{number}\xa0kr" if figures.locale == "sv_SE" else f"SEK\xa0{number}"


def short_kronor(figures: Figures, words: Words, value: Decimal) -> str:
    """For the scale of a picture: `1,2 mn kr`, `250 tkr`, `40 kr`."""
    if abs(value) >= 1_000_000:
        return words.say(N_("SEK %(amount)s m"), amount=_short(figures, value / 1_000_000))
    if abs(value) >= 1_000:
        return words.say(N_("SEK %(amount)s k"), amount=_short(figures, value / 1_000))
    return kronor(figures, value)


def _short(figures: Figures, value: Decimal) -> str:
    return str(
        format_decimal(value.quantize(_TENTH, ROUND_HALF_UP).normalize() + 0, locale=figures.locale, format="#,##0.#")
    )


def month_word(figures: Figures, month: date, long: bool = False) -> str:
    """`nov`, three letters so that twelve of them fit a phone; or `november 2026`."""
    found = str(format_date(month, "LLLL y" if long else "LLL", locale=figures.locale)).replace(".", "")
    return found if long else found[:3]


def cell(figures: Figures, kind: str, value: Any) -> str:
    """A cell as people read it; None is a dash."""
    if value is None:
        return "–"
    match kind:
        case "kronor":
            return kronor(figures, value)
        case "percent":
            return figures.percent(value).replace(" ", "\xa0")
        case "number":
            return figures.number(value)
        case "price":
            return figures.price(Decimal(value).quantize(Decimal("0.0001"), ROUND_HALF_UP).normalize())
        case "day":
            return figures.plain_day(value)
        case _:
            return str(value)


def as_csv(table: Table, words: Words) -> StreamingResponse:
    """The table as a file for a spreadsheet."""
    headings = [words.say(column.heading) for column in table.columns]
    return stream_csv(table.file, headings, (row.cells for row in table.rows))


def stream_csv(name: str, headings: Iterable[str], rows: Iterable[Iterable[Any]]) -> StreamingResponse:
    """Rows as they come, in the form that Swedish spreadsheets open: semicolons, decimal commas, UTF-8 with a mark."""
    answer = StreamingResponse(_written(headings, rows), media_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _written(headings: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    held = io.StringIO()
    writer = csv.writer(held, delimiter=";", lineterminator="\r\n")
    held.write("\ufeff")
    writer.writerow(headings)
    for place, row in enumerate(rows):
        writer.writerow([_plain(value) for value in row])
        if place % 500 == 499:
            yield held.getvalue()
            held.seek(0)
            held.truncate()
    yield held.getvalue()


def _plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return format(value.normalize() + 0, "f").replace(".", ",")
        case datetime() | date():
            return value.isoformat()
        case int():
            return str(value)
    text = str(value)
    # A spreadsheet would run what begins like a formula.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
