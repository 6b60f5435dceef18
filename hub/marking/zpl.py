"""Labels as ZPL II, the language of label printers. Pure: text out.

Source: Zebra, ZPL II Programming Guide: ^BC with `>;` (start in code set C) and `>8` (FNC1), ^FH for signs that ZPL
takes for its own, ^CI28 for UTF-8.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hub.marking import gs1
from hub.marking.layout import HEIGHT, WIDTH, Code, Mark, Rule, Text, layout
from hub.marking.sticker import Sticker

MEDIA_TYPE = "application/octet-stream"
DOTS: Final = {203: 8, 300: 12}
"""Dots to the millimetre, by what stands on the printer in dots to the inch."""
_BAR_DOTS: Final = {203: 4, 300: 6}
_FONT_CAPITAL: Final = 0.72
_NARROW: Final = 0.8
"""Font 0 is narrower than what the layout reckons with: a squeezed line needs less of it."""


def write(stickers: Sequence[Sticker], printer: int = 203) -> bytes:
    """Every label as a form of its own; `printer` is 203 or 300 dots to the inch."""
    return "".join(_form(sticker, printer) for sticker in stickers).encode()


def _form(sticker: Sticker, printer: int) -> str:
    dots = DOTS[printer]
    # Printers of four inches print 104 mm; what is drawn ends at 100.
    head = f"^XA^CI28^PW{round(min(WIDTH, 104) * dots)}^LL{round(HEIGHT * dots)}^LH0,0\n"
    return head + "".join(_drawn(mark, printer) for mark in layout(sticker)) + "^XZ\n"


def _drawn(mark: Mark, printer: int) -> str:
    dots = DOTS[printer]
    if isinstance(mark, Rule):
        return f"^FO{round(mark.x * dots)},{round(mark.y * dots)}^GB{round(mark.width * dots)},2,2^FS\n"
    return _code(mark, printer) if isinstance(mark, Code) else _text(mark, dots)


def _code(mark: Code, printer: int) -> str:
    """Set in the middle anew: a printer's module is a whole number of dots."""
    dots, module = DOTS[printer], _BAR_DOTS[printer]
    x = round((WIDTH * dots - len(gs1.modules(mark.digits)) * module) / 2)
    bars = f"^BY{module}^BCN,{round(mark.height * dots)},N,N,N"
    return f"^FO{x},{round(mark.y * dots)}{bars}^FD>;>8{mark.digits}^FS\n"


def _text(mark: Text, dots: int) -> str:
    height = round(mark.capital * dots / _FONT_CAPITAL)
    wide = f",{round(height * _NARROW)}" if mark.width else ""
    return f"^FT{round(mark.x * dots)},{round(mark.y * dots)}^A0N,{height}{wide}^FH_^FD{_spelt(mark.text)}^FS\n"


def _spelt(text: str) -> str:
    """Commands begin with ^ or ~, and _ begins a sign's number."""
    return "".join(f"_{ord(sign):02X}" if sign in "^~_\\" or not sign.isprintable() else sign for sign in text)
