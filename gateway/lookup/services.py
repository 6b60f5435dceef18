"""Our documents as Peppol names them, out of the mapping tables: document type and business processes."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from gateway.identifiers import document_type_id
from gateway.lookup.answers import Service
from gateway.mapping.render import processes
from gateway.mapping.table import Leaf, Table, leaves

_CUSTOMIZATION, _PROFILE = "cbc:CustomizationID", "cbc:ProfileID"


def services_of(table: Table) -> tuple[Service, ...]:
    """One service for each transaction that a table can write, the default one first; none for what is not UBL."""
    said = _leaf(table, _CUSTOMIZATION)
    if table.syntax != "ubl" or said is None:
        return ()
    root = etree.QName(table.root.at)
    usual = _usual_first(processes(table), _leaf(table, _PROFILE))
    return tuple(
        Service(
            document=table.document.__name__,
            id=document_type_id(str(root.namespace), root.localname, customization),
            processes=usual,
        )
        for customization in _usual_first(_values(said), said)
    )


def _leaf(table: Table, at: str) -> Leaf | None:
    return next((leaf for _, leaf in leaves(table.root) if leaf.at == at), None)


def _values(leaf: Leaf) -> Iterator[str]:
    if leaf.const is not None:
        yield leaf.const
    elif leaf.codes is not None:
        yield from leaf.codes.from_wire


def _usual_first(values: Iterator[str] | tuple[str, ...], leaf: Leaf | None) -> tuple[str, ...]:
    usual = leaf.options.get("default") if leaf is not None else None
    return tuple(sorted(values, key=lambda value: value != usual))
