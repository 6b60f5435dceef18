"""The states of requests and requisitions in words, and how they look: message id and tone of the tag."""

from __future__ import annotations

from shop.requests.asking import Kind, State
from web.languages import N_

GOODS_MEASURES = ("C62", "XPK", "XBX", "XCT", "XBO", "KGM", "LTR", "MTR", "SET", "PR")
SERVICE_MEASURES = ("HUR", "C62")
MEASURES = tuple(dict.fromkeys(GOODS_MEASURES + SERVICE_MEASURES))
"""What can be counted in: UN/ECE Recommendations 20 and 21."""

STATES: dict[State, tuple[str, str]] = {
    State.DRAFT: (N_("Draft"), "plain"),
    State.ASKED: (N_("Asked"), "info"),
    State.TAKEN: (N_("A purchaser sees to it"), "wait"),
    State.QUOTED: (N_("Quote to choose"), "wait"),
    State.CHOSEN: (N_("Quote chosen"), "good"),
    State.DECLINED: (N_("Declined"), "bad"),
    State.WITHDRAWN: (N_("Withdrawn"), "plain"),
}
assert set(STATES) == set(State)
KINDS: dict[Kind, str] = {Kind.GOODS: N_("Goods"), Kind.SERVICE: N_("Service")}
REQUISITIONS: dict[str, tuple[str, str]] = {
    "waiting": (N_("Waits for approval"), "wait"),
    "open": (N_("May be used"), "good"),
    "partly": (N_("Partly used"), "good"),
    "used": (N_("Used up"), "plain"),
    "closed": (N_("Closed"), "plain"),
    "expired": (N_("Expired"), "plain"),
    "declined": (N_("Declined"), "bad"),
    "withdrawn": (N_("Withdrawn"), "plain"),
}
