"""The pinned host key: whoever answers under the supplier's name must hold it. Nothing is accepted on first sight."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

import paramiko

from gateway.transports.contract import Refused
from gateway.transports.secrets import stated

_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}=?")
_LINE = re.compile(r"(?:\S+\s+)?(ssh-\S+|ecdsa-\S+)\s+([A-Za-z0-9+/]+={0,2})(?:\s.*)?")
_WANTED = "write SHA256:… or ssh-ed25519 AAAA…, as the supplier states it"


def fingerprint(blob: bytes) -> str:
    """A public key's fingerprint as `ssh-keygen -l` shows it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def pins(host_key: str) -> dict[str, str]:
    """Fingerprint -> key type ("" where only the fingerprint is given). Refused where nothing usable is pinned."""
    found = dict(_pin(part.strip()) for part in re.split(r"[,\n]", stated(host_key, "host_key")) if part.strip())
    if not found:
        raise Refused(f"setting host_key is empty, so the server cannot be told from an impostor; {_WANTED}")
    return found


def _pin(part: str) -> tuple[str, str]:
    if _FINGERPRINT.fullmatch(part):
        return part.rstrip("="), ""
    match = _LINE.fullmatch(part)
    try:
        if match:
            return fingerprint(base64.b64decode(match.group(2), validate=True)), match.group(1)
    except binascii.Error:
        pass
    raise Refused(f"setting host_key {part!r} is not a host key; {_WANTED}")


def prefer(transport: paramiko.Transport, wanted: dict[str, str]) -> None:
    """Ask for the pinned types of key first, so that a server with several keys shows the one we know."""
    options = transport.get_security_options()
    kinds = {name for kind in wanted.values() for name in _signatures(kind)}
    options.key_types = sorted(options.key_types, key=lambda name: name not in kinds)


def _signatures(kind: str) -> tuple[str, ...]:
    return ("rsa-sha2-512", "rsa-sha2-256") if kind == "ssh-rsa" else (kind,)


def check(key: paramiko.PKey, wanted: dict[str, str], place: str) -> None:
    """Refused, with both fingerprints, unless `key` is pinned."""
    found = fingerprint(key.asbytes())
    if found not in wanted:
        raise Refused(
            f"{place}: the server shows host key {found} ({key.get_name()}), but {' or '.join(wanted)} is pinned; "
            "nothing was sent. Ask the supplier whether the key was changed, then correct host_key"
        )
