"""What has happened to an order, in words for its story."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from gateway.orders.advices import TAKEN_BACK
from gateway.orders.book import EventRow
from gateway.orders.lifecycle import Event
from shop.after.handed import leg_of, told_at_door
from shop.remarks import Remark
from web.languages import N_

EVENTS: dict[Event, str] = {
    Event.PLACED: N_("Placed"),
    Event.APPROVED: N_("Approved"),
    Event.SENT: N_("Sent to the supplier"),
    Event.ACKNOWLEDGED: N_("The supplier has received the order"),
    Event.CONFIRMED: N_("The supplier has confirmed"),
    Event.CHANGED: N_("The supplier has confirmed with changes"),
    Event.PROPOSED: N_("The supplier offers something else"),
    Event.PROPOSAL_ACCEPTED: N_("The supplier's offer was accepted"),
    Event.CHANGE_ASKED: N_("A change was asked for"),
    Event.CHANGE_ACCEPTED: N_("The supplier has accepted the change"),
    Event.CHANGE_REFUSED: N_("The supplier has refused the change; the order stands as it was"),
    Event.CHANGE_COUNTERED: N_("The supplier offers something else instead of the change"),
    Event.CANCEL_ASKED: N_("A cancellation was asked for"),
    Event.CANCEL_ACCEPTED: N_("The supplier has accepted the cancellation"),
    Event.CANCEL_REFUSED: N_("The supplier has refused the cancellation; the order stands"),
    Event.CANCELLED_BY_SELLER: N_("The supplier has cancelled the order"),
    Event.REJECTED: N_("The supplier has rejected the order"),
    Event.DESPATCHED: N_("The supplier has sent the goods"),
    Event.AT_HUB: N_("Everything has reached the hub"),
    Event.SHORT: N_("Something was missing at the hub"),
    Event.DAMAGED: N_("Something was damaged at the hub"),
    Event.OUT: N_("On the van"),
    Event.DELIVERED: N_("Delivered"),
    Event.HELD: N_("Could not be sent"),
    Event.RELEASED: N_("Sent again"),
    Event.BY_HAND: N_("To be ordered by hand"),
    Event.TAKEN_BY_HAND: N_("Somebody has begun to order by hand"),
    Event.CLOSED_BY_HAND: N_("Ordered by hand"),
    Event.CANCELLED: N_("Cancelled"),
    Event.NOTE: N_("Note"),
}
assert set(EVENTS) == set(Event)
_FOLLOWING = {
    "OrderChange": N_("The change was sent to the supplier"),
    "OrderCancellation": N_("The cancellation was sent to the supplier"),
    "ReceiptAdvice": N_("The supplier was told what came"),
}
_TOLD = {
    "telephone": N_("Given to the supplier by telephone"),
    "mail": N_("Given to the supplier by e-mail"),
    "web": N_("Ordered on the supplier's web page"),
}
_OUTSIDE = {
    "telephone": N_("%(who)s ordered it by telephone %(day)s; registered afterwards"),
    "mail": N_("%(who)s ordered it by e-mail %(day)s; registered afterwards"),
    "web": N_("%(who)s ordered it on the supplier's web page %(day)s; registered afterwards"),
    "store": N_("%(who)s bought it in the store %(day)s with a requisition"),
}
_PARTLY = {
    "at_hub": N_("%(parcels)s of %(of)s parcels have reached the hub"),
    "out": N_("%(parcels)s of %(of)s parcels are on the van"),
    "delivered": N_("%(parcels)s of %(of)s parcels are delivered"),
}
_AFTER = {
    ("rewritten", ""): N_("The order was changed before it left us"),
    ("wish", "waiting"): N_("A change that costs more was asked for and waits for approval"),
    ("wish", "approved"): N_("The change was approved"),
    ("wish", "declined"): N_("The change was not approved"),
    ("wish", "withdrawn"): N_("The change was taken back"),
    ("wish", "failed"): N_("The change was approved too late and could not be made"),
    ("received_at_unit", ""): N_("The unit has marked what came"),
    ("receipt_undone", ""): N_("The unit took back what it had marked"),
    ("offer_waits", ""): N_("The supplier's offer still waits for an answer"),
}
_BILLED = {
    ("invoice", "came"): N_("Invoice %(number)s has come"),
    ("invoice", "attested"): N_("Invoice %(number)s was attested"),
    ("invoice", "disputed"): N_("Invoice %(number)s was disputed"),
    ("invoice", "open"): N_("What was decided about invoice %(number)s was taken back"),
    ("credit", "came"): N_("Credit note %(number)s has come"),
    ("credit", "attested"): N_("Credit note %(number)s was attested"),
    ("credit", "disputed"): N_("Credit note %(number)s was disputed"),
    ("credit", "open"): N_("What was decided about credit note %(number)s was taken back"),
}
_HUB_NOTES = {
    "undone": N_("The hub took back its last step"),
    "wrong": N_("A wrong article came to the hub"),
    "expired": N_("Goods out of date came to the hub"),
    "over": N_("More came to the hub than was announced"),
    "returned": N_("Goods came back to the hub"),
    "unannounced": N_("Goods came to the hub that nobody had announced"),
    "unknown": N_("A parcel without a known label came to the hub"),
    "report_undone": N_("The hub took back what it had noted"),
}
_CLAIMS = {
    "credited": N_("The supplier credits claim %(number)s"),
    "replaced": N_("The supplier sends new goods for claim %(number)s"),
    "refused": N_("The supplier says no to claim %(number)s"),
    "withdrawn": N_("Claim %(number)s was withdrawn"),
}


_APPROVAL = {
    "approval": N_("Approved: %(name)s"),
    "lines_out": N_("Not approved: %(lines)s. “%(reason)s”"),
}


def story_of(row: EventRow, names: Mapping[str, str] | None = None) -> Remark:
    """One happening as a sentence; `names` shows people's names for their log-ins."""
    told, principal = _story(row), row.detail.get("for")
    if not principal:
        return told
    name = (names or {}).get(principal, principal)
    if row.event is Event.NOTE and row.detail.get("step") == "deputy":
        return Remark(N_("Ordered as a deputy for %(name)s"), {"name": name})
    return Remark(N_("%(what)s, for %(name)s"), {"what": told, "name": name})


