"""Secrets in settings: by reference only, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, get_args, get_origin

import msgspec

from gateway.suppliers.card import Card
from gateway.suppliers.tree import Entry
from gateway.suppliers.tree import Mapping as Branch

REFERENCE: Final = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:.+")
SECRET: Final = re.compile(r"(?:.*_)?(?:password|passphrase|secret|token|private_key|api_key)")


def said_of(field: msgspec.structs.FieldInfo) -> Mapping[str, Any]:
    """What a setting's type says beyond its shape: `secret`, or the `fact` of the supplier that it is by default."""
    parts = get_args(field.type) if get_origin(field.type) is Annotated else ()
    return next((part.extra for part in parts if isinstance(part, msgspec.Meta) and part.extra), {})


def is_secret(field: msgspec.structs.FieldInfo | None, key: str) -> bool:
    """Whether a setting may be a reference only: by its name, or because the transport marks it."""
    marked = field is not None and bool(said_of(field).get("secret"))
    return marked or SECRET.fullmatch(key) is not None


def guard(card: Card, path: str, key: str, field: msgspec.structs.FieldInfo | None, value: Any, entry: Entry) -> None:
    """A secret never stands in the file, nor comes into it through a variable; the message does not repeat it."""
    if isinstance(entry.value, Branch) and isinstance(value, dict):
        _guard_below(card, path, _are_secrets(field), value, entry.value)
    elif is_secret(field, key) and value and not is_reference(value):
        message = f"{path} is a secret and is given by reference only; write env:NAME or file:/path"
        card.complain("secret", message, entry.value, entry.owner)


def _guard_below(card: Card, path: str, secrets: bool, values: dict[str, Any], branch: Branch) -> None:
    """The same within a setting that is a mapping: where its values are no secrets, none may look like one."""
    for name, value in values.items():
        entry = branch.entries[name]
        if secrets and value and not is_reference(value):
            message = f"{path}.{name} is a secret and is given by reference only; write env:NAME or file:/path"
            card.complain("secret", message, entry.value, entry.owner)
        elif not secrets and SECRET.fullmatch(name.lower()) and value:
            message = f"{path}.{name} is a secret by its name; state it under secrets, as env:NAME or file:/path"
            card.complain("secret", message, entry.value, entry.owner)


def is_reference(value: Any) -> bool:
    """Whether a setting's value says where a secret stands."""
    return isinstance(value, str) and REFERENCE.fullmatch(value) is not None


def _are_secrets(field: msgspec.structs.FieldInfo | None) -> bool:
    """Whether a setting is a mapping whose values are secrets."""
    inner = get_args(field.type) if field is not None and get_origin(field.type) is dict else ()
    parts = get_args(inner[1]) if inner and get_origin(inner[1]) is Annotated else ()
    return any(isinstance(part, msgspec.Meta) and (part.extra or {}).get("secret") for part in parts)
