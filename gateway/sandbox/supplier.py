"""A supplier of the sandbox: what it answers to an order, and when. Pure: the same order gives the same answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from gateway.model import Document, Order
from gateway.orders.amend import ADVANCED
from gateway.sandbox.answers import despatch_advice, response
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.plan import ACCEPTED, Share, plan, refusal

ACKNOWLEDGED = timedelta(seconds=1)
ANSWERED = timedelta(seconds=3)
DESPATCHED = timedelta(seconds=6)
DESPATCHED_AGAIN = timedelta(seconds=12)


def answers(order: Order, behaviour: Behaviour, now: datetime) -> list[tuple[timedelta, Document]]:
    """Every document that the order brings about, with its delay from `now`, in that order; none for a silent supplier.

    `now` is in the supplier's own time zone: its date is the documents' date. CA answers carry every line of the order,
    AB, AP and RE carry none.
    """
    today = now.date()
    if behaviour is Behaviour.SILENT:
        return []
    if behaviour is Behaviour.REJECT:
        return [(ANSWERED, response(order, "RE", 1, today, note="Artiklarna har utgått ur sortimentet"))]
    shares = plan(order, behaviour, today)
    said: list[tuple[timedelta, Document]] = []
    if behaviour is Behaviour.ACKNOWLEDGE_FIRST:
        said.append((ACKNOWLEDGED, response(order, "AB", 1, today)))
    changed = any(share.status != ACCEPTED for share in shares)
    answer = response(order, "CA" if changed else "AP", len(said) + 1, today, shares=shares if changed else ())
    said.append((ANSWERED, answer))
    if behaviour is Behaviour.CANCEL:
        off = response(order, "CA", len(said) + 1, today, shares=refusal(order, today), note="Vi kan inte leverera")
        return [*said, (DESPATCHED, off)]
    # What Advanced Ordering offers otherwise is sent when the buyer has said yes.
    return said if changed and order.profile == ADVANCED else [*said, *despatches(order, shares, today)]


def despatches(order: Order, shares: Sequence[Share], today: date) -> list[tuple[timedelta, Document]]:
    """The despatch advices of a plan, each when its goods leave."""
    said: list[tuple[timedelta, Document]] = []
    for wave, delay in ((1, DESPATCHED), (2, DESPATCHED_AGAIN)):
        advice = despatch_advice(order, wave, today, shares)
        if advice is not None:
            said.append((delay, advice))
    return said
