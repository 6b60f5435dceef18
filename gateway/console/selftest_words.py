"""What the pages of the self-test call things, and how a record looks step by step."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from gateway.exchange.selftest.record import Record, Step
from gateway.exchange.selftest.scenario import CONNECTION, STEPS
from gateway.findings import Finding
from gateway.wording import Language, explain
from web import trade
from web.languages import N_

STEP_WORDS: dict[str, str] = {
    "configuration": N_("Configuration is complete"),
    "connect": N_("Connect"),
    "write": N_("Write"),
    "list": N_("List"),
    "lookup": N_("Look up in Peppol"),
    "shop": N_("Be let into their shop"),
    "order": N_("Write the test order"),
    "send": N_("Put it on its way"),
    "receipt": N_("Receipt"),
    "response": N_("Order response"),
    "agreement": N_("Our yes to their offer"),
    "cancellation": N_("Cancellation"),
    "despatch": N_("Despatch advice"),
}
SCENARIOS: dict[str, str] = {CONNECTION: N_("Connection"), **trade.SCENARIOS}


class Shown(msgspec.Struct, frozen=True):
    """A step as the page shows it; `taken` is None while it is still to come."""

    name: str
    state: str
    taken: Step | None = None


PROBLEMS: dict[str, str] = {
    "busy": N_("A self-test of this supplier runs already. Wait for it, or end it."),
    "many": N_("Many self-tests run at this moment. Try again in a minute."),
}


def shown(record: Record, running: bool) -> list[Shown]:
    """All steps of the record: good, bad, not for this supplier, now, or later."""
    taken, steps = {step.step: step for step in record.steps}, []
    for name in STEPS[record.scenario]:
        step = taken.get(name)
        if step is not None:
            steps.append(Shown(name, {True: "good", False: "bad", None: "plain"}[step.good], step))
        elif record.ended_at is None:
            steps.append(Shown(name, "wait" if name == record.next_step and running else "later"))
    return steps


def in_words(spoken: str) -> Callable[[str], str]:
    """Evidence as the reader says it: our own sentences are translated, what others said stays as it was said."""
    language: Language = "en" if spoken == "en" else "sv"
    return lambda text: explain(Finding(rule="selftest-seen", message=text), language).what


def can_go_on(record: Record) -> bool:
    """It stopped on the way, or its last step failed and may be good by now."""
    if record.good:
        return False
    return record.next_step is not None or (bool(record.steps) and record.steps[-1].good is False)
