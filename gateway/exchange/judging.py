"""The layers of rules on a message, and what the supplier's policy makes of what they find.

Nothing here holds a database transaction: the official rules may take seconds.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from gateway import telemetry
from gateway.exchange import journal
from gateway.exchange.envelope import opened
from gateway.exchange.journal import MessageState
from gateway.exchange.knowledge import is_legacy
from gateway.exchange.office import Office
from gateway.findings import Finding, Place, Rejected
from gateway.formats import Dialect
from gateway.model import Document
from gateway.rules.ours import check_alone
from gateway.rules.verdict import Layer, Verdict
from gateway.suppliers.policy import Policy
from gateway.xml import MAX_BYTES

LARGEST: Final = MAX_BYTES
"""Bytes of a document that the official rules still judge; a catalogue may be larger, and is read line by line."""
_UNAVAILABLE: Final = "rules-unavailable"
_HERE: Final = ZoneInfo("Europe/Stockholm")  # rules come into force on a day of the calendar here


class Unjudged(Exception):
    """The rules could not be applied for a reason that is not the document's: try again later."""


def outgoing(office: Office, document: Document, dialect: Dialect, content: bytes) -> tuple[Verdict, ...]:
    """Every layer on what was written, before it leaves; `content` is bare, or a whole cXML document."""
    with telemetry.span("rules", document=type(document).__name__, dialect=dialect.name):
        return _outgoing(office, document, dialect, content)


def _outgoing(office: Office, document: Document, dialect: Dialect, content: bytes) -> tuple[Verdict, ...]:
    codec = dialect.codec(type(document).__name__)
    began = time.perf_counter()
    ours = check_alone(document, legacy=is_legacy(dialect))
    between = time.perf_counter()
    structure = codec.check(content, codec.name)
    return (
        built_in("structure", structure, time.perf_counter() - between),
        *official(office, content, codec.name, office.clock()),
        built_in("ours", ours, between - began),
    )


def incoming(office: Office, message_id: UUID) -> tuple[Verdict, ...]:
    """Structure and official rules on a message that waits to be processed; nothing for what cannot be opened."""
    with office.engine.begin() as conn:
        message = journal.get(conn, message_id)
        if message is None or message.state is not MessageState.RECEIVED:
            return ()
        raw = journal.raw(conn, message_id) or b""
    try:
        supplier, payload = opened(office, message, raw)
    except Rejected:
        return ()
    with telemetry.span("judge", message.trace, message=message_id, supplier=supplier.id):
        given = (*_structure(office.dialects.get(supplier.dialect), payload, message.source),)
        given += official(office, payload, message.source, office.clock())
    _available(given, supplier.rules.inbound)
    return given


def _structure(dialect: Dialect | None, payload: bytes, source: str) -> Iterable[Verdict]:
    codec = dialect.identify(payload) if dialect is not None else None
    if codec is not None and len(payload) <= LARGEST:
        began = time.perf_counter()
        yield built_in("structure", codec.check(payload, source), time.perf_counter() - began)


def official(office: Office, raw: bytes, source: str, now: datetime) -> tuple[Verdict, ...]:
    """The packages in force today, where any are installed; nothing for what is no XML."""
    if office.rules is None or not raw[:200].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<"):
        return ()
    day = now.astimezone(_HERE).date()
    try:
        if not office.rules.standing(day).packages:
            return ()
        if len(raw) > LARGEST:
            why = f"the document holds {len(raw)} bytes; at most {LARGEST} are judged by the official rules"
            finding = Finding(rule="rules-size", message=why, place=Place(source=source), fatal=False)
            return (Verdict(layer="schematron", package="", findings=(finding,), took_ms=0.0),)
        return office.rules.judge(raw, day=day, source=source)
    except Rejected as rejected:  # the folder of the packages is damaged
        return (Verdict(layer="schematron", package="", findings=rejected.findings, took_ms=0.0),)


def built_in(layer: Layer, findings: tuple[Finding, ...], seconds: float = 0.0) -> Verdict:
    """The verdict of a layer that needs no package."""
    return Verdict(layer=layer, package="", findings=findings, took_ms=round(seconds * 1000, 3))


def refused(given: Iterable[Verdict], policy: Policy) -> tuple[Finding, ...]:
    """What keeps the document from going on: the findings of the layers that refuse it, the fatal ones first.

    Raises `Unjudged` where a layer that may refuse could not be applied for now.
    """
    verdicts = tuple(given)
    _available(verdicts, policy)
    against = [one for one in verdicts if one.fatal and policy.of(one.layer) == "refuse"]
    found = dict.fromkeys(finding for verdict in against for finding in verdict.findings)
    return tuple(sorted(found, key=lambda finding: not finding.fatal))


def noted(given: Iterable[Verdict], policy: Policy) -> tuple[Finding, ...]:
    """What is noted with a document that goes on. A publisher's own warnings stand in the verdict alone."""
    heard = [verdict for verdict in given if policy.of(verdict.layer) != "accept"]
    found = (one for verdict in heard for one in verdict.findings if one.fatal or verdict.layer == "ours")
    return tuple(dict.fromkeys(replace(finding, fatal=False) for finding in found))


def _available(given: Iterable[Verdict], policy: Policy) -> None:
    for verdict in given:
        away = [finding for finding in verdict.findings if finding.rule == _UNAVAILABLE]
        if away and policy.of(verdict.layer) == "refuse":
            raise Unjudged(f"the {verdict.layer} rules could not be applied: {away[0].message}")
