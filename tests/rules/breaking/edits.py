"""What is done to a draft by hand, said so that a table of it can be read: `put(path, value)`, `drop(path)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lxml import etree

from tests.rules.breaking.drafts import PREFIXES, Draft

Edit = Callable[[Draft], object]


def put(path: str, value: str) -> Edit:
    return lambda draft: draft.put(path, value)


def drop(*paths: str) -> Edit:
    """The first at each path."""
    return lambda draft: [draft.drop(path) for path in paths]


def drop_all(path: str) -> Edit:
    return lambda draft: draft.drop(path, every=True)


def grow(*paths: str) -> Edit:
    return lambda draft: [draft.at(path) for path in paths]


def twice(path: str) -> Edit:
    return lambda draft: draft.twice(path)


def same(path: str, other: str) -> Edit:
    """The value at `path` becomes that at `other`."""
    return lambda draft: draft.put(path, draft.at(other).text or "")


def strange(path: str, markup: str) -> Edit:
    """Puts in what the document has no room for."""
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in PREFIXES.items())
    return lambda draft: draft.at(path).append(etree.fromstring(f"<x{declared}>{markup}</x>")[0])


class Breaking(NamedTuple):
    """How the rules of one kind of document are broken, each by its name: the end of its id ("R031", "COMMON-R001"),
    or where its shape tells how, shape and path ("missing cac:TaxTotal/cbc:TaxAmount"): those ids are mere numbers.

    `seed` makes the example a document to start from; `by_hand` breaks what no shape tells; `first` makes room for a
    rule that is broken by its shape; `alongside` names what must break with it, and why; `never` what cannot break.
    """

    seed: tuple[Edit, ...]
    by_hand: dict[str, tuple[Edit, ...]]
    first: dict[str, tuple[Edit, ...]]
    alongside: dict[str, tuple[tuple[str, ...], str]]
    never: dict[str, str] = {}  # noqa: RUF012 - nothing writes to it
