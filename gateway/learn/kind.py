"""Which document a file is: the one whose standard columns its own can be, most of them and the telling ones first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from gateway.learn.assign import Pair, Term, assign, pairs
from gateway.learn.column import Column
from gateway.learn.names import PERHAPS, plain, says

_TELLING: dict[str, tuple[str, ...]] = {
    "order": ("order_date", "delivery_from", "delivery_to", "label_text", "ordered_by", "hub_gln", "unit_gln", "line"),
    "order_response": (
        "response_number", "response_date", "response_code", "line_status", "backorder_quantity", "line_promised_from",
        "substitute_article", "sales_order",
    ),
    "despatch_advice": (
        "advice_number", "advice_date", "parcels", "tracking", "shipment", "parcel_count", "sent_date", "arrival_from",
        "carrier", "consignment", "outstanding_quantity", "outstanding_reasons",
    ),
    "catalogue": (
        "list_number", "list_date", "valid_from", "valid_to", "line_valid_from", "pack_size", "content", "minimum",
        "multiple", "lead_time", "brand", "commodity_code", "origin", "price",
    ),
}  # fmt: skip
_NEEDED = {
    "order": (("order_number",), ("quantity",)),
    "order_response": (
        ("order_number",), ("line_status", "response_code", "response_number"), ("quantity", "line_status"),
    ),
    "despatch_advice": (("advice_number", "parcels", "shipment"), ("quantity",)),
    "catalogue": (("price",), ("article", "gtin")),
}  # fmt: skip
_ALIEN = {"catalogue": ("order_number", "quantity")}
_HINTS = {
    "order_response": ("svar", "bekraft", "erkann", "response", "confirm", "ordrsp"),
    "despatch_advice": ("foljesedel", "leverans", "avis", "desadv", "despatch", "dispatch", "delivery", "fs"),
    "catalogue": ("pris", "katalog", "catalog", "pricat", "sortiment", "artiklar"),
    "order": ("order", "bestall", "inkop", "avrop"),
}
_CLEAR = 0.8


class Kind(msgspec.Struct, frozen=True):
    """The document that a file is taken for; `rival` is another that it could be, where that is close.

    `clear`: something in the file speaks for it.
    """

    document: str
    taken: dict[int, Pair]
    found: list[Pair]
    rival: str
    clear: bool


def kind_of(columns: Mapping[str, Sequence[Column]], tables: Mapping[str, Mapping[str, Term]], source: str) -> Kind:
    """The document of a file, of those that `columns` names; each sees the columns by its own rows."""
    scored = []
    for document, mine in columns.items():
        found = pairs(document, mine, tables[document])
        taken = assign(found)
        scored.append((_score(document, taken, mine) + _hint(document, source), document, taken, found))
    scored.sort(key=lambda one: -one[0])
    best, second = scored[0], scored[1] if len(scored) > 1 else None
    rival = second[1] if second and best[0] - second[0] < _CLEAR else ""
    return Kind(best[1], best[2], best[3], rival, best[0] > 0)


def _score(document: str, taken: Mapping[int, Pair], columns: Sequence[Column]) -> float:
    named = {pair.term: pair for pair in taken.values()}
    score = sum(pair.score for pair in taken.values())
    score += sum(0.6 * named[name].score for name in _TELLING[document] if name in named)
    score -= sum(1.5 for ways in _NEEDED[document] if not any(way in named for way in ways))
    for alien in _ALIEN.get(document, ()):
        score -= 2.0 * any(_is(alien, column) for column in columns)
    return score


def _is(name: str, column: Column) -> bool:
    """Whether the column is what no price list has: an order's number, how much was ordered."""
    return says("order", name, column.name).score >= PERHAPS or (name == "order_number" and column.order_numbers)


def _hint(document: str, source: str) -> float:
    """What the file is called; an answer to an order has the order in its name as well."""
    name = plain(source.rsplit("/", 1)[-1])
    if document == "order" and any(word in name for other in _HINTS if other != "order" for word in _HINTS[other]):
        return 0
    return 0.5 if any(word in name for word in _HINTS[document]) else 0
