"""Where the secrets of suppliers.yaml stand: whether each reference leads somewhere, and who else can read it there."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from gateway.findings import Finding, Place
from gateway.suppliers.guard import is_reference, is_secret
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.suppliers.way import fields_of
from gateway.transports.contract import Transport
from gateway.transports.punchout import PUNCHOUTS
from gateway.transports.secrets import resolve

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Reference(msgspec.Struct, frozen=True):
    """One reference as a setting states it (`transport.password`); `secret`: nobody else may read what it names."""

    setting: str
    value: str
    secret: bool


def references(supplier: Supplier, transports: Mapping[str, Transport]) -> Iterator[Reference]:
    """Every setting of the supplier and of its shop that is a reference. What a cXML shop shares is told once."""
    if supplier.settings is not None:
        yield from _of("transport", supplier.settings, transports[supplier.transport].Settings)
    if supplier.shop is not None:
        said = {one.value for one in references(msgspec.structs.replace(supplier, shop=None), transports)}
        found = _of("punchout", supplier.shop, PUNCHOUTS[supplier.punchout].Settings)
        yield from (one for one in found if one.value not in said)


def _of(way: str, stated: msgspec.Struct, shape: type[msgspec.Struct]) -> Iterator[Reference]:
    fields = fields_of(shape)
    settings: dict[str, Any] = msgspec.to_builtins(stated, enc_hook=str)
    for key, value in settings.items():
        if is_reference(value):
            yield Reference(f"{way}.{key}", value, is_secret(fields.get(key), key))
        elif isinstance(value, dict):
            yield from (Reference(f"{way}.{key}.{name}", one, True) for name, one in value.items() if is_reference(one))


def check_references(
    suppliers: Suppliers, transports: Mapping[str, Transport], text: str, source: str
) -> list[Finding]:
    """A finding for each reference that leads nowhere, a note for each file that others can read; never its content.

    One that many suppliers share is told once, where it first stands in `text`.
    """
    users: dict[Reference, list[Supplier]] = {}
    for supplier in suppliers:
        for reference in references(supplier, transports):
            users.setdefault(reference, []).append(supplier)
    found = []
    for reference, who in users.items():
        place = _place(reference, who[0], text, source)
        for rule, words, fatal in _wrong(reference):
            count = "1 supplier needs it" if len(who) == 1 else f"{len(who)} suppliers need it"
            message = f"{reference.setting}: {words} ({count})"
            found.append(Finding(rule=rule, message=message, place=place, fatal=fatal))
    return found


def _wrong(reference: Reference) -> Iterator[tuple[str, str, bool]]:
    try:
        resolve(reference.value)
    except ValueError as error:
        yield "supplier-reference", str(error), True
        return
    kind, _, rest = reference.value.partition(":")
    mode = stat.S_IMODE(Path(rest).expanduser().stat().st_mode) if kind == "file" and reference.secret else 0
    if mode & _OTHERS:
        yield "supplier-open-secret", f"others can read the file {rest} (mode {mode:04o}); chmod 600 it", False


def _place(reference: Reference, supplier: Supplier, text: str, source: str) -> Place:
    """Where the reference stands; where it was made of placeholders, the supplier's line."""
    stated = re.compile(
        rf"\b{re.escape(reference.setting.rpartition('.')[2])}\s*:\s*[\"']?()\S*{re.escape(reference.value)}"
    ).search(text)
    if stated is None:
        return Place(source=source, line=supplier.line or None, path=supplier.id)
    at = stated.start(1)
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return Place(source=source, line=line, column=column)
