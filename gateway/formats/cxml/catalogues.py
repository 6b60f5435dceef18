"""Catalogue ↔ Index.

An index says what is added, what is taken away, and what is chosen in the supplier's own shop: that is not orderable
here. What is taken away is known by its number alone. Lines are numbered as they stand, kind by kind; number and day
of the catalogue are those of the envelope, where it came in one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from msgspec.structs import replace

from gateway.formats.cxml import groups, shown
from gateway.formats.cxml.envelope import Opened
from gateway.formats.cxml.moments import local
from gateway.model.article import Article
from gateway.model.catalogue import Catalogue, CatalogueLine, PriceTier
from gateway.model.cxml_catalogue import CxmlIndex, CxmlIndexItem
from gateway.model.cxml_invoice import CxmlIdReference
from gateway.model.party import Identifier, Party, Period

_MODES = {"Replace": "Full", "Update": "Incremental", None: None}
_ACTIONS = {mode: action for action, mode in _MODES.items()}
_ADD, _DELETE = "Add", "Delete"


def sayable(catalogue: Catalogue) -> Catalogue:
    """The catalogue as cXML means it: every line is added or taken away, and orderable unless it says otherwise."""
    lines = tuple(replace(_plain(line), id=str(place)) for place, line in enumerate(catalogue.lines, 1))
    return replace(catalogue, lines=lines)


def to_wire(catalogue: Catalogue) -> CxmlIndex:
    """Raises ValueError where cXML wants what the catalogue does not say."""
    ids = catalogue.provider.ids
    if not ids or any(one.scheme is None for one in ids):
        raise ValueError("provider.ids: cXML wants a number of the supplier, and the list that it is from")
    if catalogue.action not in _MODES:
        raise ValueError(f"action: an Index is sent to Replace or to Update another, not to {catalogue.action}")
    return CxmlIndex(
        mode=_MODES[catalogue.action],
        suppliers=tuple(CxmlIdReference(domain=one.scheme or "", identifier=one.value) for one in ids),
        note=catalogue.name,
        items=tuple(_item(kind, list(lines)) for kind, lines in groupby(catalogue.lines, _kind)),
    )


def from_wire(tree: CxmlIndex) -> Catalogue:
    lines = [line for item in tree.items for line in _lines(item)]
    said: dict[str, Any] = {"number": None, "issued": None}  # in the envelope
    return Catalogue(
        provider=Party(ids=tuple(Identifier(value=one.identifier, scheme=one.domain) for one in tree.suppliers)),
        receiver=Party(),
        validity=Period(),
        action=_ACTIONS[tree.mode],
        name=tree.note,
        lines=tuple(replace(line, id=str(place)) for place, line in enumerate(lines, 1)),
        **said,
    )


def enveloped(catalogue: Catalogue, around: Opened) -> Catalogue:
    """With what stands in its envelope: the payloadID, and the day on which it was written."""
    at = around.timestamp
    if at is None:
        raise ValueError("timestamp is missing, or is no moment")
    return replace(catalogue, number=around.payload_id, issued=at.date())


def _plain(line: CatalogueLine) -> CatalogueLine:
    if line.action == _DELETE:
        item = line.item
        known: dict[str, Any] = {"seller_id": item.seller_id, "seller_id_extension": item.seller_id_extension}
        known |= {"buyer_id": item.buyer_id, "standard_id": item.standard_id}
        return CatalogueLine(id=line.id, action=_DELETE, item=Article(name=item.seller_id or item.name, **known))
    return replace(
        line,
        action=_ADD,
        orderable=line.orderable or None if line.orderable is not False else False,
        validity=_local(line.validity) if line.validity is not None else None,
        prices=tuple(tier for tier in map(_priced, line.prices) if tier != PriceTier()),
        item=replace(line.item, documents=tuple(map(groups.sayable, line.item.documents))),
    )


def _priced(tier: PriceTier) -> PriceTier:
    """No lead time is known where it is 0: cXML cannot be without. A factor of 1 is none."""
    known = tier.lead_time is not None and tier.lead_time.value
    factor = tier.unit_factor if tier.unit_factor != 1 else None
    return replace(tier, lead_time=tier.lead_time if known else None, unit_factor=factor)


def _local(period: Period) -> Period | None:
    said: dict[str, Any] = {}
    for end in ("start", "end"):
        day, at = getattr(period, f"{end}_date"), getattr(period, f"{end}_time")
        if day is not None:
            said[f"{end}_date"], said[f"{end}_time"] = local(day, at)
    return Period(**said) if said else None


def _kind(line: CatalogueLine) -> str:
    if line.action == _DELETE:
        return "gone"
    return "away" if line.orderable is False else "offers"


def _item(kind: str, lines: list[CatalogueLine]) -> CxmlIndexItem:
    making: dict[str, Any] = {"gone": shown.part, "away": shown.away, "offers": shown.offer}
    return CxmlIndexItem(**{kind: tuple(making[kind](line) for line in lines)})


def _lines(item: CxmlIndexItem) -> Iterator[CatalogueLine]:
    yield from (shown.line(one, _ADD, None) for one in item.offers)
    yield from (CatalogueLine(id="", action=_DELETE, item=shown.known(one)) for one in item.gone)
    yield from (shown.line(one, _ADD, False) for one in item.away)