def _story(row: EventRow) -> Remark:
    detail = row.detail
    if row.event is Event.NOTE and detail.get("step") in _APPROVAL:
        listed = ", ".join(str(name) for name in detail.get("names", ()))
        values = {"lines": listed, "reason": detail.get("reason", ""), "name": detail.get("name", "")}
        return Remark(_APPROVAL[detail["step"]], values)
    if row.event is Event.APPROVED and detail.get("name"):
        return Remark(N_("Approved, last step: %(name)s"), {"name": detail["name"]})
    if row.event is Event.CANCELLED and detail.get("withdrawn") and not detail.get("reason"):
        return Remark(N_("Taken back by the buyer"))
    if (hub := _hub(row)) is not None:
        return hub
    if row.event is Event.NOTE and (told := _after(detail)) is not None:
        return told
    if row.event is Event.CANCELLED and detail.get("withdrawn"):
        return Remark(N_("Withdrawn before it left us: “%(text)s”"), {"text": detail.get("reason", "")})
    if row.event is Event.NOTE and detail.get("text"):
        return Remark("“%(text)s”", {"text": detail["text"]})
    if row.event is Event.SENT and detail.get("document") in _FOLLOWING:
        return Remark(_FOLLOWING[detail["document"]])
    if row.event is Event.SENT and detail.get("how") in _TOLD:
        return Remark(_TOLD[detail["how"]])
    if row.event is Event.CLOSED_BY_HAND and detail.get("outside") and detail.get("how") in _OUTSIDE:
        values = {"who": detail.get("bought_by", ""), "day": date.fromisoformat(detail["on"])}
        return Remark(_OUTSIDE[detail["how"]], values)
    return Remark(EVENTS[row.event])


def _hub(row: EventRow) -> Remark | None:
    """What the hub and its drivers tell of parcels."""
    detail = row.detail
    step, receiver = str(detail.get("step")), detail.get("receiver")
    if row.event is Event.OUT and (leg := leg_of(detail)) is not None:
        return Remark(N_("On the van %(van)s, with you about %(at)s"), {"van": leg.van, "at": leg.expected})
    if row.event is Event.DELIVERED and receiver:
        return Remark(N_("Delivered, received by %(receiver)s"), {"receiver": receiver})
    if row.event is not Event.NOTE:
        return None
    if step in _PARTLY and "parcels" in detail:
        told = Remark(_PARTLY[step], {"parcels": detail["parcels"], "of": detail["of"]})
        return (
            Remark(N_("%(what)s, received by %(receiver)s"), {"what": told, "receiver": receiver}) if receiver else told
        )
    return Remark(_HUB_NOTES[step]) if step in _HUB_NOTES else told_at_door(detail)


def _after(detail: Mapping[str, Any]) -> Remark | None:
    """What happened after the order was placed: changes, receipts, invoices."""
    step, what = detail.get("step"), str(detail.get("what", ""))
    if step == TAKEN_BACK:
        return Remark(N_("The supplier took back despatch advice %(number)s"), {"number": detail.get("number", "")})
    if step == "claim" and what in _CLAIMS:
        return Remark(_CLAIMS[what], {"number": detail.get("number", "")})
    if step == "invoice" and (detail.get("kind"), what) in _BILLED:
        return Remark(_BILLED[detail["kind"], what], {"number": detail.get("number", "")})
    if step == "office_asked":
        return Remark(N_("The purchasing office was asked: “%(text)s”"), {"text": detail.get("text", "")})
    known = _AFTER.get((str(step), what))
    return Remark(known) if known is not None else None
