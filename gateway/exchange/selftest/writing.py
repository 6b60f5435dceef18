"""A document as it would leave: written in the supplier's dialect and judged by every layer. Nothing is sent."""

from __future__ import annotations

from gateway.exchange import documents, judging
from gateway.exchange.judging import Unjudged
from gateway.exchange.office import Office
from gateway.exchange.verdicts import outcome_of
from gateway.exchange.wrapping import as_judged
from gateway.findings import Finding, Rejected
from gateway.model import Document
from gateway.suppliers.supplier import Supplier


def judged(office: Office, supplier: Supplier, draft: Document) -> tuple[str, tuple[Finding, ...]]:
    """What it became and what each layer says of it; fatal findings: it would be held."""
    dialect = office.dialects[supplier.dialect]
    document = documents.spoken(draft, dialect)
    try:
        content = dialect.write(document)
        whole = as_judged(office, supplier, content, "selftest")
        given = judging.outgoing(office, document, dialect, whole)
        against = judging.refused(given, supplier.rules.outbound)
    except Rejected as rejected:
        return rejected.findings[0].message, rejected.findings
    except Unjudged as failure:
        return str(failure), (Finding(rule="rules-unavailable", message=str(failure)),)
    if against:
        return against[0].message, against
    layers = ", ".join(
        f"{verdict.layer}{f' ({verdict.package})' if verdict.package else ''} {outcome_of(verdict)}"
        for verdict in given
        if not (verdict.layer in ("xsd", "dtd") and not verdict.package)
    )
    codec = dialect.codec(type(document).__name__)
    return f"{codec.name}, {len(content)} bytes: {layers}", judging.noted(given, supplier.rules.outbound)
