"""A page of the canonical documents: each type of the model with its sentence and its fields. Pure Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.mapping.shapes import Shape, shapes
from gateway.model import DOCUMENTS

_HEAD = """# The canonical documents

What the tables map to and from: the documents of `gateway/model/`, then what they are made of. `1..1` must be there,
`0..1` may, `0..n` repeats.
"""


def canonical() -> str:
    """The page: first the documents, then every type they reach, by name."""
    parts = sorted(
        {kind for document in DOCUMENTS.values() for kind in _reached(document)}, key=lambda kind: kind.__name__
    )
    sections = [_section(document) for document in DOCUMENTS.values()]
    return "\n".join([_HEAD, *sections, "# What they are made of\n", *map(_section, parts)])


def _reached(struct: type, known: frozenset[type] = frozenset()) -> set[type]:
    """The groups of terms below `struct`, through every level; a type that holds itself ends the way."""
    below = {shape.type for shape in shapes(struct).values() if shape.is_group} - known
    return below.union(*(_reached(kind, known | below) for kind in below))


def _section(struct: type) -> str:
    lines = [f"## {struct.__name__}", ""]
    if struct.__doc__:
        lines += [" ".join(struct.__doc__.split()), ""]
    return "\n".join([*lines, *_fields(struct), ""])


def _fields(struct: type) -> Iterator[str]:
    for name, shape in shapes(struct).items():
        high = "n" if shape.many else "1"
        yield f"- `{name}` · {1 if shape.required else 0}..{high} · {_kind(shape)}"


def _kind(shape: Shape) -> str:
    name = shape.type.__name__
    return f"[{name}](#{name.lower()})" if shape.is_group else shape.wire_type
