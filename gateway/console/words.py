"""What the console calls things, and what it tells people to do next. Message ids; Swedish stands in locale/sv.po."""

from __future__ import annotations

import msgspec

from gateway.exchange import alarms, verdicts
from gateway.exchange.allowed import Action
from gateway.exchange.journal import MessageState
from gateway.exchange.retry import Outcome
from gateway.exchange.tasks import Kind
from gateway.orders.lifecycle import Event
from gateway.rules.verdict import Layer
from web import trade
from web.languages import N_


class TaskWords(msgspec.Struct, frozen=True):
    """`short` is the tag; `heading` takes %(supplier)s and %(order)s; `next` is what a person does now."""

    short: str
    heading: str
    next: str


TASKS: dict[Kind, TaskWords] = {
    Kind.BY_HAND: TaskWords(
        N_("Order by hand"),
        N_("Order %(order)s by hand from %(supplier)s"),
        N_(
            "Call or write to the supplier and order what stands below. Say our order number and that the goods go to "
            "the hub. Note what they answer, then press Ordered."
        ),
    ),
    Kind.UNMATCHED: TaskWords(
        N_("Finds no order"),
        N_("A document from %(supplier)s finds no order"),
        N_(
            "Read the document and the findings. Ask the supplier which order is meant, and have them send it again "
            "with our order number."
        ),
    ),
    Kind.REJECTED_DOCUMENT: TaskWords(
        N_("Cannot be read"),
        N_("A document from %(supplier)s cannot be read"),
        N_(
            "Read the findings. If the supplier wrote it wrong, ask for a new one. If a code or a column is missing "
            "in our mapping table, add it and ask for the document again."
        ),
    ),
    Kind.REFUSED: TaskWords(
        N_("Refused"),
        N_("%(supplier)s does not take order %(order)s"),
        N_(
            "They said no, and would say it again. Correct what the finding names, then send again under the same "
            "key; or order by hand and press Ordered."
        ),
    ),
    Kind.UNDELIVERABLE: TaskWords(
        N_("Does not arrive"),
        N_("Order %(order)s does not reach %(supplier)s"),
        N_(
            "Correct what the finding names and send again: the key is the same, so nothing is ordered twice. If it "
            "is urgent, order by hand and press Ordered."
        ),
    ),
    Kind.OFFER: TaskWords(
        N_("Offers something else"),
        N_("%(supplier)s offers order %(order)s otherwise"),
        N_(
            "Compare the offer with the order. Say yes with avrop order accept, ask for something else with avrop "
            "order change, or end it with avrop order cancel."
        ),
    ),
    Kind.HELD: TaskWords(
        N_("Held by a person"),
        N_("Order %(order)s to %(supplier)s is held by a person"),
        N_("Read why, and send it when it may go. If it is not to be sent at all, skip it from the message's page."),
    ),
    Kind.FROM_UNIT: TaskWords(
        N_("A unit asks"),
        N_("A unit asks something about order %(order)s from %(supplier)s"),
        N_("Read what they want, tell the supplier, and write here what came of it. The unit reads it on the order."),
    ),
    Kind.UNHANDLED: TaskWords(
        N_("Kept"),
        N_("A document from %(supplier)s is kept"),
        N_("Nothing here uses it yet. Read it in the journal and do by hand what it asks for."),
    ),
}

STATES: dict[MessageState, tuple[str, str]] = {
    MessageState.QUEUED: ("info", N_("In line")),
    MessageState.WAITING: ("wait", N_("Will be tried again")),
    MessageState.SENT: ("good", N_("Sent off")),
    MessageState.HELD: ("bad", N_("Held for a person")),
    MessageState.CLOSED: ("plain", N_("Done another way")),
    MessageState.SKIPPED: ("plain", N_("Not sent, by choice")),
    MessageState.KEPT: ("info", N_("Just come")),
    MessageState.RECEIVED: ("info", N_("To be read")),
    MessageState.PROCESSED: ("good", N_("Understood")),
    MessageState.REJECTED: ("bad", N_("Not accepted")),
    MessageState.UNMATCHED: ("bad", N_("Finds no order")),
    MessageState.REFUSED: ("bad", N_("Refused by us")),
    MessageState.DUPLICATE: ("plain", N_("Came before")),
    MessageState.SHELVED: ("wait", N_("Kept, not used yet")),
}
"""The tag's look and its word."""

OUTCOMES: dict[Outcome, tuple[str, str]] = {
    Outcome.DELIVERED: ("good", N_("delivered")),
    Outcome.REFUSED: ("bad", N_("they said no")),
    Outcome.NOT_SENT: ("wait", N_("did not arrive")),
    Outcome.UNSURE: ("wait", N_("may have arrived")),
}

# Templates find all words of the console here.
CODES, DOCUMENTS, LINE_CODES = trade.CODES, trade.DOCUMENTS, trade.LINE_CODES

LAYERS: dict[Layer, str] = {
    "structure": N_("Structure"),
    "xsd": N_("XML schema"),
    "dtd": N_("Document type (DTD)"),
    "schematron": N_("Official rules"),
    "ours": N_("Our own rules"),
}

VERDICTS: dict[verdicts.Outcome, tuple[str, str]] = {
    "obeyed": ("good", N_("obeys")),
    "remarked": ("wait", N_("obeys, with remarks")),
    "broken": ("bad", N_("breaks rules")),
    "unjudged": ("wait", N_("not judged")),
}
"""The tag's look and its word, by what a layer said of a document."""

