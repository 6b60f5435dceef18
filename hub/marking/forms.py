"""The files that labels come in, by name: one dict, and a line in it for each. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import msgspec

from hub.marking import pdf, svg, zpl
from hub.marking.sticker import Sticker


class Form(msgspec.Struct, frozen=True):
    """How labels are written, and whether the browser shows the file or keeps it for the printer."""

    media_type: str
    write: Callable[[Sequence[Sticker]], bytes]
    shown: bool = True


FORMS: Final[dict[str, Form]] = {
    "a6.pdf": Form(pdf.MEDIA_TYPE, pdf.a6),
    "a5.pdf": Form(pdf.MEDIA_TYPE, pdf.a5),
    "a4.pdf": Form(pdf.MEDIA_TYPE, pdf.a4),
    "203.zpl": Form(zpl.MEDIA_TYPE, partial(zpl.write, printer=203), shown=False),
    "300.zpl": Form(zpl.MEDIA_TYPE, partial(zpl.write, printer=300), shown=False),
}


def written(stickers: Sequence[Sticker], name: str) -> tuple[Form, bytes] | None:
    """The file of that name, `1.svg` for the first label alone; None where there is no such file."""
    if name in FORMS:
        return FORMS[name], FORMS[name].write(stickers)
    place = name.removesuffix(".svg")
    if name != place and place.isascii() and place.isdigit() and 1 <= int(place[:6]) <= len(stickers):
        return Form(svg.MEDIA_TYPE, _svg), _svg([stickers[int(place[:6]) - 1]])
    return None


def _svg(stickers: Sequence[Sticker]) -> bytes:
    return svg.write(stickers[0]).encode()
