"""What the page of a visit shows of a basket. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from gateway.exchange.punchout.checks import dropped, line_of
from gateway.exchange.punchout.visits import Visit
from gateway.findings import Finding
from gateway.model.basket import BasketLine
from gateway.model.item import Price
from gateway.model.order import line_amount

PAGE: Final = 200


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it came: `amount` is what it costs without VAT, None where it is kept out, and `remarks` say why."""

    line: BasketLine
    remarks: tuple[Finding, ...] = ()
    out: bool = False

    @property
    def amount(self) -> Decimal | None:
        if self.out:
            return None
        price = Price(amount=self.line.price, base_quantity=self.line.base_quantity)
        return line_amount(self.line.quantity.value, price)


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """A basket that is looked at: what is kept out first, then what has remarks, then the rest as it came."""

    lines: tuple[Shown, ...]
    remarks: tuple[Finding, ...]

    @property
    def kept(self) -> int:
        """How many lines may be bought."""
        return sum(1 for one in self.lines if not one.out)

    @property
    def out(self) -> int:
        return len(self.lines) - self.kept

    @property
    def noted(self) -> int:
        """How many of the lines that may be bought have something to look at."""
        return sum(1 for one in self.lines if one.remarks and not one.out)

    @property
    def net(self) -> Decimal:
        """Without VAT."""
        return sum((one.amount or Decimal(0) for one in self.lines), Decimal(0))

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.lines) // PAGE))

    def page(self, number: int) -> tuple[Shown, ...]:
        """The lines of a page; the first is 1."""
        return self.lines[(number - 1) * PAGE : number * PAGE]


def looked_at(visit: Visit) -> Looked:
    """The basket of a visit that has been read."""
    about: dict[int | None, list[Finding]] = {}
    for remark in visit.remarks:
        about.setdefault(line_of(remark), []).append(remark)
    out = dropped(visit.remarks)
    lines = visit.basket.lines if visit.basket is not None else ()
    shown = [
        Shown(line=line, remarks=tuple(about.get(place, ())), out=place in out) for place, line in enumerate(lines)
    ]
    shown.sort(key=lambda one: (not one.out, not one.remarks))
    return Looked(lines=tuple(shown), remarks=tuple(about.get(None, ())))
