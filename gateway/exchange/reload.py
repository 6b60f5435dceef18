"""suppliers.yaml followed while the program runs: a sound revision is taken over whole, a broken one is refused whole.

What is worked by is the same after a restart as before it: the file, where it is sound or nothing ever was; else the
last revision that was sound, from the table `configurations`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from gateway.exchange import configurations, log
from gateway.exchange.configurations import Configuration
from gateway.exchange.office import utc_now
from gateway.findings import Finding, Place, Rejected
from gateway.suppliers.differences import differences
from gateway.suppliers.load import digest_of
from gateway.suppliers.supplier import Refusal, Suppliers

Read = Callable[[str], Suppliers]
_EVERY: Final = 1.0
_AFTER_FAILURE: Final = 10.0
_TOLD = 5
_Stamp = tuple[int, int, int]


@dataclass
class Reload:
    """Follows the file at `path` for the holder `suppliers`. `read` must not hold up other threads; `taken` is called
    when another revision is worked by."""

    path: Path
    engine: sa.Engine
    read: Read
    clock: Callable[[], datetime] = utc_now
    suppliers: Suppliers = field(default_factory=lambda: Suppliers(()))
    taken: Callable[[], None] = lambda: None
    _known: str = ""
    _stamp: _Stamp | None = None
    _moving: _Stamp | None = None
    _asked: threading.Event = field(default_factory=threading.Event)

    def open(self, read: Read) -> Suppliers:
        """What the program begins with; `read` may hold up others, there are none yet.

        Raises `Rejected` where there is no file and no revision that was sound.
        """
        self._stamp = _stamp(self.path)
        text, wrong = _content(self.path)
        with self.engine.connect() as conn:
            good = configurations.last_accepted(conn)
            kept = configurations.text_of(conn, good.digest) if good is not None else ""
        if good is None and wrong:
            raise Rejected(wrong)
        if not self._take(text, wrong, good, read) and good is not None:
            refused = self.suppliers.refused
            self.suppliers.become(read(kept))
            self.suppliers.refused = refused
        return self.suppliers

    def forever(self, stop: threading.Event) -> None:
        """A look each second, and at once when `now` was called, until `stop`."""
        pause = _EVERY
        while not stop.is_set():
            hurry = self._asked.wait(pause)
            self._asked.clear()
            try:
                if not stop.is_set():
                    self.look(hurry=hurry)
                pause = _EVERY
            except Exception as error:  # the file is still there to be looked at when the database is back
                log.warn("suppliers_not_reloaded", cause=f"{type(error).__name__}: {error}")
                self._stamp, pause = None, _AFTER_FAILURE

    def now(self) -> None:
        """Somebody says that the file has changed, or that it is time to end."""
        self._asked.set()

    def look(self, *, hurry: bool = False) -> bool:
        """Whether the file had changed. It is read when it has stood still for one look, unless somebody is in a
        `hurry`: an editor that writes it in several steps is waited for."""
        stamp = _stamp(self.path)
        still, self._moving = stamp == self._moving, stamp
        if not hurry and (stamp == self._stamp or not still):
            return False
        self._stamp = stamp
        text, wrong = _content(self.path)
        if digest_of(text) == self._known:
            return False
        with self.engine.connect() as conn:
            good = configurations.last_accepted(conn)
        self._take(text, wrong, good, self.read)
        return True

    def _take(self, text: str, wrong: tuple[Finding, ...], good: Configuration | None, read: Read) -> bool:
        """Reads, judges, notes and tells; whether it is worked by from now on."""
        found = read(text) if not wrong else Suppliers((), wrong, digest=digest_of(text))
        found = _not_emptied(found, self.path.name, good)
        now, sound = self.clock(), not any(finding.fatal for finding in found.findings)
        with self.engine.begin() as conn:
            configurations.note(conn, text, found, sound, now)
        self._known = found.digest
        if not sound and good is not None:
            self.suppliers.refused = Refusal(digest=found.digest, at=now, findings=found.findings)
            _warn("suppliers_refused", found, works_by=(self.suppliers.digest or good.digest)[:12])
            return False
        if not sound:
            _warn("suppliers_left_out", found)
        if self.suppliers.digest:
            change = differences(self.suppliers, found)
            log.say("suppliers_reloaded", digest=found.digest[:12], suppliers=len(found), changes=change)
        self.suppliers.become(found)
        self.taken()
        return True


def _not_emptied(found: Suppliers, source: str, good: Configuration | None) -> Suppliers:
    """A file without anybody is more likely half written than meant: it is refused where there were suppliers."""
    if len(found) or found.findings or good is None or not good.suppliers:
        return found
    message = f"the file holds no supplier, and the revision before held {good.suppliers}; is it whole?"
    finding = Finding(rule="suppliers-none", message=message, place=Place(source=source))
    return Suppliers((), [finding], digest=found.digest)


def _warn(happened: str, found: Suppliers, **more: str) -> None:
    reasons = "; ".join(map(str, found.findings[:_TOLD]))
    log.warn(happened, digest=found.digest[:12], findings=len(found.findings), reasons=reasons, **more)


def _stamp(path: Path) -> _Stamp | None:
    """What changes when the file does; None where there is none."""
    try:
        facts = os.stat(path)
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size, facts.st_ino


def _content(path: Path) -> tuple[str, tuple[Finding, ...]]:
    """The text, and why it cannot be used; "" where there is none."""
    place = Place(source=path.name)
    try:
        return path.read_text(encoding="utf-8"), ()
    except OSError as error:
        text, message = "", f"the file cannot be read: {error.strerror or error}"
    except UnicodeDecodeError as error:
        text = error.object.decode("utf-8", "replace")
        message = f"the file is not text in UTF-8: byte {error.start + 1} is {error.object[error.start]:#04x}"
    return text, (Finding(rule="suppliers-unread", message=message, place=place),)
