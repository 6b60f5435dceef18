"""suppliers.yaml as a JSON Schema (draft 2020-12), so that an editor helps while it is written.

Made of what the checks themselves know: the facts, the keys of a lane, the names of the tables, each transport's
Settings. It is never stricter than they are; what only they can see (check digits, twins, what a profile gives) stays
theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from gateway.rules.verdict import LAYERS
from gateway.suppliers import durations, hours, pace, receiving
from gateway.suppliers.facts import FACTS, OWN
from gateway.suppliers.policy import ACTIONS, DIRECTIONS
from gateway.suppliers.schema_settings import FILLED, TEXT, ways
from gateway.suppliers.supplier import LATER
from gateway.transports.punchout import PUNCHOUTS

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
_WORD: Final = r"^[a-z][a-z0-9-]*$"
_ID: Final = "^[a-z0-9]+(-[a-z0-9]+)*$"
_FLAG: Final = "^([Tt][Rr][Uu][Ee]|[Yy][Ee][Ss]|[Oo][Nn]|[Ff][Aa][Ll][Ss][Ee]|[Nn][Oo]|[Oo][Ff][Ff])$"
_DIGITS: Final = {"org": 10, "gln": 13}


def schema(transports: Mapping[str, Any], dialects: Collection[str]) -> Schema:
    """The whole file."""
    shared = {key: words for key, words in FACTS.items() if key not in OWN}
    said = _facts(dialects)
    return {
        "$schema": DRAFT,
        "title": "suppliers.yaml",
        "description": "Who we buy from, and how their documents travel; docs/suppliers.md explains every key.",
        **_closed({"profiles": {"$ref": "#/$defs/profiles"}, "suppliers": {"$ref": "#/$defs/suppliers"}}),
        "$defs": {
            "profiles": {
                "description": "What many suppliers share, by name.",
                "type": ["object", "null"],
                "additionalProperties": _closed({key: said[key] | _told(words) for key, words in shared.items()}),
            },
            "suppliers": {
                "description": "One line for each supplier.",
                "type": ["array", "null"],
                "items": _closed({key: said[key] | _told(words) for key, words in FACTS.items()})
                | {"required": ["id", "name", "org"]},
            },
            **ways("transport", transports, LATER),
            **ways("punchout", PUNCHOUTS),
        },
    }


def _facts(dialects: Collection[str]) -> dict[str, Schema]:
    """How each fact may be written."""
    days = {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 365}, _quoted("^[0-9]{1,3}$")]}
    return {
        "id": _text(_ID),
        "name": TEXT,
        **{key: _digits(count) for key, count in _DIGITS.items()},
        "participant": _text(r"^[0-9]{4}:[A-Za-z0-9._~-]{1,50}$"),
        "profile": TEXT,
        "dialect": {"anyOf": [{"enum": sorted(dialects)}, FILLED]},
        "transport": {"$ref": "#/$defs/transport"},
        "punchout": {"anyOf": [{"$ref": "#/$defs/punchout"}, {"type": "null"}]},
        "category": _text(_WORD),
        "contracts": {"type": "array", "items": TEXT},
        "email": _text(r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
        "rules": _closed({direction: _layers() for direction in DIRECTIONS}),
        "lane": _lane(),
        "deadlines": _mapping(dict.fromkeys(pace.DEADLINES, _duration()), pace.DEADLINES),
        "receiving": _receiving(),
        "owner": _text(f"^({pace.OWNER.pattern})$"),
        "lead_days": days,
        "active": {
            "anyOf": [
                {"type": "boolean"},
                _text("^([Tt]rue|TRUE|[Yy]es|YES|[Oo]n|ON|[Ff]alse|FALSE|[Nn]o|NO|[Oo]ff|OFF)$"),
            ]
        },
    }


def _layers() -> Schema:
    return _closed({layer: {"enum": list(ACTIONS)} for layer in LAYERS})


def _lane() -> Schema:
    window = _quoted(rf"^\s*{hours.PATTERN}(\s*,\s*{hours.PATTERN})*\s*$")
    keys = {
        "concurrency": _whole(100),
        "per_minute": _whole(6000),
        "timeout": _duration(),
        "retry": _mapping(dict.fromkeys(pace.RETRY, _duration()), pace.RETRY),
        "open": {"anyOf": [{"type": "null"}, window, {"type": "array", "items": window}]},
        "breaker": _whole(100),
    }
    return _mapping(keys, pace.LANE)


def _receiving() -> Schema:
    some = "|".join(receiving.CLAIMS)
    kinds = {"type": "array", "items": {"anyOf": [{"enum": list(receiving.CLAIMS)}, FILLED]}}
    listed = _text(rf"^\s*({some})(\s*,\s*({some}))*\s*$")
    keys = {
        "receipt": {"anyOf": [{"type": "null"}, {"enum": list(receiving.RECEIPTS)}, FILLED]},
        "claim": {"anyOf": [{"type": "null"}, kinds, listed]},
        "want": {"anyOf": [{"type": "null"}, {"enum": list(receiving.WANTS)}, FILLED]},
    }
    return _mapping(keys, receiving.RECEIVING)


def _mapping(keys: Mapping[str, Schema], told: Mapping[str, str]) -> Schema:
    return _closed({key: one | _told(told[key]) for key, one in keys.items()}) | {"type": ["object", "null"]}


def _closed(properties: Mapping[str, Any]) -> Schema:
    return {"type": "object", "properties": dict(properties), "additionalProperties": False}


def _told(words: str) -> Schema:
    return {"description": f"{words[:1].upper()}{words[1:]}."}


def _text(pattern: str) -> Schema:
    """A text that the checks want so, unless something in it is still to be filled in."""
    return {"anyOf": [TEXT | {"pattern": pattern}, FILLED]}


def _quoted(pattern: str) -> Schema:
    """The same of something that is no text: only in quotes."""
    return {"anyOf": [{"type": "string", "pattern": pattern}, FILLED]}


def _digits(count: int) -> Schema:
    written = {"type": "string", "pattern": rf"^[\s-]*([0-9][\s-]*){{{count}}}$"}
    return {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 10**count - 1}, written, FILLED]}


def _whole(most: int) -> Schema:
    return {"anyOf": [{"type": "integer", "minimum": 1, "maximum": most}, {"type": "null"}, _quoted("^[0-9]+$")]}


def _duration() -> Schema:
    return {"anyOf": [{"type": "null"}, _quoted(f"^{durations.PATTERN}$")]}
