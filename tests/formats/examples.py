"""Which real documents prove which table: where they lie, and the schema and rules that judge what we write."""

from __future__ import annotations

from typing import NamedTuple

_PEPPOL, _SCH = "peppol-2026.5/examples", "peppol-2026.5/schematron"


class Examples(NamedTuple):
    """`files` is a glob below the official material; a UBL schema and Schematron files, both there too."""

    table: str
    files: str
    schema: str = ""
    rules: tuple[str, ...] = ()


EXAMPLES = [
    Examples(
        "peppol/order", f"{_PEPPOL}/T01/*.xml", "ubl-2.1/maindoc/UBL-Order-2.1.xsd", (f"{_SCH}/PEPPOLBIS-T01.sch",)
    ),
    Examples(
        "peppol/order_response",
        f"{_PEPPOL}/T76/*.xml",
        "ubl-2.1/maindoc/UBL-OrderResponse-2.1.xsd",
        (f"{_SCH}/PEPPOLBIS-T76.sch",),
    ),
    Examples(
        "peppol/despatch_advice",
        f"{_PEPPOL}/T16/*.xml",
        "ubl-2.1/maindoc/UBL-DespatchAdvice-2.1.xsd",
        (f"{_SCH}/PEPPOLBIS-T16.sch",),
    ),
    Examples(
        "peppol/order_change",
        f"{_PEPPOL}/T114/*.xml",
        "ubl-2.3/maindoc/UBL-OrderChange-2.3.xsd",
        (f"{_SCH}/PEPPOLBIS-T114.sch",),
    ),
    Examples(
        "peppol/order_cancellation",
        f"{_PEPPOL}/T115/*.xml",
        "ubl-2.3/maindoc/UBL-OrderCancellation-2.3.xsd",
        (f"{_SCH}/PEPPOLBIS-T115.sch",),
    ),
    Examples(
        "peppol/order_response_advanced",
        f"{_PEPPOL}/T116/*.xml",
        "ubl-2.3/maindoc/UBL-OrderResponse-2.3.xsd",
        (f"{_SCH}/PEPPOLBIS-T116.sch",),
    ),
]

# Tables without a real document to prove them, each with the reason.
NOT_PROVED: frozenset[str] = frozenset()
