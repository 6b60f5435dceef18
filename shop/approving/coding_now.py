"""The coding that holds now: coding.yaml as it stands, read again when it changes; the last sound one if it is not."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec

from gateway.exchange import log
from gateway.findings import Finding, Place
from gateway.settings import Settings
from shop.approving.coding import Coding
from shop.approving.coding_file import read_coding


class Read(msgspec.Struct, frozen=True):
    """`coding` is in force; `findings` is what is wrong with the file as it stands, and then it is not the file's."""

    coding: Coding = Coding()
    findings: tuple[Finding, ...] = ()


_Stamp = tuple[tuple[str, int, int], ...]
_known: dict[Path, tuple[_Stamp, Read]] = {}
_lock = threading.Lock()


def coding_of(settings: Settings) -> Coding:
    """How purchases are coded now."""
    return read(settings).coding


def read(settings: Settings) -> Read:
    """The coding in force, and what is wrong with the file. A file that is not there: coding is one free text."""
    path = settings.coding_file
    stamp = _stamp(path)
    with _lock:
        before = _known.get(path)
        if before is not None and before[0] == stamp:
            return before[1]
        fresh = _read(path, before[1].coding if before else Coding())
        _known[path] = (stamp, fresh)
    for finding in fresh.findings:
        log.warn("coding_file", finding=str(finding))
    return fresh


def _read(path: Path, before: Coding) -> Read:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Read()
    except (OSError, UnicodeDecodeError) as error:
        return Read(before, (Finding(rule="coding-yaml", message=str(error), place=Place(source=path.name)),))

    def beside(name: str) -> str:
        if Path(name).name != name:
            raise ValueError("name a file in the same folder")
        return (path.parent / name).read_text(encoding="utf-8")

    coding, findings = read_coding(text, path.name, beside)
    return Read(before if findings else coding, findings)


def _stamp(path: Path) -> _Stamp:
    """Of the file and of the lists beside it."""
    found = []
    for one in sorted({path, *path.parent.glob("*.csv")} if path.is_file() else {path}):
        try:
            facts = one.stat()
        except OSError:
            continue
        found.append((one.name, facts.st_mtime_ns, facts.st_size))
    return tuple(found)
