"""The connections of many suppliers at once, and what is wrong with them grouped by cause."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec

from gateway.exchange.selftest.record import Record
from gateway.exchange.selftest.run import try_out
from gateway.exchange.selftest.tools import Busy, Tools
from gateway.suppliers.supplier import Supplier

AT_ONCE: Final = 16
"""Suppliers that are asked at the same time: a dead server costs one thread for its time-out."""
_TEST_FILE = re.compile(r"\.avrop-test-[0-9a-f]+")


class Cause(msgspec.Struct, frozen=True):
    """One cause with all whom it concerns; in `words` {id} stands for each supplier's own id."""

    step: str
    words: str
    suppliers: tuple[str, ...]


def try_all(
    tools: Tools, suppliers: Iterable[Supplier], by: object, steps: Collection[str], done: Callable[[Record], None]
) -> list[Record]:
    """The connection's steps of each; `done` hears of each as it ends. Who is tested already is left out."""

    def one(supplier: Supplier) -> Record | None:
        try:
            (record,) = try_out(tools, supplier, by, (), steps)
        except Busy:
            return None
        done(record)
        return record

    with ThreadPoolExecutor(AT_ONCE, "selftest") as threads:
        return [record for record in threads.map(one, suppliers) if record is not None]


def causes_of(records: Iterable[Record], suppliers: Callable[[str], Supplier | None]) -> list[Cause]:
    """What failed, the cause that concerns most suppliers first."""
    found: dict[tuple[str, str], list[str]] = {}
    for record in records:
        for step in record.steps:
            if step.good is False:
                words = _general(step.evidence, suppliers(record.supplier_id), record.supplier_id)
                found.setdefault((step.step, words), []).append(record.supplier_id)
    causes = [Cause(step, words, tuple(sorted(ids))) for (step, words), ids in found.items()]
    return sorted(causes, key=lambda cause: (-len(cause.suppliers), cause.step, cause.words))


def _general(evidence: str, supplier: Supplier | None, supplier_id: str) -> str:
    """The cause without what differs from supplier to supplier."""
    own = [supplier_id]
    if supplier is not None:
        own += [str(one) for one in (supplier.participant, supplier.gln, supplier.org_number) if one]
    for word in sorted(own, key=len, reverse=True):
        evidence = evidence.replace(word, "{id}")
    return _TEST_FILE.sub(".avrop-test-…", evidence)
