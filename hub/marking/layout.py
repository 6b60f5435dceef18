"""Where things stand on an A6 label, in millimetres from its upper left corner. Pure; three writers draw it.

Source: GS1 General Specifications 6 (logistic label: free text, human text, bar codes; the SSCC lowest, a module of
0,495 mm or more, bars of 31,75 mm or more) and GS1 Sweden, samordnad varudistribution (text in the middle 7 mm or more,
under the bars 3 mm or more). Labels are read on a Swedish floor, so they are Swedish whatever the reader speaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from babel.dates import format_date
from reportlab.pdfbase.pdfmetrics import stringWidth  # type: ignore[import-untyped]

from hub.marking import gs1
from hub.marking.sticker import Sticker, element_strings, readable

WIDTH, HEIGHT = 105.0, 148.0
MODULE: Final = 0.495
BARS: Final = 32.0
CAPITAL: Final = 0.718
"""How high a capital of the typeface is, as a part of its size."""
UNDER_BARS, SMALL = 3.2, 2.6
"""Heights of capitals, as all below."""
_EDGE, _RIGHT = 5.0, 100.0
_NARROWEST: Final = 0.55
_PER_CODE: Final = 38.2
_PITCH: Final = 1.26
_WORDS = {"from": "Från", "to": "Via", "parcel": "Kolli", "of": "av", "order": "Order", "more": "…"}


class Text(msgspec.Struct, frozen=True):
    """One line, its baseline at `y`; `width` only where it must be squeezed to fit."""

    x: float
    y: float
    capital: float
    text: str
    bold: bool = False
    width: float | None = None

    @property
    def size(self) -> float:
        """The size of the typeface."""
        return self.capital / CAPITAL


class Code(msgspec.Struct, frozen=True):
    """Bars of `digits`, the first one at `x`, hanging from `y`."""

    x: float
    y: float
    height: float
    digits: str


class Rule(msgspec.Struct, frozen=True):
    """A thin line across the label."""

    y: float
    x: float = _EDGE
    width: float = _RIGHT - _EDGE


class _Sizes(msgspec.Struct, frozen=True):
    """Capitals in the middle of the label: of the lane, of the unit, and of what stands beside the lane."""

    sign: float
    unit: float
    aside: float


_NARROW_ROOM, _WIDE_ROOM = _Sizes(16.0, 7.2, 7.2), _Sizes(30.0, 11.0, 7.5)
Mark = Text | Code | Rule


def layout(sticker: Sticker) -> tuple[Mark, ...]:
    """Everything on the label."""
    codes = element_strings(sticker)
    floor = HEIGHT - 1.5 - _PER_CODE * len(codes)
    sizes = _NARROW_ROOM if len(codes) > 1 else _WIDE_ROOM
    return (*_top(sticker), Rule(17.5), *_middle(sticker, 21.0, floor, sizes), Rule(floor), *_bottom(codes, floor))


def _top(sticker: Sticker) -> list[Text]:
    numbered = f"{_WORDS['parcel']} {sticker.number} {_WORDS['of']} {sticker.of}" if sticker.number else ""
    order = f"{_WORDS['order']} {sticker.order}" if sticker.order else ""
    said = (
        f"{_WORDS['from']}: {sticker.supplier}" if sticker.supplier else "",
        f"{_WORDS['to']}: {sticker.hub}" if sticker.hub else "",
        " · ".join(filter(None, (order, numbered))),
    )
    return [_fitted(text, _EDGE, 7.2 + 4.2 * row, SMALL, _RIGHT - _EDGE) for row, text in enumerate(said) if text]


def _middle(sticker: Sticker, top: float, floor: float, sizes: _Sizes) -> list[Text]:
    """The lane as large as can be, day and route beside it, and the unit beneath on as many lines as there is room."""
    lane = [_fitted(sticker.lane, _EDGE, top + sizes.sign, sizes.sign, 50.0, bold=True)] if sticker.lane else []
    beside = _EDGE + min(_wide(lane[0]), 50.0) + 5 if lane else _EDGE
    aside = _column(_aside(sticker, sizes, _RIGHT - beside), beside, top, sizes.aside)
    y = max([top, *(text.y for text in (*lane, *aside))]) + 4
    room = max(int((floor - 1 - y) // (sizes.unit * _PITCH)), 1)
    unit = _broken(sticker.unit, room, _RIGHT - _EDGE, sizes.unit, bold=True)
    return [*lane, *aside, *_column(unit, _EDGE, y, sizes.unit, bold=True)]


def _aside(sticker: Sticker, sizes: _Sizes, width: float) -> list[str]:
    """The day and the route, on as many lines as fit beside the lane."""
    day = format_date(sticker.day, "EEE d MMM", locale="sv_SE").replace(".", "") if sticker.day else ""
    rows = int((sizes.sign + 2.5) // (sizes.aside * _PITCH)) - bool(day)
    return [text for text in (day, *_broken(sticker.route, rows, width, sizes.aside)) if text]


def _column(texts: Sequence[str], x: float, top: float, capital: float, bold: bool = False) -> list[Text]:
    return [
        _fitted(text, x, top + capital + capital * _PITCH * row, capital, _RIGHT - x, bold)
        for row, text in enumerate(texts)
    ]


def _bottom(codes: list[str], floor: float) -> list[Mark]:
    found: list[Mark] = []
    for row, digits in enumerate(codes):
        top = floor + 1.5 + _PER_CODE * row
        wide = len(gs1.modules(digits)) * MODULE
        found.append(Code((WIDTH - wide) / 2, top, BARS, digits))
        line = readable(digits)
        under = _fitted(line, _EDGE, top + BARS + UNDER_BARS + 0.7, UNDER_BARS, _RIGHT - _EDGE)
        found.append(msgspec.structs.replace(under, x=(WIDTH - min(_wide(under), _RIGHT - _EDGE)) / 2))
    return found


def _broken(text: str, most: int, width: float, capital: float, bold: bool = False) -> list[str]:
    """The words on at most `most` lines, each as full as it can be; the last one takes what is left."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        fits = lines and _natural(joined, capital, bold) * _NARROWEST**0.5 <= width
        if lines and (fits or len(lines) == most):
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def _fitted(text: str, x: float, y: float, capital: float, width: float, bold: bool = False) -> Text:
    """A line that stays within `width`: squeezed if need be, and cut where squeezing would make it unreadable."""
    clean = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    while len(clean) > 1 and _natural(clean, capital, bold) * _NARROWEST > width:
        clean = clean.removesuffix(_WORDS["more"])[:-1].rstrip() + _WORDS["more"]
    squeezed = width if _natural(clean, capital, bold) > width else None
    return Text(x, y, capital, clean, bold, squeezed)


def _natural(text: str, capital: float, bold: bool) -> float:
    return float(stringWidth(text, "Helvetica-Bold" if bold else "Helvetica", capital / CAPITAL))


def _wide(text: Text) -> float:
    return text.width or _natural(text.text, text.capital, text.bold)
