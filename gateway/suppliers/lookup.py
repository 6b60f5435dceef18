"""A supplier looked up in Peppol: for the documents that it gets from us, in the process that we agreed with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from gateway.formats import Dialect
from gateway.lookup import Answer, Lookup, LookupDown, NotForThisDocument, Registered, Service, services_of
from gateway.suppliers.supplier import Supplier
from gateway.transports import TRANSPORTS
from gateway.transports.contract import Check


def is_looked_up(supplier: Supplier, dialects: Mapping[str, Dialect]) -> bool:
    """Whether Peppol decides where this supplier's documents go: it has a participant, and an access point sends."""
    way = TRANSPORTS.get(supplier.transport)
    if way is None or way.envelope != "sbdh" or supplier.by_hand or supplier.participant is None:
        return False
    return bool(received(dialects.get(supplier.dialect)))


def received(dialect: Dialect | None) -> tuple[Service, ...]:
    """What we send to whoever speaks a dialect; none where that is not Peppol's, or not UBL.

    With Advanced Ordering the order itself stands in the process of its changes.
    """
    order = sent(dialect, "Order")
    if dialect is None or not dialect.advanced or not order:
        return order
    changes = (*sent(dialect, "OrderChange"), *sent(dialect, "OrderCancellation"))
    return (msgspec.structs.replace(order[0], processes=changes[0].processes), *changes)


def sent(dialect: Dialect | None, document: str) -> tuple[Service, ...]:
    """How a dialect writes one document, in the process that it states when nothing else is said."""
    if dialect is None or document not in dialect.documents:
        return ()
    found = services_of(dialect.codec(document).table)[:1]
    return tuple(msgspec.structs.replace(service, processes=service.processes[:1]) for service in found)


def answers(participant: str, services: Iterable[Service], lookup: Lookup) -> tuple[Answer, ...]:
    """What Peppol answers of each document."""
    return tuple(lookup.can_take(participant, service) for service in services)


def is_good(answer: Answer) -> bool:
    """Whether the document can be sent: registered, and nothing fatal against it."""
    return isinstance(answer, Registered) and not any(finding.fatal for finding in answer.findings)


def check_lookup(supplier: Supplier, dialects: Mapping[str, Dialect], lookup: Lookup) -> Check:
    """The step "lookup" of a self-test. Raises nothing."""
    services = received(dialects.get(supplier.dialect))
    if supplier.participant is None or not services:
        missing = "it has no participant" if supplier.participant is None else f"{supplier.dialect} is not of Peppol"
        return Check(step="lookup", good=False, evidence=f"{supplier.id} cannot be looked up: {missing}")
    found = answers(supplier.participant, services, lookup)
    said = [said_of(service, answer) for service, answer in zip(services, found, strict=True)]
    return Check(step="lookup", good=all(map(is_good, found)), evidence="; ".join(dict.fromkeys(said)))


def said_of(service: Service, answer: Answer) -> str:
    """One answer in one line, with what to do about a no."""
    words = "; ".join(finding.message for finding in answer.findings)
    if isinstance(answer, Registered):
        ends = f" until {answer.endpoint.ends:%Y-%m-%d}" if answer.endpoint.ends else ""
        access_point = f"{answer.endpoint.url} ({answer.endpoint.certificate or 'no certificate'}{ends})"
        return f"{service.document}: registered at {access_point}" + (f"; {words}" if words else "")
    if isinstance(answer, NotForThisDocument):
        return f"{words}; ask the supplier to have it registered, or choose another dialect"
    if isinstance(answer, LookupDown):
        return f"the lookup is down: {words}; try again later"
    return f"{words}; check the participant with the supplier"
