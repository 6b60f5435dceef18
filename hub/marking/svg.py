"""Labels as SVG: for pages, for browsers' own printing, and for whoever draws on. Pure."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from hub.marking import gs1
from hub.marking.layout import HEIGHT, MODULE, WIDTH, Code, Mark, Rule, Text, layout
from hub.marking.sticker import Sticker, readable

MEDIA_TYPE = "image/svg+xml"


def write(sticker: Sticker) -> str:
    """One label, 105 by 148 mm. Nothing in it is style or script, so that a strict page takes it."""
    name = f"{sticker.unit} {sticker.lane} {readable('00' + sticker.sscc)}".replace("  ", " ")
    drawn = "".join(_drawn(mark) for mark in layout(sticker))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}mm" height="{HEIGHT:g}mm"'
        f' viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label={quoteattr(name)}>'
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="#fff"/>'
        f'<g fill="#000" font-family="Helvetica, Arial, sans-serif">{drawn}</g></svg>'
    )


def _drawn(mark: Mark) -> str:
    if isinstance(mark, Text):
        return _text(mark)
    if isinstance(mark, Rule):
        return f'<rect x="{mark.x:g}" y="{mark.y:g}" width="{mark.width:g}" height="0.3"/>'
    return _bars(mark)


def _text(mark: Text) -> str:
    bold = ' font-weight="700"' if mark.bold else ""
    squeezed = f' textLength="{mark.width:.2f}" lengthAdjust="spacingAndGlyphs"' if mark.width else ""
    at = f'x="{mark.x:.2f}" y="{mark.y:.2f}" font-size="{mark.size:.3f}"'
    return f"<text {at}{bold}{squeezed}>{escape(mark.text)}</text>"


def _bars(mark: Code) -> str:
    """All bars in one path, so that a page of a hundred labels stays small."""
    parts = (
        f"M{mark.x + first * MODULE:.3f} {mark.y:g}h{many * MODULE:.3f}v{mark.height:g}h-{many * MODULE:.3f}z"
        for first, many in gs1.bars(mark.digits)
    )
    return f'<path shape-rendering="crispEdges" d="{"".join(parts)}"/>'
