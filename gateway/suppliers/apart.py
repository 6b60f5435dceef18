"""A suppliers file read by a process of its own, so that thousands of lines hold up nothing that is being sent.

The child (`python -m gateway.suppliers.apart`) takes a `Task` on its standard input and answers with a line of JSON for
the file and one for each supplier. What is left to do here, making the objects, is done a few at a time with a breath
between; facts that suppliers share are one object for all of them, so that the garbage collector has little to do.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec

from gateway.findings import Finding, Place
from gateway.suppliers.agreement import Plan
from gateway.suppliers.load import load
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.transports.contract import Transport
from gateway.transports.punchout import PUNCHOUTS

SECONDS: Final = 120.0
"""How long a file may take: a hundred times what 5,000 suppliers need."""
_AT_ONCE, _BREATH = 20, 0.002
_LAST_WORDS = 300


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What `load` is told."""

    text: str
    source: str
    dialects: tuple[str, ...]
    plan: Plan


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What `load` found beside the suppliers."""

    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    digest: str


def load_apart(
    text: str, source: str, transports: Mapping[str, Transport], dialects: Collection[str], plan: Plan
) -> Suppliers:
    """As `load` with this process's environment. A child that fails is a finding, and no supplier is there."""
    task = Task(text=text, source=source, dialects=tuple(dialects), plan=plan)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "gateway.suppliers.apart"],
            input=msgspec.json.encode(task),
            capture_output=True,
            timeout=SECONDS,
            env=environment,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return _unread(source, type(error).__name__)
    if ran.returncode:
        return _unread(source, ran.stderr.decode("utf-8", "replace").strip()[-_LAST_WORDS:])
    first, *lines = ran.stdout.rstrip(b"\n").split(b"\n")
    found = msgspec.json.decode(first, type=Found)
    return Suppliers(_made(lines, transports), found.findings, found.notes, found.digest)


def _unread(source: str, why: str) -> Suppliers:
    message = f"the file could not be read by a process of its own: {why}"
    return Suppliers((), [Finding(rule="suppliers-unread", message=message, place=Place(source=source))])


def _made(lines: list[bytes], transports: Mapping[str, Transport]) -> list[Supplier]:
    decoder = msgspec.json.Decoder(Supplier, dec_hook=_as)
    made, kept = [], dict[Any, Any]()
    for place, line in enumerate(lines):
        made.append(_shared(decoder.decode(line), transports, kept))
        if place % _AT_ONCE == 0:
            time.sleep(_BREATH)
    return made


def _shared(supplier: Supplier, transports: Mapping[str, Transport], kept: dict[Any, Any]) -> Supplier:
    """With its settings as the transport wants them, and what others have said alike taken from them."""
    settings, shop = supplier.settings, supplier.shop
    if settings is not None:
        settings = msgspec.convert(settings, transports[supplier.transport].Settings, dec_hook=_as)
    if shop is not None:
        shop = msgspec.convert(shop, PUNCHOUTS[supplier.punchout].Settings, dec_hook=_as)
    said = {
        "settings": settings,
        "shop": shop,
        "rules": supplier.rules,
        "lane": supplier.lane,
        "deadlines": supplier.deadlines,
        "receiving": supplier.receiving,
    }
    return msgspec.structs.replace(supplier, **{key: _one(value, kept) for key, value in said.items()})


def _one(value: Any, kept: dict[Any, Any]) -> Any:
    try:
        return kept.setdefault(value, value)
    except TypeError:  # settings that hold a list have no hash, and stay their own
        return value


def _as(kind: Any, value: Any) -> Any:
    return kind(value)


def _work() -> None:
    """The child's whole life; it gives way to whoever sends."""
    from gateway.transports import TRANSPORTS

    os.nice(10)
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    found = load(task.text, task.source, TRANSPORTS, task.dialects, plan=task.plan)
    first = Found(findings=found.findings, notes=found.notes, digest=found.digest)
    sys.stdout.buffer.write(msgspec.json.Encoder(enc_hook=str).encode_lines([first, *found]))


if __name__ == "__main__":
    _work()