HEALTH: dict[str, tuple[str, str]] = {
    "bad": ("▲", N_("needs you")),
    "paused": ("‖", N_("paused")),
    "wait": ("◐", N_("waits for an answer")),
    "hand": ("✎", N_("by hand")),
    "off": ("–", N_("resting")),
    "ok": ("", N_("healthy")),
}
"""Shape and word; the colour is the third mark, never the only one."""

DIDS: dict[str, str] = {
    "hold": N_("Held. It goes nowhere until somebody releases it."),
    "release": N_("On its way again, under its old key."),
    "skip": N_("It is not sent."),
    "resend": N_("Done: it goes, or is read, once more."),
    "now": N_("It is tried now."),
    "new": N_("This is the new message, under a key of its own. It is on its way."),
    "corrected": N_("This is the corrected message. It is on its way."),
    "answered": N_("The answer is kept, and the order stands as it says."),
}
"""What was just done with a message."""

ACTIONS: dict[Action, tuple[str, str]] = {
    Action.HOLD: (N_("Hold"), N_("Hold %(count)s messages?")),
    Action.RELEASE: (N_("Release"), N_("Release %(count)s messages?")),
    Action.SKIP: (N_("Skip"), N_("Leave %(count)s messages unsent?")),
    Action.RESEND: (N_("Send or read again"), N_("Send or read %(count)s messages again?")),
    Action.NOW: (N_("Try now"), N_("Try %(count)s messages now?")),
}
"""The button and the question of a bulk action."""

DIFFERS: dict[str, tuple[str, str]] = {
    "quantity": ("wait", N_("other quantity")),
    "price": ("wait", N_("other price")),
    "day": ("wait", N_("later")),
    "article": ("wait", N_("another article")),
    "rejected": ("bad", N_("not accepted")),
    "short": ("wait", N_("not all sent")),
    "added": ("wait", N_("not ordered")),
}
"""What is not as ordered."""

FIELDS: dict[str, str] = {
    "customer_reference": N_("Reference on the invoice"),
    "accounting_cost": N_("Coding"),
    "contract": N_("Contract"),
    "note": N_("Message"),
    "delivery.requested.start_date": N_("Wanted from"),
    "delivery.requested.end_date": N_("Wanted at the latest"),
    "delivery.recipient.name": N_("Unit, to be written on the parcel"),
    "originator.contact.name": N_("Ordered by"),
    "originator.contact.telephone": N_("Telephone"),
    "originator.contact.email": N_("E-mail"),
}
"""The fields of the form that corrects an order."""

LANE_DEEDS: dict[str, str] = {
    "pause": N_("Paused. Orders are taken in as always, and nothing is sent until somebody resumes."),
    "resume": N_("It sends again, what waits in its order."),
    "wake": N_("It tries now."),
}

REHEARSED: dict[str, tuple[str, str]] = {
    "goes": ("good", N_("It would go")),
    "refused": ("bad", N_("It would not go")),
    "unjudged": ("wait", N_("It would wait until the rules can be applied")),
    "by_hand": ("plain", N_("It would become a task to order by hand")),
}

SORTS: dict[str, str] = {
    "health": N_("what needs somebody"),
    "name": N_("name"),
    "waiting": N_("most waiting"),
    "oldest": N_("oldest waiting"),
    "sent": N_("longest since something went out"),
    "came": N_("longest since something came in"),
    "ends": N_("certificate or key ends first"),
    "owner": N_("owner"),
}

ALARMS: dict[alarms.Kind, str] = {
    alarms.Kind.LATE_ACKNOWLEDGEMENT: N_("No acknowledgement in time"),
    alarms.Kind.LATE_RESPONSE: N_("No order response in time"),
    alarms.Kind.LATE_DESPATCH: N_("No despatch advice in time"),
    alarms.Kind.LATE_GOODS: N_("Announced goods have not come"),
    alarms.Kind.LANE_BROKEN: N_("Nothing gets through"),
    alarms.Kind.POLL_FAILING: N_("Nothing can be fetched"),
    alarms.Kind.DUPLICATE: N_("An id was used twice"),
    alarms.Kind.CONFIGURATION: N_("A new suppliers.yaml is refused"),
    alarms.Kind.EXPIRY: N_("A certificate or key ends soon"),
    alarms.Kind.WORKER_SILENT: N_("No worker is at work"),
}

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
"""0 is Monday."""

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
    Event.CHANGE_REFUSED: N_("The change does not hold; the order stands as it was"),
    Event.CHANGE_COUNTERED: N_("The supplier offers something else instead of the change"),
    Event.CANCEL_ASKED: N_("A cancellation was asked for"),
    Event.CANCEL_ACCEPTED: N_("The supplier has accepted the cancellation"),
    Event.CANCEL_REFUSED: N_("The cancellation does not hold; the order stands"),
    Event.CANCELLED_BY_SELLER: N_("The supplier has cancelled the order"),
    Event.REJECTED: N_("The supplier has rejected the order"),
    Event.DESPATCHED: N_("The supplier has sent the goods"),
    Event.AT_HUB: N_("At the hub"),
    Event.SHORT: N_("Something was missing at the hub"),
    Event.DAMAGED: N_("Something was damaged at the hub"),
    Event.OUT: N_("On the van"),
    Event.DELIVERED: N_("Delivered"),
    Event.HELD: N_("Held"),
    Event.RELEASED: N_("Sent again"),
    Event.BY_HAND: N_("To be ordered by hand"),
    Event.TAKEN_BY_HAND: N_("Somebody has begun to order by hand"),
    Event.CLOSED_BY_HAND: N_("Ordered by hand"),
    Event.CANCELLED: N_("Cancelled"),
    Event.NOTE: N_("Note"),
}
assert set(EVENTS) == set(Event)
