"""From values found on the wire to canonical structs: dotted terms become nested objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from gateway.mapping.shapes import Shape, shapes

Builder = Callable[[dict[str, Any]], Any]


def unsaid(struct: type, leave_out: Iterable[str], prefix: str = "") -> dict[str, Any]:
    """The fields that must be there and that a table leaves out whole: a party of whom nothing is said is empty."""
    left = set(leave_out)
    return {
        name: shape.type()
        for name, shape in shapes(struct).items()
        if shape.required and f"{prefix}{name}" in left and _may_be_empty(shape)
    }


def _may_be_empty(shape: Shape) -> bool:
    return shape.is_group and not shape.many and not any(inner.required for inner in shapes(shape.type).values())


def builder(struct: type, terms: Iterable[tuple[str, ...]]) -> Builder:
    """A function that makes `struct` out of {dotted term: value}; lists become tuples, absent inner structs stay None.

    A term that steps into a repeated field makes the one value of it.

    The function raises TypeError when a required field is missing: the reader has reported that already.
    """
    own: list[str] = []
    deeper: dict[str, list[tuple[str, ...]]] = {}
    for term in terms:
        if len(term) == 1:
            own.append(term[0])
        else:
            deeper.setdefault(term[0], []).append(term[1:])
    inner = {
        name: (builder(shapes(struct)[name].type, below), _keys(name, below), shapes(struct)[name].many)
        for name, below in deeper.items()
    }

    def build(values: dict[str, Any]) -> Any:
        if not inner:
            return struct(**values)
        fields = {name: value for name, value in values.items() if "." not in name}
        for name, (make, keys, many) in inner.items():
            below = {key: values[full] for full, key in keys if full in values}
            if below:
                fields[name] = (make(below),) if many else make(below)
        return struct(**fields)

    return build


def _keys(name: str, below: Iterable[tuple[str, ...]]) -> list[tuple[str, str]]:
    """Each term as the outer and as the inner struct call it."""
    return [(".".join((name, *term)), ".".join(term)) for term in below]
