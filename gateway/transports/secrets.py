"""Secrets by reference: suppliers.yaml names where a password stands, never the password."""

from __future__ import annotations

import os
from pathlib import Path

from gateway.transports.contract import Refused
from gateway.transports.discreet import keep

_WANTED = "write env:NAME for an environment variable or file:PATH for a file"
_LARGEST = 64 * 1024


def resolve(reference: str) -> str:
    """The secret that `env:NAME` or `file:PATH` names; "" for "". One trailing line break of a file is not part of it.
    What was read is never said by this process from then on (`discreet`).

    Raises ValueError that names the reference and what to do, and never shows a value: text without `env:` or `file:`
    may be the secret itself, so it is not repeated.
    """
    if not reference:
        return ""
    value = _read(reference)
    keep(value)
    return value


def secret(reference: str, setting: str) -> str:
    """`resolve` for a transport: a reference that leads nowhere is `Refused`, naming the setting."""
    try:
        return resolve(reference)
    except ValueError as error:
        raise Refused(f"setting {setting}: {error}") from None


def stated(text: str, setting: str) -> str:
    """What a setting says itself or by reference, where it is no secret and may be said, such as a public key."""
    try:
        return _read(text) if text.startswith(("env:", "file:")) else text
    except ValueError as error:
        raise Refused(f"setting {setting}: {error}") from None


def _read(reference: str) -> str:
    kind, found, rest = reference.partition(":")
    if not found or kind not in {"env", "file"} or not rest:
        raise ValueError(f"a secret is given by reference only: {_WANTED}")
    return _from_environment(rest) if kind == "env" else _from_file(Path(rest).expanduser())


def _from_environment(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise ValueError(f"the environment variable {name} is not set; set it where the worker is started")
    return value


def _from_file(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError(f"the secret file {path} is larger than {_LARGEST} bytes; is it the right file?")
        text = path.read_text("utf-8")
    except OSError as error:
        raise ValueError(
            f"the secret file {path} cannot be read ({error.strerror}); create it, readable by us"
        ) from None
    except UnicodeDecodeError:
        raise ValueError(f"the secret file {path} is not text in UTF-8") from None
    value = text.removesuffix("\n").removesuffix("\r")
    if not value:
        raise ValueError(f"the secret file {path} is empty")
    return value
