"""A supplier's settings as they may be shown: a secret by where it is kept, never by what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec

from gateway.suppliers.supplier import Supplier

_SECRET = re.compile(r"(?:.*_)?(?:password|passphrase|secret|token|private_key|api_key)")
_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:.+")
_PLACES = ("url", "host", "endpoint", "address", "inbox", "to", "folder", "directory", "path", "base_url")


def settings_of(supplier: Supplier) -> Iterator[tuple[str, str, bool]]:
    """The transport's settings as (name, value, is secret); what is not set is left out.

    Those of the way into its own shop follow as `punchout.name`; what is as for the orders is not said again.
    """
    said = list(_of(supplier.settings, ""))
    yield from said
    if supplier.shop is not None:
        yield "punchout", supplier.punchout, False
        same = {f"punchout.{name}": value for name, value, _ in said}
        yield from (one for one in _of(supplier.shop, "punchout.") if same.get(one[0]) != one[1])


def _of(settings: Any, before: str) -> Iterator[tuple[str, str, bool]]:
    for name, value in msgspec.structs.asdict(settings).items() if settings is not None else ():
        secret = _SECRET.fullmatch(name) is not None
        if isinstance(value, dict):
            # Whatever it is called: the loader lets nothing but references into a mapping of secrets.
            yield from ((f"{before}{name}.{key}", str(one), name == "secrets") for key, one in value.items())
        elif value not in ("", None, ()):
            yield f"{before}{name}", _shown(value, secret), secret


def place_of(supplier: Supplier) -> str:
    """Where its messages go, in one line: a host, an address or a folder."""
    said = {name: value for name, value, secret in settings_of(supplier) if not secret}
    found = [said[name] for name in _PLACES if name in said]
    return found[0] if found else supplier.email or ""


def _shown(value: Any, secret: bool) -> str:
    text = str(value)
    if secret:
        return text if _REFERENCE.fullmatch(text) else ""
    parts = urlsplit(text) if "://" in text else None
    if parts is not None and "@" in parts.netloc:
        return urlunsplit(parts._replace(netloc=parts.netloc.rsplit("@", 1)[1]))
    return text
