"""A document changed at random, in its bytes, its tree or its rows: the same `random.Random` changes it the same."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable

from lxml import etree

_ODD = (
    "", " ", "0", "-1", "1e9", "NaN", "INF", "9" * 60, "0." + "0" * 50 + "1", "٣", "½", "2026-02-30", "0000-00-00",
    "25:61:61", "true", "å" * 500, "\u202e", "😀", "'\"<>&", "%s%n{}", "../../etc/passwd", ";;;;", "\t\r\n",
    "urn:x:y::z##1",
)  # fmt: skip
_BYTES = (
    b"\x00",
    b"\xff",
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<!--",
    b"<!DOCTYPE x>",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b'"',
    b";",
)
Change = Callable[[etree._Element, random.Random], None]


def mutated(raw: bytes, dice: random.Random) -> bytes:
    """Half of the XML is changed as a tree, half of the rows as rows, the rest as bytes; sometimes both."""
    if dice.random() < 0.5:
        raw = _tree(raw, dice) if raw.lstrip()[:1] == b"<" else _rows(raw, dice)
        if dice.random() < 0.8:
            return raw
    return _bytes(raw, dice)


def _bytes(raw: bytes, dice: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(dice.randint(1, 6)):
        start = dice.randint(0, len(changed))
        stop = min(len(changed), start + dice.choice((0, 1, 1, 2, 8, 60)))
        piece = bytes(changed[start:stop])
        other = dice.randint(0, len(changed))
        into = (b"", piece * 2, piece[::-1], dice.choice(_BYTES), dice.randbytes(3), bytes(changed[other : other + 40]))
        changed[start:stop] = dice.choice(into)
    return bytes(changed[: dice.randint(0, len(changed))] if dice.random() < 0.05 else changed)


def _tree(raw: bytes, dice: random.Random) -> bytes:
    try:
        root = etree.fromstring(raw)
    except etree.XMLSyntaxError:
        return raw
    for _ in range(dice.randint(1, 5)):
        element = dice.choice(list(root.iter("*")))
        dice.choice(_CHANGES)(element, dice)
    encoding = dice.choice(("UTF-8", "UTF-8", "UTF-8", "UTF-16", "ISO-8859-1", "US-ASCII"))
    return etree.tostring(root, xml_declaration=True, encoding=encoding)


def _remove(element: etree._Element, _: random.Random) -> None:
    if (parent := element.getparent()) is not None:
        parent.remove(element)


def _repeat(element: etree._Element, dice: random.Random) -> None:
    if element.getparent() is not None:
        for _ in range(dice.choice((1, 1, 2, 30))):
            element.addnext(copy.deepcopy(element))


def _move(element: etree._Element, dice: random.Random) -> None:
    """Below another element of the same document, which may be a value."""
    other = dice.choice(list(element.getroottree().iter("*")))
    if element not in (other, *other.iterancestors()):
        other.append(element)


def _rename(element: etree._Element, dice: random.Random) -> None:
    element.tag = dice.choice([other.tag for other in element.getroottree().iter("*")])


def _empty(element: etree._Element, _: random.Random) -> None:
    element[:] = []
    element.text = None


def _say(element: etree._Element, dice: random.Random) -> None:
    element.text = _text(dice)


def _attribute(element: etree._Element, dice: random.Random) -> None:
    name = dice.choice([*element.attrib, "schemeID", "unitCode", "currencyID", "listID", "mimeCode", "{urn:x}y"])
    if dice.random() < 0.4:
        element.attrib.pop(name, None)
    else:
        element.set(name, _text(dice))


def _text(dice: random.Random) -> str:
    return dice.choice(_ODD)


_CHANGES: tuple[Change, ...] = (_remove, _repeat, _move, _rename, _empty, _say, _say, _attribute, _attribute)


def _rows(raw: bytes, dice: random.Random) -> bytes:
    lines = raw.split(b"\n")
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(lines))
        cells = lines[place].split(b";")
        cells[dice.randrange(len(cells))] = dice.choice(_ODD).encode("utf-8", "replace")
        if dice.random() < 0.3:
            dice.choice((cells.reverse, cells.pop, lambda cells=cells: cells.insert(0, b"x")))()
        lines[place] = b";".join(cells)
        if dice.random() < 0.3:
            lines.insert(dice.randrange(len(lines)), dice.choice(lines))
    return b"\n".join(lines)
