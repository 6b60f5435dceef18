"""Reads bars back as a scanner does, by the widths along a line.

Written from the table in ISO/IEC 15417, by the widths of three bars and three spaces, not from what draws the labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

_TABLE = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231
113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211
212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131
113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111
314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211
241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141
214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214
211232
"""
WIDTHS = _TABLE.split()
STOP = "2331112"


def decode(bars: Iterable[tuple[float, float]]) -> str:
    """The element string of bars given as (where it begins, how wide), as a scanner types it: `]C1` and digits."""
    rows = sorted(bars)
    edges = [edge for start, wide in rows for edge in (start, start + wide)]
    module = (edges[-1] - edges[0]) / (11 * ((len(rows) - 4) // 3 + 1) + 2)
    widths = "".join(str(round((b - a) / module)) for a, b in pairwise(edges))
    assert widths.endswith(STOP), widths[-7:]
    body = widths[: -len(STOP)]
    values = [WIDTHS.index(body[place : place + 6]) for place in range(0, len(body), 6)]
    *values, check = values
    assert (values[0] + sum(place * value for place, value in enumerate(values))) % 103 == check
    assert values[:2] == [105, 102], "begins in code set C, with FNC1"
    return "]C1" + "".join(f"{value:02d}" for value in values[2:])


def pdf_codes(raw: bytes) -> list[list[str]]:
    """For each label of a PDF that is not compressed, what its bars say from top to bottom."""
    found = []
    for label in re.findall(rb"\nq\n(.*?)\nQ\b", raw, re.DOTALL):
        rows: dict[tuple[float, float], list[tuple[float, float]]] = {}
        for x, y, wide, high in re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re", label):
            if float(high) > 1:
                rows.setdefault((-float(y), float(high)), []).append((float(x), float(wide)))
        found.append([decode(rows[at]) for at in sorted(rows)])
    return found


def svg_codes(drawn: str) -> list[str]:
    """What the bars of an SVG say, from top to bottom."""
    paths = re.findall(r'<path[^>]* d="([^"]+)"', drawn)
    return [
        decode((float(x), float(wide)) for x, wide in re.findall(r"M([\d.]+) [\d.]+h([\d.]+)v", path)) for path in paths
    ]
