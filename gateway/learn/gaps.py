"""What a document must say and the file has no column for: what stands in for it, and what a person must settle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from gateway.learn.remarks import Remarks
from gateway.mapping.shapes import Shape, shapes

Tree = dict[str, Any]
_CURRENCY = "SEK"


class Gaps(msgspec.Struct):
    """`changes` by term for a dialect file, `leave_out` terms, and `unusable` terms whose other half is missing."""

    changes: dict[str, dict[str, Any]]
    leave_out: list[str]
    unusable: list[str]


def gaps(document: str, struct: type, paths: Mapping[str, str], today: date, remarks: Remarks) -> Gaps:
    """Fills what `struct` needs beside the mapped `paths` (term → column of the file). Says each step in `remarks`."""
    made = Gaps({}, [], [])
    tree = _tree(paths)
    if "currency" in shapes(struct) and any(path.endswith(("price.amount", "lines.amount")) for path in paths):
        tree.setdefault("currency", {})
        if "currency" not in paths:
            _fill(document, "currency", paths, made, today, remarks)
    for missing, shape in _missing(struct, tree, ""):
        if shape.is_group and not shape.many and not any(one.required for one in shapes(shape.type).values()):
            made.leave_out.append(missing)
        elif missing not in made.changes:
            _fill(document, missing, paths, made, today, remarks)
    _say_left(made.leave_out, remarks)
    if document == "catalogue":
        _say_shop(paths, remarks)
    return made


def _say_shop(paths: Mapping[str, str], remarks: Remarks) -> None:
    """What a shop needs of an article beside its name."""
    for term, what in (("lines.orderable_unit", "the unit to order in"), ("lines.prices.amount.value", "the price")):
        if term not in paths:
            remarks.doubt("shop", f"no column says {what}, and nothing can be sold without it; ask for one")


def _tree(paths: Mapping[str, str]) -> Tree:
    tree: Tree = {}
    for path in paths:
        level = tree
        for name in path.split("."):
            level = level.setdefault(name, {})
    return tree


def _missing(struct: type, tree: Tree, prefix: str) -> Iterator[tuple[str, Shape]]:
    """What must be said and is not: of the document, and of each group that something is said of."""
    for name, shape in shapes(struct).items():
        full = f"{prefix}{name}"
        if name in tree and shape.wire_type not in {"identifier"} and issubclass(shape.type, msgspec.Struct):
            if tree[name]:
                yield from _missing(shape.type, tree[name], f"{full}.")
        elif name not in tree and shape.required:
            yield full, shape


def _say_left(terms: list[str], remarks: Remarks) -> None:
    if "lines.item" in terms:
        remarks.doubt("no-article", "no column says which article a line is about; only the line's number tells")
    named = [term for term in terms if term != "lines.item"]
    if named:
        remarks.note("left-out", f"the file does not say {', '.join(named)}; that is known by who sends it")


def _fill(document: str, term: str, paths: Mapping[str, str], made: Gaps, today: date, remarks: Remarks) -> None:
    """What stands in for one term, or that nothing can."""
    last = term.rsplit(".", 1)[-1]
    if last == "currency":
        made.changes[term] = {"const": _CURRENCY}
        remarks.note("currency", f"no column says the currency; {_CURRENCY} is assumed")
    elif term.endswith("tax.id"):
        made.changes[term] = {"const": "S"}
        remarks.note("tax", "only the VAT rate is said; the category is assumed to be S, the ordinary one")
    elif term == "lines.id":
        _number_lines(document, paths, made, remarks)
    elif (document, term) in _FILLERS:
        _FILLERS[document, term](paths, made, today, remarks)
    elif term.endswith(".substitute.line"):
        made.changes[term] = {"like": "lines.id"}
    elif term.count(".") > 1 and last == "value":
        half = [path for path in paths if path.startswith(term.removesuffix("value"))]
        made.unusable.extend(half)
        remarks.note("half", f"{paths[half[0]]!r} is the unit of a quantity that no column holds; it is not carried")
    else:
        remarks.stop("missing", f"no column says {term}, which must be in every document; ask the supplier to add one")


def _number_lines(document: str, paths: Mapping[str, str], made: Gaps, remarks: Remarks) -> None:
    """An article keeps its number from list to list; a row of an answer is one of several for an order line."""
    article = paths.get("lines.item.seller_id")
    if document == "catalogue" and article:
        made.changes["lines.id"] = {"like": "lines.item.seller_id"}
        remarks.note("like", f"the lines have no number of their own; {article!r} is taken for it")
    else:
        made.changes["lines.id"] = {"numbered": True}
        remarks.note("numbered", "no column numbers the lines; they are counted from 1")


def _response_number(paths: Mapping[str, str], made: Gaps, today: date, remarks: Remarks) -> None:
    if "order" in paths:
        made.changes["number"] = {"like": "order"}
        remarks.note(
            "answer-number",
            "the answer has no number of its own; the order's is used, so a second answer to an order goes to a person",
        )
    else:
        remarks.stop("missing", "no column says number, which must be in every document; ask the supplier to add one")


def _response_code(paths: Mapping[str, str], made: Gaps, today: date, remarks: Remarks) -> None:
    made.changes["code"] = {"const": "CA"}
    remarks.note("answer-code", "no column answers the order as a whole; it is read as answered line by line (CA)")


def _line_status(paths: Mapping[str, str], made: Gaps, today: date, remarks: Remarks) -> None:
    made.changes["lines.status"] = {"const": "3"}
    remarks.doubt(
        "no-status", "no column says what becomes of a line; each is read as changed (3), so that a person sees it"
    )


def _shipment(paths: Mapping[str, str], made: Gaps, today: date, remarks: Remarks) -> None:
    made.changes["shipment.id"] = {"like": "number"}
    remarks.note("shipment", "the shipment has no number of its own; the advice's is used")


def _consignment(paths: Mapping[str, str], made: Gaps, today: date, remarks: Remarks) -> None:
    made.changes["shipment.consignment.id"] = {"like": "number"}


def _list_number(paths: Mapping[str, str], made: Gaps, today: date, remarks: Remarks) -> None:
    made.changes["number"] = {"const": "1"}
    remarks.note("list-number", "the price list has no number; it is read as number 1, and each new list replaces it")


def _list_date(paths: Mapping[str, str], made: Gaps, today: date, remarks: Remarks) -> None:
    if "validity.start_date" in paths:
        made.changes["issued"] = {"like": "validity.start_date"}
        remarks.note("list-day", "the price list does not say its day; the first day on which it holds is used")
    else:
        made.changes["issued"] = {"const": today.isoformat()}
        remarks.doubt("list-today", f"no column says from when the prices hold; {today} is written into the table")


_FILLERS = {
    ("order_response", "number"): _response_number,
    ("order_response", "code"): _response_code,
    ("order_response", "lines.status"): _line_status,
    ("despatch_advice", "shipment.id"): _shipment,
    ("despatch_advice", "shipment.consignment.id"): _consignment,
    ("catalogue", "number"): _list_number,
    ("catalogue", "issued"): _list_date,
}
