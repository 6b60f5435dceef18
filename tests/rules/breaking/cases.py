"""Which table writes the documents of each transaction, and how its rules are broken."""

from __future__ import annotations

from typing import NamedTuple

from tests.rules.breaking.advices import T16
from tests.rules.breaking.agreements import T110
from tests.rules.breaking.catalogues import T19
from tests.rules.breaking.commons import alongside, commons
from tests.rules.breaking.edits import Breaking, Edit
from tests.rules.breaking.orders import T01, T114
from tests.rules.breaking.responses import T76, T116
from tests.rules.breaking.verdicts import T111


class Case(NamedTuple):
    """`party` has an endpoint and an identification; `taxed`: it may be registered for tax; `empty` holds any text."""

    table: str
    breaking: Breaking
    party: str
    taxed: bool = False
    empty: str = "cbc:Note"

    @property
    def by_hand(self) -> dict[str, tuple[Edit, ...]]:
        return commons(self.party, self.empty) | self.breaking.by_hand

    @property
    def alongside(self) -> dict[str, tuple[tuple[str, ...], str]]:
        """What breaks with a rule, and why."""
        return alongside(self.party, self.taxed) | self.breaking.alongside


_BUYER = "cac:BuyerCustomerParty/cac:Party"
CASES = {
    "T01": Case("peppol/order", T01, _BUYER, taxed=True),
    "T76": Case("peppol/order_response", T76, _BUYER),
    "T16": Case("peppol/despatch_advice", T16, "cac:DespatchSupplierParty/cac:Party"),
    "T19": Case("peppol/catalogue", T19, "cac:ProviderParty", empty="cbc:Name"),
    "T110": Case("peppol/order_agreement", T110, _BUYER),
    "T111": Case("peppol/invoice_response", T111, "cac:SenderParty"),
    "T114": Case("peppol/order_change", T114, _BUYER, taxed=True),
    "T116": Case("peppol/order_response_advanced", T116, _BUYER),
}
