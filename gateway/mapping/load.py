"""From the text of a table to a checked `Table`. A mistake is a finding with file, line, column and suggestion."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.findings import Place, reject
from gateway.mapping.check import check_table
from gateway.mapping.library import Library
from gateway.mapping.lines import Lines
from gateway.mapping.located import Located, did_you_mean
from gateway.mapping.shapes import TREES
from gateway.mapping.table import Group, Table
from gateway.model import DOCUMENTS

_KEYS = {
    "document", "syntax", "root", "recognise", "layout", "terms", "leave_out", "example",
    "variant", "complete", "about", "tree",
}  # fmt: skip


def load_table(name: str, texts: Mapping[str, str]) -> Table:
    """The table `name` ("peppol/order") out of `texts` (path below mappings/ → text).

    Raises `Rejected` with every finding.
    """
    library = Library(texts)
    data = library.file(name, Place())
    library.known_keys(data, _KEYS, "a table")
    document = DOCUMENTS.get(str(data.get("document")))
    if document is None:
        said = str(data.get("document"))
        message = f"{said!r} is not a canonical document{did_you_mean(said, DOCUMENTS)}"
        raise reject("table-document", message, data.at("document"))
    tree = str(data.get("tree", ""))
    if tree and tree not in TREES:
        raise reject("table-tree", f"there is no tree {tree}{did_you_mean(tree, TREES)}", data.at("tree"))
    struct = TREES.get(tree, document)
    root = Group(
        at=str(data.get("root", "")),
        place=data.place,
        struct=struct,
        terms=Lines(library).terms(data.get("terms"), struct, data.at("terms")),
        min=1,
    )
    table = Table(
        name=name,
        source=f"{name}.yaml",
        document=document,
        syntax=str(data.get("syntax", "")),
        root=root,
        layout=dict(data.get("layout") or {}),
        recognise=_recognise(data, library),
        leave_out=tuple(data.get("leave_out") or ()),
        example=data.get("example"),
        variant=str(data.get("variant", "")),
        complete=bool(data.get("complete", False)),
        tree=tree,
        about=str(data.get("about", "")),
    )
    check_table(table, data.at("leave_out"), library.complaints)
    library.complaints.raise_if_any()
    return table


def _recognise(data: Located, library: Library) -> dict[str, tuple[str, ...]]:
    """What the head of a document must (`transaction`) or must not (`absent`) hold: one text or any of several."""
    said = data.get("recognise") or Located(data.at("recognise"))
    library.known_keys(said, {"transaction", "absent"}, "recognise")
    return {key: tuple(map(str, value if isinstance(value, list) else [value])) for key, value in said.items()}
