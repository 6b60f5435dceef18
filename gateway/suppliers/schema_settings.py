"""`transport` and `punchout` of the JSON Schema: a name, or a type with exactly the settings that its kind has."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import msgspec

from gateway.suppliers.guard import REFERENCE, is_secret
from gateway.suppliers.way import Kind, fields_of

Schema = dict[str, Any]
FILLED: Final[Schema] = {"type": "string", "pattern": r"\{"}
"""A text with a placeholder: what it will hold is known to the checks only."""
TEXT: Final[Schema] = {"type": ["string", "number"]}
"""Every scalar is text to the checks; without quotes it may look like a number."""
_SCALARS: Final = {"integer", "number", "boolean"}
_NONE: Final[Mapping[str, Collection[str]]] = {}
_REF: Final = "#/$defs/{name}"


def ways(key: str, kinds: Mapping[str, Kind], later: Mapping[str, Collection[str]] = _NONE) -> dict[str, Schema]:
    """The definitions that `#/$defs/transport` or another `key` is made of; `later` are kinds that are not built."""
    shapes = {name: one.Settings for name, one in kinds.items()}
    _, parts = msgspec.json.schema_components(shapes.values(), schema_hook=lambda _: TEXT, ref_template=_REF)
    settings = {name: _settings(shapes[name], parts) for name in shapes}
    settings |= {name: dict.fromkeys(sorted(keys), TEXT) for name, keys in later.items() if name not in shapes}
    own = {shape.__name__ for shape in shapes.values()}
    stated = [{"enum": sorted(settings)}, *(_way(name, keys, kinds) for name, keys in settings.items())]
    return {
        key: {"anyOf": [*stated, _added(settings), FILLED]},
        **{name: _relaxed(part) for name, part in parts.items() if name not in own},
    }


def _way(name: str, settings: Mapping[str, Schema], kinds: Mapping[str, Kind]) -> Schema:
    about = _first_sentence(kinds[name].Settings.__doc__ or "") if name in kinds else "Not built yet."
    return {
        "title": name,
        "description": about,
        "type": "object",
        "properties": {"type": {"const": name}, **settings},
        "required": ["type"],
        "additionalProperties": False,
    }


def _added(settings: Mapping[str, Mapping[str, Schema]]) -> Schema:
    """Settings without a type: they come on top of those of the profile, whose type is not known here."""
    shapes: dict[str, list[Schema]] = {}
    for keys in settings.values():
        for key, shape in keys.items():
            if shape not in (known := shapes.setdefault(key, [])):
                known.append(shape)
    properties = {key: known[0] if len(known) == 1 else {"anyOf": known} for key, known in shapes.items()}
    return {
        "description": "Settings on top of those of the profile.",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def _settings(shape: type[msgspec.Struct], parts: Mapping[str, Any]) -> dict[str, Schema]:
    fields, about = fields_of(shape), shape.__doc__ or ""
    found = {}
    for key, said in parts[shape.__name__]["properties"].items():
        one = _reference(said) if is_secret(fields.get(key), key) else _relaxed(said)
        words = " ".join(_sentences_on(key, about))
        found[key] = one | ({"description": words} if words and "description" not in one else {})
    return found


def _reference(said: Schema) -> Schema:
    kept = {key: said[key] for key in ("description", "default") if key in said}
    return {"anyOf": [{"type": "string", "pattern": f"^({REFERENCE.pattern}|)$"}, FILLED]} | kept


def _relaxed(node: Any) -> Any:
    """As the checks read it: a number may stand in quotes, a text may look like a number, all may be filled in."""
    if isinstance(node, list):
        return [_relaxed(one) for one in node]
    if not isinstance(node, dict):
        return node
    if "enum" in node or node.get("type") in _SCALARS:
        kept = {key: node[key] for key in ("description", "default", "title") if key in node}
        plain = {key: value for key, value in node.items() if key not in kept}
        quoted = {"type": "string", "pattern": r"^([0-9.eE+-]+|[Tt]rue|[Ff]alse)$"}
        return {"anyOf": [plain, *([] if "enum" in node else [quoted]), FILLED]} | kept
    if node.get("type") == "string":
        return node | {"type": ["string", "number"]}
    return {key: value if key in {"default", "required"} else _relaxed(value) for key, value in node.items()}


def _sentences_on(key: str, about: str) -> Iterator[str]:
    """What the docstring of the settings says of one of them."""
    for sentence in re.split(r"(?<=[.;])\s+", " ".join(about.split())):
        if f"`{key}`" in sentence:
            yield sentence


def _first_sentence(about: str) -> str:
    return " ".join(about.split()).partition(". ")[0].rstrip(".") + "."
