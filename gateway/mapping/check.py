"""What a table as a whole must obey: required terms mapped, nothing twice, what is left out really optional."""

from __future__ import annotations

from typing import Any

from gateway.findings import Place
from gateway.mapping.located import Complaints, did_you_mean
from gateway.mapping.shapes import Shape, find, known_terms, shapes
from gateway.mapping.table import Group, Leaf, Table


def check_table(table: Table, leave_out: Place, complaints: Complaints) -> None:
    """Adds every mistake of the whole table to `complaints`."""
    _check_group(table.root, complaints)
    for term in table.leave_out:
        if not _exists(table.document, tuple(str(term).split("."))):
            near = did_you_mean(str(term), known_terms(table.document))
            complaints.add("table-term", f"{table.document.__name__} has no term {term} to leave out{near}", leave_out)


def _exists(struct: type, term: tuple[str, ...]) -> bool:
    """Whether a term exists, stepping into repeated groups as well (lines.item.tax)."""
    for split in range(len(term), 0, -1):
        shape = find(struct, term[:split])
        if shape is not None:
            return split == len(term) or (shape.is_group and _exists(shape.type, term[split:]))
    return False


def _check_group(group: Group, complaints: Complaints) -> None:
    mapped: dict[str, Any] = {}
    _collect(group, mapped, complaints, "write")
    _check_places(group, complaints)
    _check_required(group.struct, mapped, "", group.place, complaints)
    for inner in _object_groups(group):
        _check_group(inner, complaints)


def mapped_terms(group: Group) -> dict[str, Any]:
    """The tree of terms that a group writes of its own object: name → line, or a dict for what is mapped deeper."""
    mapped: dict[str, Any] = {}
    _collect(group, mapped, Complaints(), "read")
    return mapped


def _object_groups(group: Group) -> list[Group]:
    """The groups below that start from an object of their own, also those inside containers."""
    found: list[Group] = []
    for term in group.terms:
        if isinstance(term, Group):
            found.extend([term] if term.term or term.hook else _object_groups(term))
    return found


def _collect(group: Group, mapped: dict[str, Any], complaints: Complaints, without: str = "") -> None:
    """Builds the tree of terms that the group maps on its own object, but for lines that are only for `without`."""
    for term in group.terms:
        if isinstance(term, Group) and term.kept:
            mapped[term.kept] = term
        if isinstance(term, Group) and not term.term and not term.hook:
            _collect(term, mapped, complaints, without)
        elif isinstance(term, Leaf) and term.only and term.only == without:
            continue
        elif term.term and term.hook is None:
            level = mapped
            for name in term.term[:-1]:
                level = level.setdefault(name, {})
            if term.term[-1] in level:
                complaints.add("table-twice", f"the term {term.dotted} is mapped twice", term.place)
            level[term.term[-1]] = term


def _check_places(group: Group, complaints: Complaints) -> None:
    seen: set[str] = set()
    for term in group.terms:
        if term.at in seen:
            complaints.add("table-twice", f"{term.at} stands twice", term.place)
        if term.at:
            seen.add(term.at)


def _check_required(struct: type, mapped: dict[str, Any], prefix: str, place: Place, complaints: Complaints) -> None:
    for name, shape in shapes(struct).items():
        line = mapped.get(name)
        if line is None and shape.required:
            complaints.add(
                "table-required", f"{prefix}{name} must be in every {struct.__name__}, but no line maps it", place
            )
        elif isinstance(line, dict):
            _check_required(shape.type, line, f"{prefix}{name}.", place, complaints)
        elif line is not None and not prefix:
            _check_card(shape, line, complaints)


def _check_card(shape: Shape, line: Leaf | Group, complaints: Complaints) -> None:
    if shape.required and line.min == 0 and not shape.many:
        complaints.add("table-card", f"{shape.name} must always be there, so its card is 1..1", line.place)
