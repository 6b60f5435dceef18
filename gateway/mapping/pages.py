"""The pages of docs/documents, worked out from the tables: one for each, and an index. Pure: texts in, texts out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.mapping.canonical import canonical
from gateway.mapping.index import table_names
from gateway.mapping.load import load_table
from gateway.mapping.render import cell, code_lists, page_name, processes, render, ticked, title
from gateway.mapping.table import Table
from gateway.model import DOCUMENTS

INDEX, CANONICAL = "README.md", "canonical.md"
_BUYER, _SELLER = "buyer → seller", "seller → buyer"
_DIRECTIONS = {
    "Order": _BUYER,
    "OrderChange": _BUYER,
    "OrderCancellation": _BUYER,
    "OrderResponse": _SELLER,
    "OrderAgreement": _SELLER,
    "DespatchAdvice": "despatcher → consignee",
    "ReceiptAdvice": "consignee → despatcher",
    "Catalogue": _SELLER,
    "CatalogueResponse": _BUYER,
    "PunchOutBasket": _SELLER,
    "PunchOutSetup": _BUYER,
    "Invoice": _SELLER,
    "CreditNote": _SELLER,
    "InvoiceResponse": _BUYER,
    "MessageLevelResponse": "receiver → sender",
}
_HEAD = """# The documents

One page for each table of `mappings/`: what the document is, how it is known, and every line of the table as a tree.
What a term means stands with the [canonical documents](canonical.md). The pages are worked out from the tables and the
model by `python docs/generate.py`; a test keeps them equal.

| document | page | what it is | who → whom | known by | processes |
|---|---|---|---|---|---|
"""


def pages(texts: Mapping[str, str]) -> dict[str, str]:
    """File name → content, out of `texts` (path below mappings/ → text). Raises `Rejected` where a table errs."""
    lists = code_lists(texts)
    tables = [load_table(name, texts) for name in table_names(texts)]
    written = {page_name(table): render(table, lists) for table in tables}
    return {INDEX: _index(tables), CANONICAL: canonical()} | written


def _index(tables: Iterable[Table]) -> str:
    order = list(DOCUMENTS.values())
    rows = (_row(table) for table in sorted(tables, key=lambda table: (order.index(table.document), table.name)))
    return _HEAD + "".join(f"| {' | '.join(map(cell, row))} |\n" for row in rows)


def _row(table: Table) -> tuple[str, ...]:
    document = table.document.__name__
    return (
        document,
        f"[{title(table)}]({page_name(table)})",
        table.about,
        _DIRECTIONS[document],
        ticked(table.recognise.get("transaction", ())) or _known_by(table),
        ticked(processes(table)),
    )


def _known_by(table: Table) -> str:
    if table.root.at:
        return "its root"
    return "the names of its fields" if table.syntax == "form" else "the names of its columns"
