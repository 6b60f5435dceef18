"""What a search page is asked for, as it stands in its address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

import msgspec

from shop.finding.shelf import BANDS

PAGE_SIZE: Final = 20
MOST_PAGES: Final = 1000
SORTS: Final = ("relevance", "price", "base")
MANY: Final = ("category", "supplier", "agreement", "label", "band", "group")
"""Choices of which several may hold at once: one of each is enough."""
ONE: Final = ("contract", "stock")
"""Choices that hold or not."""

LONGEST: Final = 200
_MOST_CHOSEN: Final = 20


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """`category` are categories of ours, `agreement` supplier|number, `band` kronor, `group` two digits of UNSPSC.

    `page` counts from 1. `exact`: the words are looked for as they are typed, whatever may have been meant.
    """

    text: str = ""
    category: tuple[str, ...] = ()
    supplier: tuple[str, ...] = ()
    agreement: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    band: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    contract: bool = False
    stock: bool = False
    sort: str = SORTS[0]
    page: int = 1
    exact: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether anything is chosen beside the words."""
        return self.contract or self.stock or any(getattr(self, name) for name in MANY)

    def chosen(self, name: str) -> tuple[str, ...]:
        """The values chosen of a facet."""
        value = getattr(self, name)
        return value if isinstance(value, tuple) else ("1",) * value

    def toggled(self, name: str, value: str) -> Query:
        """With a value of a facet chosen, or no longer."""
        if name in ONE:
            return self.but(**{name: not getattr(self, name)})
        now = self.chosen(name)
        return self.but(**{name: tuple(one for one in now if one != value) if value in now else (*now, value)})

    def but(self, **change: object) -> Query:
        """With something changed; another choice begins on page 1."""
        return msgspec.structs.replace(self, **{"page": 1, **change})

    def bare(self) -> Query:
        """Only the words."""
        return Query(text=self.text, sort=self.sort, exact=self.exact)

    def fields(self) -> list[tuple[str, str]]:
        """Name and value of all that is chosen, for an address or a form; without the words."""
        found = [(name, value) for name in (*MANY, *ONE) for value in self.chosen(name)]
        if self.sort != SORTS[0]:
            found.append(("sort", self.sort))
        return found

    @property
    def address(self) -> str:
        """Where the page stands."""
        asked = [("q", self.text)] if self.text else []
        asked += self.fields()
        asked += [("exact", "1")] if self.exact else []
        asked += [("page", str(self.page))] if self.page > 1 else []
        return "/search?" + urlencode(asked)


def asked(params: Iterable[tuple[str, str]], page: int) -> Query:
    """The query of an address whose values are of one line each.

    What is chosen twice counts once; what cannot be chosen is left out.
    """
    found: dict[str, list[str]] = {}
    for name, value in params:
        if value:
            found.setdefault(name, []).append(value[:LONGEST])
    many = {name: tuple(dict.fromkeys(found.get(name, ())))[:_MOST_CHOSEN] for name in MANY}
    many["band"] = tuple(one for one in many["band"] if one in {str(start) for start in BANDS})
    sort = found.get("sort", [SORTS[0]])[-1]
    return Query(
        text=found.get("q", [""])[-1],
        **many,
        contract="contract" in found,
        stock="stock" in found,
        sort=sort if sort in SORTS else SORTS[0],
        exact="exact" in found,
        page=min(max(page, 1), MOST_PAGES),
    )
