"""Which real documents prove which table: where they lie, and the schema and rules that judge what we write."""

from __future__ import annotations

from typing import NamedTuple

_PEPPOL, _SCH = "peppol-2026.5/examples", "peppol-2026.5/schematron"
_LOGISTICS = "peppol-logistics"


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
        "peppol/order_agreement",
        f"{_PEPPOL}/T110/*.xml",
        "ubl-2.1/maindoc/UBL-OrderResponse-2.1.xsd",
        (f"{_SCH}/PEPPOLBIS-T110.sch",),
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
    Examples(
        "peppol/advanced_despatch_advice",
        f"{_LOGISTICS}/examples/T120/*.xml",
        "ubl-2.3/maindoc/UBL-DespatchAdvice-2.3.xsd",
        (f"{_LOGISTICS}/schematron/PEPPOLBIS-T120.sch",),
    ),
    Examples("svehandel/order", "svehandel-samples/bis28a-*order.xml", "ubl-2.1/maindoc/UBL-Order-2.1.xsd"),
    Examples("svehandel/sveorder", "svehandel-samples/sveorder.xml", "ubl-2.1/maindoc/UBL-Order-2.1.xsd"),
    Examples(
        "svehandel/order_response",
        "svehandel-samples/bis28a-*order-response.xml",
        "ubl-2.1/maindoc/UBL-OrderResponse-2.1.xsd",
    ),
    Examples(
        "svehandel/despatch_advice",
        "svehandel-samples/bis30a*.xml",
        "ubl-2.1/maindoc/UBL-DespatchAdvice-2.1.xsd",
    ),
    Examples(
        "peppol/receipt_advice",
        f"{_LOGISTICS}/examples/T128/*.xml",
        "ubl-2.3/maindoc/UBL-ReceiptAdvice-2.3.xsd",
        (f"{_LOGISTICS}/schematron/PEPPOLBIS-T128.sch",),
    ),
    Examples(
        "peppol/catalogue",
        f"{_PEPPOL}/T19/*.xml",
        "ubl-2.1/maindoc/UBL-Catalogue-2.1.xsd",
        (f"{_SCH}/PEPPOLBIS-T19.sch",),
    ),
    Examples(
        "peppol/catalogue_response",
        f"{_PEPPOL}/T58/*.xml",
        "ubl-2.1/maindoc/UBL-ApplicationResponse-2.1.xsd",
        (f"{_SCH}/PEPPOLBIS-T58.sch",),
    ),
    Examples(
        "peppol/punch_out",
        f"{_PEPPOL}/T77/*.xml",
        "ubl-2.1/maindoc/UBL-Catalogue-2.1.xsd",
        (f"{_SCH}/PEPPOLBIS-T77.sch",),
    ),
    Examples(
        "peppol/invoice",
        f"{_PEPPOL}/T10-billing/*-category-*.xml",
        "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
        (f"{_SCH}/CEN-EN16931-UBL.sch", f"{_SCH}/PEPPOL-EN16931-UBL.sch"),
    ),
    Examples(
        "peppol/credit_note",
        f"{_PEPPOL}/T10-billing/*creditnote*.xml",
        "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
        (f"{_SCH}/CEN-EN16931-UBL.sch", f"{_SCH}/PEPPOL-EN16931-UBL.sch"),
    ),
    Examples("peppol/invoice", f"{_PEPPOL}/T10-billing/*-example*.xml"),
    Examples("peppol/invoice", f"{_PEPPOL}/T10-billing/*-negative-*.xml"),
    Examples("peppol/invoice", f"{_PEPPOL}/T10-self-billing/*-example*.xml"),
    Examples("peppol/invoice", f"{_PEPPOL}/T10-self-billing/*-category-*.xml"),
    Examples("peppol/invoice", f"{_PEPPOL}/T10-self-billing/*-negative-*.xml"),
    Examples("peppol/credit_note", f"{_PEPPOL}/T10-self-billing/*creditnote*.xml"),
    Examples(
        "peppol/invoice_response",
        f"{_PEPPOL}/T111/*.xml",
        "ubl-2.1/maindoc/UBL-ApplicationResponse-2.1.xsd",
        (f"{_SCH}/PEPPOLBIS-T111.sch",),
    ),
    Examples(
        "peppol/message_level_response",
        f"{_PEPPOL}/T71/*.xml",
        "ubl-2.1/maindoc/UBL-ApplicationResponse-2.1.xsd",
        (f"{_SCH}/PEPPOLBIS-T71.sch",),
    ),
    Examples(
        "svehandel/catalogue",
        "svehandel-samples/bis01a-*-catalogue.xml",
        "ubl-2.1/maindoc/UBL-Catalogue-2.1.xsd",
    ),
    Examples("svehandel/catalogue", "svehandel-samples/svekatalog-small.xml"),
    Examples("svehandel/invoice", "svehandel-samples/svefaktura-bis5a.xml", "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd"),
    Examples("svehandel/svefaktura", "svehandel-samples/svefaktura-1.0-*.xml"),
]

# Tables without a real document to prove them, each with the reason.
NOT_PROVED: frozenset[str] = frozenset(
    {
        "svehandel/order_agreement",  # none among the samples; it says what T110 says
        "svehandel/credit_note",  # none among the samples; it differs from the invoice by root, type code and quantity
        "svehandel/svefaktura_credit_note",  # none among the samples; the invoice but for its type code
    }
)
