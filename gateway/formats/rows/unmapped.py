"""What a document says and no line of a table names: refused when it is there, never dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from gateway.formats.rows.silent import at
from gateway.mapping.shapes import shapes
from gateway.mapping.table import Table

Bad = Callable[[str, str], None]


def refuse_unmapped(
    table: Table, value: Any, struct: type, tree: dict[str, Any], path: str, plain: str, bad: Bad
) -> None:
    """Says each term of `value` that `tree` has no line for; `path` is where it stands, `plain` that without places."""
    for name, shape in shapes(struct).items():
        found, mapped = getattr(value, name), tree.get(name)
        absent = not found if shape.many else found == shape.default
        if absent or f"{plain}{name}" in table.leave_out:
            continue
        if mapped is None:
            bad(f"{path}{name}", f"cannot be said in {table.name}")
        elif isinstance(mapped, dict):
            if shape.many and len(found) > 1:
                bad(f"{path}{name}", "holds more than one, and the row has room for one")
                continue
            found = found[0] if shape.many else found
            refuse_unmapped(table, found, shape.type, mapped, f"{path}{name}.", f"{plain}{name}.", bad)
            if not any(_present(found, branch) for branch in _branches(mapped)):
                bad(f"{path}{name}", "is empty; leave it out instead")


def _branches(tree: dict[str, Any], prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, below in tree.items():
        if isinstance(below, dict):
            yield from _branches(below, (*prefix, name))
        else:
            yield (*prefix, name)


def _present(value: Any, term: tuple[str, ...]) -> bool:
    try:
        return at(value, term) is not None
    except ValueError:
        return True
