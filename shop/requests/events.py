"""The story of a request or a requisition: who did what, and what was written back and forth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.model.party import Amount
from shop.remarks import Remark
from shop.requests.tables import request_events
from web.languages import N_


class What(StrEnum):
    """One kind of happening."""

    SAID = "said"
    ASKED = "asked"
    TAKEN = "taken"
    PUT_BACK = "put_back"
    QUOTED = "quoted"
    QUOTE_GONE = "quote_gone"
    CHOSEN = "chosen"
    NOT_CHOSEN = "not_chosen"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    WISHED = "wished"
    RAISED = "raised"
    NOT_RAISED = "not_raised"
    ISSUED = "issued"
    APPROVED = "approved"
    USED = "used"
    CLOSED = "closed"
    OPENED = "opened"


_WORDS: dict[What, str] = {
    What.SAID: "%(said)s",
    What.ASKED: N_("Asked the purchasing office"),
    What.TAKEN: N_("Took it"),
    What.PUT_BACK: N_("Put it back for a colleague"),
    What.QUOTED: N_("Registered a quote from %(supplier)s: %(amount)s without VAT"),
    What.QUOTE_GONE: N_("Took back the quote from %(supplier)s"),
    What.CHOSEN: N_("Chose the quote from %(supplier)s: %(amount)s without VAT"),
    What.NOT_CHOSEN: N_("Took back the choice"),
    What.DECLINED: N_("Declined: “%(said)s”"),
    What.WITHDRAWN: N_("Withdrew it"),
    What.WISHED: N_("Asked for a higher ceiling: %(amount)s instead of %(before)s"),
    What.RAISED: N_("Said yes to a higher ceiling: %(amount)s instead of %(before)s"),
    What.NOT_RAISED: N_("Said no to a higher ceiling; %(before)s stands"),
    What.ISSUED: N_("Issued the requisition up to %(amount)s without VAT"),
    What.APPROVED: N_("Approved"),
    What.USED: N_("Bought for %(amount)s without VAT"),
    What.CLOSED: N_("Closed it"),
    What.OPENED: N_("Opened it again"),
}
assert set(_WORDS) == set(What)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One happening; `remark` is its sentence."""

    at: datetime
    who: str
    what: What
    said: str
    remark: Remark


def tell(
    conn: sa.Connection,
    about: UUID,
    who: str,
    what: What,
    now: datetime,
    said: str = "",
    once: UUID | None = None,
    **detail: str,
) -> None:
    """One line more. With `once`, the id of the form, the same form tells it once."""
    row = {"about": about, "once": once, "at": now, "who": who, "what": what.value, "said": said, "detail": detail}
    conn.execute(insert(request_events).values(row).on_conflict_do_nothing(index_elements=["once"]))


def story(conn: sa.Connection, about: UUID, name_of: Callable[[str], str] = str) -> list[Told]:
    """Everything told, oldest first; `name_of` a supplier's id."""
    wanted = sa.select(request_events).where(request_events.c.about == about).order_by(request_events.c.id)
    return [_told(row, name_of) for row in conn.execute(wanted)]


def _told(row: sa.Row[Any], name_of: Callable[[str], str]) -> Told:
    what, detail = What(row.what), dict(row.detail)
    amounts = {name: _money(detail[name]) for name in ("amount", "before") if name in detail}
    values = {"said": row.said, "supplier": name_of(detail.get("supplier", ""))} | amounts
    return Told(at=row.at, who=row.who, what=what, said=row.said, remark=Remark(_WORDS[what], values))


def _money(text: str) -> Amount:
    return Amount(value=Decimal(text), currency="SEK")
