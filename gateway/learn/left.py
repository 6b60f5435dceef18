"""What a proposal leaves out: what our orders say and the file has no column for, and what would be in its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.learn.gaps import Gaps
from gateway.learn.remarks import Remarks
from gateway.learn.study import Study
from gateway.mapping.shapes import HOOKS, shapes
from gateway.mapping.table import Table, leaves

# What an order of ours says and a supplier cannot do without: when, where, in what unit.
_GRAVE = {"delivery.requested": "when", "lines.quantity.unit": "in which unit"}
_WHERE = ("delivery.consignee", "delivery.recipient")
_WRITTEN = {"note", "lines.note", "delivery.marks"}


def left_out(study: Study, table: Table, found: Gaps, names: Mapping[str, str], remarks: Remarks) -> list[str]:
    """Of an order, all that has no column; of an answer, what must have one or would be called as another.

    `names`: standard column → the file's.
    """
    said = {guess.term for guess in study.mapped if guess.column in names} | found.changes.keys()
    free = [
        (HOOKS[leaf.hook][0] if leaf.hook else term, leaf)
        for steps, leaf in leaves(table.root)
        if (term := ".".join(steps)) not in said and not _covered(term, found.leave_out)
    ]
    if study.document != "order" and study.sheet.names:
        theirs = set(names.values())
        left = [term for term, leaf in free if leaf.at in theirs or leaf.min]
    else:
        left = list(dict.fromkeys(_widest(term, said) for term, _ in free))
    if study.document == "order":
        _say_left(left, remarks)
    if study.document == "despatch_advice" and "lines.delivered.unit" in left:
        remarks.doubt("no-unit", "no column says the unit of what was sent; ask for one")
    return [term for term in left if not _needed(table.document, term)]


def _say_left(left: Sequence[str], remarks: Remarks) -> None:
    for term, what in _GRAVE.items():
        if any(_covered(term, [one]) for one in left):
            remarks.doubt("order-without", f"an order would not say {what} ({term}): ask for a column")
    if all(any(_covered(term, [one]) for one in left) for term in _WHERE):
        remarks.doubt("order-without", "an order would not say where to deliver (delivery): ask for a column")
    if set(left) >= _WRITTEN:
        remarks.note("mute", "what a colleague writes to the supplier beside an article would not reach them")
    if left:
        shown = ", ".join(left)
        remarks.note("order-left", f"orders will not carry what the file has no column for: {shown}")


def _covered(term: str, ancestors: Sequence[str]) -> bool:
    return any(term == one or term.startswith(f"{one}.") for one in ancestors)


def _widest(term: str, said: set[str]) -> str:
    """The widest group around `term` of which nothing is said."""
    steps = term.split(".")
    for length in range(2 if steps[0] == "lines" else 1, len(steps)):
        group = ".".join(steps[:length])
        if not any(_covered(one, [group]) for one in said):
            return group
    return term


def _needed(struct: type, term: str) -> bool:
    """Whether every document says it, through every step to it."""
    name, _, rest = term.partition(".")
    shape = shapes(struct)[name]
    if not shape.required or (not rest and shape.is_group):
        return False
    return _needed(shape.type, rest) if rest else True
