"""Labels as PDF: one to a sheet of A6 or A5, or four to a sheet of A4 for an office's printer. Pure: bytes out."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from hub.marking import gs1
from hub.marking.layout import HEIGHT, MODULE, WIDTH, Code, Rule, Text, layout
from hub.marking.sticker import Sticker

MEDIA_TYPE = "application/pdf"
_A5: Final = 2**0.5
_PLACES: Final = ((0.0, HEIGHT), (WIDTH, HEIGHT), (0.0, 0.0), (WIDTH, 0.0))
"""The lower left corners of four A6 labels on A4, in reading order."""


def a6(stickers: Sequence[Sticker]) -> bytes:
    """A page of A6 for each label."""
    return _document(stickers, (WIDTH, HEIGHT), ((0.0, 0.0),), 1.0)


def a5(stickers: Sequence[Sticker]) -> bytes:
    """A page of A5 for each label, everything larger by the same."""
    return _document(stickers, (WIDTH * _A5, HEIGHT * _A5), ((0.0, 0.0),), _A5)


def a4(stickers: Sequence[Sticker]) -> bytes:
    """Four labels to a page of A4: for sheets of labels, or for scissors and tape."""
    return _document(stickers, (2 * WIDTH, 2 * HEIGHT), _PLACES, 1.0)


def _document(
    stickers: Sequence[Sticker], page: tuple[float, float], places: Sequence[tuple[float, float]], scale: float
) -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=(page[0] * mm, page[1] * mm), invariant=1, pageCompression=0)
    canvas.setTitle("Etiketter")
    for nth, sticker in enumerate(stickers):
        if nth and nth % len(places) == 0:
            canvas.showPage()
        x, y = places[nth % len(places)]
        canvas.saveState()
        canvas.translate(x * mm, y * mm)
        canvas.scale(scale * mm, scale * mm)
        _draw(canvas, sticker)
        canvas.restoreState()
    canvas.showPage()
    canvas.save()
    return made.getvalue()


def _draw(canvas: Any, sticker: Sticker) -> None:
    """In millimetres; PDF counts upwards."""
    for mark in layout(sticker):
        if isinstance(mark, Rule):
            canvas.rect(mark.x, HEIGHT - mark.y - 0.3, mark.width, 0.3, stroke=0, fill=1)
        elif isinstance(mark, Code):
            _bars(canvas, mark)
        else:
            _text(canvas, mark)


def _bars(canvas: Any, mark: Code) -> None:
    for first, many in gs1.bars(mark.digits):
        y = HEIGHT - mark.y - mark.height
        canvas.rect(mark.x + first * MODULE, y, many * MODULE, mark.height, stroke=0, fill=1)


def _text(canvas: Any, mark: Text) -> None:
    font, known = ("Helvetica-Bold" if mark.bold else "Helvetica"), _known(mark.text)
    natural = canvas.stringWidth(known, font, mark.size)
    written = canvas.beginText(mark.x, HEIGHT - mark.y)
    written.setFont(font, mark.size)
    # Said each time: a scale holds until the next one is said.
    written.setHorizScale(100 * mark.width / natural if mark.width and natural > mark.width else 100)
    written.textOut(known)
    canvas.drawText(written)


def _known(text: str) -> str:
    """The fonts that every reader has know the letters of Western Europe; others lose their marks, or are `?`."""
    return "".join(_letter(sign) for sign in text)


def _letter(sign: str) -> str:
    for spelt in (sign, unicodedata.normalize("NFKD", sign)[:1]):
        try:
            spelt.encode("cp1252")
        except UnicodeEncodeError:
            continue
        return spelt
    return "?"
