"""What one side says of a document of the other: answers to catalogues (T58), invoices (T111) and messages (T71)."""

from __future__ import annotations

from datetime import date, time

from gateway.model.party import Party, Value


class CatalogueVerdict(Value, frozen=True):
    """`code` is UNCL4343: AB received, AP accepted, RE refused; of the `version` of a `catalogue`, by its number."""

    code: str
    catalogue: str
    version: str | None = None


class CatalogueResponse(Value, frozen=True, tag="CatalogueResponse"):
    """What the buyer says of catalogues that came: Peppol Catalogue response (T58)."""

    number: str
    issued: date
    sender: Party
    receiver: Party
    issued_time: time | None = None
    notes: tuple[str, ...] = ()
    answers: tuple[CatalogueVerdict, ...] = ()


class Correction(Value, frozen=True):
    """What the buyer wants said otherwise: `attribute` names it (BT-48), `value` is what it should be."""

    attribute: str
    value: str | None = None


class Clarification(Value, frozen=True):
    """Why, by a code of the `list` OPStatusReason, or what to do, by one of OPStatusAction."""

    code: str | None = None
    list: str | None = None
    reason: str | None = None
    corrections: tuple[Correction, ...] = ()


class InvoiceResponse(Value, frozen=True, tag="InvoiceResponse"):
    """What the buyer does with an invoice (T111): `code` is UNCL4343, in the order AB IP UQ CA RE AP PD, with skips.

    RE and PD end it. UQ, CA and RE need a clarification by code. `effective` is the day from which the code holds;
    `issuer` and `recipient` are those of the invoice, where they are others than receiver and sender.
    """

    number: str
    issued: date
    sender: Party
    receiver: Party
    code: str
    invoice: str
    invoice_kind: str
    invoice_issued: date | None = None
    issued_time: time | None = None
    note: str | None = None
    effective: date | None = None
    clarifications: tuple[Clarification, ...] = ()
    issuer: Party | None = None
    recipient: Party | None = None


class Fault(Value, frozen=True):
    """One mistake in a message: `place` is an XPath, `reason` BV (fatal rule), BW (warning) or SV (syntax)."""

    place: str
    description: str
    reason: str
    code: str | None = None


class MessageLevelResponse(Value, frozen=True, tag="MessageLevelResponse"):
    """Whether a message could be taken in (T71): `code` is AB, AP or RE; `message` the identifier of its envelope."""

    number: str
    issued: date
    sender: Party
    receiver: Party
    code: str
    message: str
    message_kind: str | None = None
    message_version: str | None = None
    issued_time: time | None = None
    description: str | None = None
    faults: tuple[Fault, ...] = ()
