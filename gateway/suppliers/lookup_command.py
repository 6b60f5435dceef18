"""`avrop suppliers lookup`: what the command answers, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from gateway.formats import Dialect
from gateway.identifiers import ParticipantId
from gateway.lookup import Capabilities, Lookup, Service, services_of
from gateway.mapping.located import did_you_mean
from gateway.rules.transactions import TRANSACTIONS
from gateway.suppliers.commands import Answer
from gateway.suppliers.lookup import answers, is_good, received, said_of
from gateway.suppliers.supplier import Suppliers

_PEPPOL = "peppol"


class _Whom(msgspec.Struct, frozen=True):
    """Who is looked up, and the dialect that says for what."""

    called: str
    participant: ParticipantId
    dialect: Dialect


def look_up(id: str, document: str, suppliers: Suppliers, dialects: Mapping[str, Dialect], lookup: Lookup) -> Answer:
    """A supplier, or a participant written out, for one document or for all that it gets from us."""
    try:
        whom = _whom(id, suppliers, dialects)
        services = _services(whom, document)
    except ValueError as error:
        return Answer(data={"error": str(error)}, text=str(error), code=2)
    found = answers(whom.participant, services, lookup)
    text = "\n".join(said_of(service, answer) for service, answer in zip(services, found, strict=True))
    data = {"id": whom.called, "participant": whom.participant, "answers": _plain(found)}
    return Answer(data=data, text=text, code=0 if all(map(is_good, found)) else 1)


def look_up_all(id: str, suppliers: Suppliers, dialects: Mapping[str, Dialect], lookup: Lookup) -> Answer:
    """Everything a supplier or participant is registered for."""
    try:
        whom = _whom(id, suppliers, dialects)
    except ValueError as error:
        return Answer(data={"error": str(error)}, text=str(error), code=2)
    found = lookup.capabilities(whom.participant)
    data = {"id": whom.called, "participant": whom.participant, "answers": _plain([found])}
    if isinstance(found, Capabilities):
        lines = [f"{found.participant} is registered at {found.smp} for:"]
        return Answer(data=data, text="\n".join([*lines, *found.offered]))
    return Answer(data=data, text="\n".join(map(str, found.findings)), code=1)


def _plain(found: Any) -> Any:
    return msgspec.to_builtins(found, enc_hook=str)


def _whom(id: str, suppliers: Suppliers, dialects: Mapping[str, Dialect]) -> _Whom:
    """Raises ValueError with what to do."""
    if ":" in id:
        return _Whom(id, ParticipantId(id), dialects[_PEPPOL])
    supplier = suppliers.get(id)
    if supplier is None:
        raise ValueError(f"there is no supplier {id}{did_you_mean(id, suppliers.by_id)}")
    if supplier.participant is None:
        raise ValueError(f"{id} has no participant in suppliers.yaml, so it cannot be looked up")
    return _Whom(id, supplier.participant, dialects.get(supplier.dialect, dialects[_PEPPOL]))


def _services(whom: _Whom, document: str) -> tuple[Service, ...]:
    """Raises ValueError where there is nothing to ask for."""
    usual = received(whom.dialect)
    if not document and not usual:
        raise ValueError(f"{whom.called} speaks {whom.dialect.name}, which is not of Peppol, so it cannot be looked up")
    if not document:
        return usual
    known = (*usual, *(service for name in whom.dialect.codecs for service in _written(whom.dialect, name)))
    found = next((service for service in known if document in {service.document, _number(service)}), None)
    if found is None:
        hint = did_you_mean(document, {service.document for service in known})
        raise ValueError(f"{document} is not a document that {whom.dialect.name} sends through Peppol{hint}")
    return (found,)


def _written(dialect: Dialect, table: str) -> tuple[Service, ...]:
    return services_of(dialect.codecs[table].table)


def _number(service: Service) -> str:
    """The number of the transaction, such as T01; "" where it has none."""
    customization = service.id.split("##", 1)[1].rsplit("::", 1)[0]
    return next((one.number for one in TRANSACTIONS.values() if customization.startswith(one.customization)), "")
