"""How a supplier is reached: the `transport` of its profile and its own, put together and checked.

`transport: email` names one; `transport: {type: sftp, host: …}` also gives its settings. A supplier's own settings
come on top of its profile's, unless it names another type. `punchout`, the way into its own shop, is stated alike.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Any, Final, Protocol, get_args, get_origin

import msgspec

from gateway.mapping.located import did_you_mean
from gateway.suppliers.card import Card
from gateway.suppliers.guard import guard, said_of
from gateway.suppliers.tree import Entry, Node, Sequence, Text, kind

_EXAMPLES: Final = {"transport": "sftp", "punchout": "oci"}
_NONE: Final[Mapping[str, Any]] = {}
_WANTED = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}


class Kind(Protocol):
    """A transport, or a way into a shop: what it wants to be told."""

    @property
    def Settings(self) -> type[msgspec.Struct]: ...


class Way(msgspec.Struct, frozen=True):
    """`key` is where it is stated, `type` names it; `at` is where it stands; `settings` are not checked yet."""

    key: str
    type: Text
    at: Entry
    settings: dict[str, Entry] = {}


def way_of(card: Card, given: Iterable[Entry], key: str = "transport") -> Way | None:
    """The way that `given`, from the outermost profile to the supplier, describes together; None with a finding.

    `punchout: ~` takes away what the profile says: then there is none, and no finding.
    """
    way: Way | None = None
    for entry in given:
        if key == "punchout" and isinstance(entry.value, Text) and entry.value.is_null:
            way = None
            continue
        own = _read(card, entry, key)
        if own is None:
            return None
        if way is None or own.type.value not in {"", way.type.value}:
            way = own
        else:
            way = Way(key, way.type, own.at, way.settings | own.settings)
    if way is not None and not way.type.value:
        words = f"{key} has no type; write {key}: {{type: {_EXAMPLES[key]}, …}}"
        card.complain("missing", words, way.at, way.at.owner)
        return None
    return way


def _read(card: Card, entry: Entry, key: str) -> Way | None:
    node = entry.value
    if isinstance(node, Text):
        return Way(key, node, entry)
    if isinstance(node, Sequence):
        card.complain("type", f"{key} is a name or {{type: …, settings}}; found a list", node, entry.owner)
        return None
    settings = {name: inner for name, inner in node.entries.items() if name != "type"}
    for inner in settings.values():
        inner.owner = entry.owner
    type_entry = node.entries.get("type")
    if type_entry is None:
        return Way(key, Text(entry.line, entry.column, ""), entry, settings)
    if not isinstance(type_entry.value, Text):
        message = f"{key}.type is a name; found a {kind(type_entry.value)}"
        card.complain("type", message, type_entry.value, entry.owner)
        return None
    return Way(key, type_entry.value, entry, settings)


def check_type(card: Card, way: Way, known: Collection[str]) -> bool:
    """Whether its type is one we know."""
    name = way.type.value
    if name in known:
        return True
    message = f"{way.key} {name} is not known{did_you_mean(name, known)}"
    card.complain(f"unknown-{way.key}", message, way.type, way.at.owner)
    return False


def settings_of(
    card: Card,
    way: Way,
    kinds: Mapping[str, Kind],
    later: Mapping[str, Collection[str]] = _NONE,
    *,
    complete: bool = True,
    patience: timedelta | None = None,
    shared: Mapping[str, Any] = _NONE,
) -> Any:
    """The Settings of its kind, None with findings. `complete=False`: what is missing may still come (a profile).

    `later` are kinds that are not built, with what they may state. `patience` is the lane's time-out, which counts
    where the settings themselves say nothing; `shared` are values that another way of this supplier states.
    """
    name = way.type.value
    found = kinds.get(name)
    known = fields_of(found.Settings) if found else dict.fromkeys(later[name])
    before = len(card.findings)
    values = {}
    for key, entry in way.settings.items():
        if key not in known:
            message = f"{way.key}.{key} is not a setting of {name}{did_you_mean(key, known)}"
            card.complain("unknown-setting", message, entry, entry.owner)
        else:
            values[key] = _value(card, f"{way.key}.{key}", entry.value, entry.owner)
            guard(card, f"{way.key}.{key}", key, known[key], values[key], entry)
    values |= {key: value for key, value in shared.items() if key in known and key not in values}
    missing = _missing(card, known, values, way) if complete else []
    if found is None or missing or len(card.findings) > before or (_lacks(card) and card.findings):
        return None
    if patience is not None and "timeout_seconds" in known:
        values.setdefault("timeout_seconds", patience.total_seconds())
    return _convert(card, found.Settings, values, way, complete)


def _missing(
    card: Card, known: Mapping[str, msgspec.structs.FieldInfo | None], values: dict[str, Any], way: Way
) -> list[str]:
    """The settings that must be stated and are not; what is a fact of the supplier unless stated is put in here."""
    missing = []
    for key, field in known.items():
        if field is None or not field.required or key in values:
            continue
        fact = said_of(field).get("fact", "")
        if card.facts.get(fact):
            values[key] = card.facts[fact]
            continue
        missing.append(key)
        if not fact:  # that the fact is missing is told elsewhere
            message = f"{way.key}.{key} is missing; {way.type.value} cannot do without it"
            card.complain("missing-setting", message, way.at, way.at.owner)
    return missing


def _lacks(card: Card) -> bool:
    """Whether a fact that settings may be made of is wrong, which is told elsewhere; one that is absent is not."""
    wrong = {"id", "org", *card.entries}
    return any(value is None and name in wrong for name, value in card.facts.items())


@functools.cache
def fields_of(settings: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo | None]:
    """Every setting by its name in the file."""
    return {field.encode_name: field for field in msgspec.structs.fields(settings)}


def _value(card: Card, key: str, node: Node, owner: str) -> Any:
    if isinstance(node, Text):
        return None if node.is_null else card.filled(key, node, owner)
    if isinstance(node, Sequence):
        return [_value(card, key, item, owner) for item in node.items]
    if not node.entries or all(isinstance(e.value, Text) and e.value.is_null for e in node.entries.values()):
        # {id} without quotes is a YAML mapping with one empty entry.
        card.complain("type", f"{key} is a mapping; put quotes around a text that begins with {{", node, owner)
        return None
    return {name: _value(card, f"{key}.{name}", entry.value, owner) for name, entry in node.entries.items()}


def _convert(card: Card, settings: type[msgspec.Struct], values: dict[str, Any], way: Way, complete: bool) -> Any:
    try:
        if complete:
            return msgspec.convert(values, settings, strict=False, dec_hook=_made)
    except (msgspec.ValidationError, ValueError) as error:
        failure = error
    before = len(card.findings)
    for key, entry in way.settings.items():
        value = values[key]
        reason = _why_not(value, getattr(fields_of(settings)[key], "type", str))
        if reason:
            shown = entry.value.value if isinstance(entry.value, Text) else f"a {kind(entry.value)}"
            card.complain("setting", f"{way.key}.{key} {shown!r}: {reason}", entry.value, entry.owner)
    if complete and len(card.findings) == before:
        named = way.settings.get(str(failure).partition(" ")[0])  # a reason begins with the setting's name
        at, owner = (named.value, named.owner) if named is not None else (way.at, way.at.owner)
        card.complain("setting", f"{way.key}: {failure}", at, owner)
    return None


def _why_not(value: Any, wanted: Any) -> str:
    """Why `value` cannot be a setting of the type `wanted`; "" where it can."""
    plain = get_args(wanted)[0] if get_origin(wanted) is Annotated else wanted
    described = [part.description for part in get_args(wanted) if isinstance(part, msgspec.Meta) and part.description]
    for type_ in (plain, wanted):
        try:
            msgspec.convert(value, type_, strict=False, dec_hook=_made)
        except (msgspec.ValidationError, ValueError) as error:
            words = described[0] if described else _WANTED.get(type_) if type_ is plain else None
            return f"expected {words}" if words else str(error)
    return ""


def _made(kind_wanted: Any, value: Any) -> Any:
    return kind_wanted(value)
