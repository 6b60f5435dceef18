"""The step that asks the Peppol network, with its two noes kept apart: theirs, and that nobody could be asked."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

from gateway.exchange.selftest.tools import Looked
from gateway.findings import Rejected
from gateway.formats import Dialect
from gateway.lookup import Lookup, LookupDown
from gateway.suppliers.lookup import answers, is_good, is_looked_up, received, said_of
from gateway.suppliers.supplier import Supplier
from gateway.transports.contract import Check


def asking(dialects: Mapping[str, Dialect], open_lookup: Callable[[], Lookup]) -> Callable[[Supplier], Looked]:
    """Asks of each document that the supplier gets from us, by one lookup that is opened when first needed.

    Raises nothing: settings of ours by which nobody can ask are no fault of the supplier's either.
    """
    opened = functools.cache(open_lookup)

    def ask(supplier: Supplier) -> Looked:
        participant = supplier.participant
        if participant is None or not is_looked_up(supplier, dialects):
            return Looked(None)
        try:
            lookup = opened()
        except Rejected as rejected:
            return Looked(Check(step="lookup", good=False, evidence=str(rejected)), down=True)
        services = received(dialects.get(supplier.dialect))
        found = answers(participant, services, lookup)
        said = dict.fromkeys(said_of(service, answer) for service, answer in zip(services, found, strict=True))
        check = Check(step="lookup", good=all(map(is_good, found)), evidence="; ".join(said))
        return Looked(check, down=any(isinstance(answer, LookupDown) for answer in found))

    return ask
