"""The filters of the message pages: what stands in the address, as what the search asks for, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

from gateway.console import lookup
from gateway.exchange.journal import MessageState
from gateway.exchange.search import Wanted
from gateway.model import DOCUMENTS
from gateway.suppliers.supplier import Suppliers
from web.figures import LOCAL

_STATES = {state.value for state in MessageState}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The filters as a person wrote them; a word that is not known is as if it were not said.

    `supplier` is a part of a name or an id; `since` and `until` are days, both included.
    """

    number: str = ""
    supplier: str = ""
    state: str = ""
    direction: str = ""
    document: str = ""
    since: str = ""
    until: str = ""
    finding: str = ""
    cause: str = ""

    @property
    def said(self) -> dict[str, str]:
        """Those that are not empty."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value}

    @property
    def more(self) -> bool:
        """Whether a filter is in use that stands behind the first few."""
        return bool(self.direction or self.document or self.since or self.until or self.finding)

    def address(self, **more: Any) -> str:
        """The list with these filters."""
        return f"/console/messages?{urlencode(self.said | more)}"


def asked(given: Mapping[str, str]) -> Asked:
    """Out of the parts of an address or a form."""
    words = {name: (given.get(name) or "").strip()[:200] for name in Asked.__struct_fields__}
    words["state"] = words["state"] if words["state"] in _STATES | {"dead"} else ""
    words["direction"] = words["direction"] if words["direction"] in {"in", "out"} else ""
    words["document"] = words["document"] if words["document"] in DOCUMENTS else ""
    for name in ("since", "until"):
        words[name] = words[name] if _day(words[name]) else ""
    return Asked(**words)


def wanted(said: Asked, suppliers: Suppliers, before: int | None = None) -> Wanted:
    """What the search is asked."""
    ids = _ids(said.supplier, suppliers)
    since, until = _day(said.since), _day(said.until)
    states = lookup.STATES_OF.get(said.state) or ((MessageState(said.state),) if said.state else ())
    return Wanted(
        number=said.number,
        suppliers=tuple(sorted(ids)),
        states=states,
        direction="in" if said.direction == "in" else "out" if said.direction == "out" else "",
        document=said.document,
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
        finding=said.finding,
        cause=said.cause,
        before=before,
    )


def _ids(text: str, suppliers: Suppliers) -> set[str]:
    """An id means that supplier alone, also one that is no longer in the file; else all whose name holds the text."""
    if not text or suppliers.get(text) is not None:
        return {text} - {""}
    return {one.id for one in lookup.named(suppliers, text)} | {text}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), LOCAL)
