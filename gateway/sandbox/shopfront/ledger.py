"""What the shop remembers of every cart that left it: what was sold, at which price, described in which words."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import msgspec
from lxml import etree

from gateway.sandbox.shopfront.cxml import detail
from gateway.sandbox.shopfront.shop import Position
from gateway.sandbox.shopfront.t77 import number
from gateway.sandbox.shopfront.visits import Kind


class Sold(msgspec.Struct, frozen=True, kw_only=True):
    """An article as it left: `price` for `basis` of `unit`; `markup` is its ItemDetail to the byte, in us-ascii, where
    it left by cXML."""

    shop: str
    part: str
    auxiliary: str
    price: Decimal
    basis: Decimal
    unit: str
    currency: str
    markup: str


class Ledger:
    """Safe to use from many threads. With a `path` it is on disk before a call returns, and read again."""

    def __init__(self, path: Path | None = None) -> None:
        self._path, self._lock = path, threading.Lock()
        self._sold: dict[tuple[str, str, str], list[Sold]] = {}
        if path is not None and path.exists():
            for line in path.read_bytes().splitlines():
                if line.endswith(b"}"):
                    self._keep(msgspec.json.decode(line, type=Sold))

    def note(self, shop: str, kind: Kind, lines: Iterable[Position]) -> None:
        """A cart has left in the manner of `kind`."""
        sold = [_sold(shop, kind, line) for line in lines]
        with self._lock:
            fresh = [one for one in sold if self._keep(one)]
            if self._path is not None and fresh:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("ab") as file:
                    file.writelines(msgspec.json.encode(one) + b"\n" for one in fresh)

    def of(self, shop: str, part: str, auxiliary: str) -> list[Sold]:
        """Every way in which the article has left, the last one last."""
        return list(self._sold.get((shop, part, auxiliary), ()))

    def has_sold(self, shop: str, part: str) -> bool:
        """Whether the article has left at all, with any auxiliary id."""
        return any(key[:2] == (shop, part) for key in list(self._sold))

    def _keep(self, sold: Sold) -> bool:
        """False where it has left in the same way before."""
        known = self._sold.setdefault((sold.shop, sold.part, sold.auxiliary), [])
        if sold in known:
            return False
        known.append(sold)
        return True


def _sold(shop: str, kind: Kind, line: Position) -> Sold:
    whole = kind == "peppol"
    return Sold(
        shop=shop,
        part=number(line) if whole else line.part,
        auxiliary="" if whole else line.auxiliary,
        price=line.price,
        basis=line.basis,
        unit=line.unit,
        currency=line.currency,
        markup=etree.tostring(detail(line), encoding="us-ascii").decode() if kind == "cxml" else "",
    )
