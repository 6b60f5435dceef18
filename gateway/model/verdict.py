"""What one side says of a document of the other: answers to catalogues (T58), invoices (T111) and messages (T71)."""

from __future__ import annotations

from datetime import date

from gateway.model.party import Party, Value


class CatalogueResponse(Value, frozen=True, tag="CatalogueResponse"):
    number: str
    issued: date
    sender: Party
    receiver: Party


class InvoiceResponse(Value, frozen=True, tag="InvoiceResponse"):
    number: str
    issued: date
    sender: Party
    receiver: Party


class MessageLevelResponse(Value, frozen=True, tag="MessageLevelResponse"):
    number: str
    issued: date
    sender: Party
    receiver: Party
