"""The table of a form, compiled into its fields. A mistake is `Rejected` with its place in the table."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from gateway.findings import reject
from gateway.formats.form.fields import Asides, Field, Form
from gateway.formats.rows.columns import column
from gateway.formats.rows.layout import Layout
from gateway.formats.rows.silent import beside
from gateway.mapping.table import Group, Leaf, Table


def form_of(table: Table) -> Form:
    """Raises `Rejected` where the table says what a form cannot."""
    group = next((term for term in table.root.terms if isinstance(term, Group)), None)
    layout = dict(table.layout)
    if (
        group is None
        or len(table.root.terms) != 1
        or len(group.term) != 1
        or not isinstance(layout.get("nothing"), str)
    ):
        message = "a form is one group of lines (each: …), and its layout says nothing: FIELD, told: [FIELDS]"
        raise reject("table-form", message, table.root.place)
    asides = tuple(_asides(term) for term in group.terms if isinstance(term, Group) and term.max != 1)
    flat = tuple(term for term in group.terms if not isinstance(term, Group) or term.max == 1)
    leaves = list(_leaves(dataclasses.replace(group, terms=flat), (), ""))
    columns = beside([column(dataclasses.replace(leaf, many=False), Layout()) for leaf, _, _ in leaves])
    fields = tuple(
        Field(dataclasses.replace(made, leaf=leaf), section, needed)
        for made, (leaf, section, needed) in zip(columns, leaves, strict=True)
    )
    _refuse_twins(fields)
    return Form(table, group, fields, asides, layout["nothing"], tuple(layout.get("told", ())))


def _leaves(group: Group, prefix: tuple[str, ...], section: str) -> Iterator[tuple[Leaf, str, bool]]:
    """Each leaf at its full term, with its section and whether that, or the line, needs it."""
    for term in group.terms:
        full = prefix + term.term
        if isinstance(term, Group):
            yield from _leaves(term, full, f"{'.'.join(full)}.")
            continue
        options = dict(term.options)
        if "like" in options:
            options["like"] = ".".join([*prefix, str(options["like"])])
        yield dataclasses.replace(term, term=full, options=options), section, term.min > 0


def _asides(group: Group) -> Asides:
    value = next((line for line in group.terms if isinstance(line, Leaf) and line.at.endswith("*")), None)
    name = next((line for line in group.terms if isinstance(line, Leaf) and not line.at and line.codes), None)
    if value is None or name is None or len(group.terms) != 2 or name.codes is None:
        message = f"{group.dotted} repeats: one field of it ends in *, and a term with codes says what * is"
        raise reject("table-form", message, group.place)
    return Asides(group, value.at.removesuffix("*"), name.dotted, value.dotted, name.codes)


def _refuse_twins(fields: tuple[Field, ...]) -> None:
    seen: set[str] = set()
    for field in fields:
        if field.column.silent:
            continue
        if field.name in seen or not field.name:
            raise reject("table-twice", f"the field {field.name!r} stands twice or has no name", field.leaf.place)
        seen.add(field.name)
