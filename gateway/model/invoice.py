"""What the supplier wants to be paid for: invoice and credit note, as EN 16931 and Peppol BIS Billing 3 (T10) say."""

from __future__ import annotations

from datetime import date

from gateway.model.party import Party, Value


class Billing(Value, frozen=True, kw_only=True):
    """What an invoice and a credit note say alike."""

    number: str
    issued: date
    currency: str
    seller: Party
    buyer: Party


class Invoice(Billing, frozen=True, kw_only=True, tag="Invoice"):
    """`kind` is UNCL1001: 380 commercial invoice."""


class CreditNote(Billing, frozen=True, kw_only=True, tag="CreditNote"):
    """`kind` is UNCL1001: 381 credit note."""
