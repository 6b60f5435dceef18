"""The index of a process: opened or built, followed in a thread while pages are served, on demand in a test.

All processes of a node share one folder. Whoever holds the lock writes, the others take in what was written; when the
writer ends, the lock is free and another goes on.
"""

from __future__ import annotations

import fcntl
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

import msgspec
import sqlalchemy as sa
from fastapi import FastAPI

from gateway.exchange.log import say as tell
from gateway.exchange.log import warn
from shop.finding import feed
from shop.finding.index import Shelf, View, build, open_shelf

_EVERY: Final = 1.0
_AFTER_FAILURE: Final = 5.0
_PATIENCE: Final = 4.0
_CLEANING: Final = 3600.0
_CURRENT, _LOCK = "current", "lock"


class Building(Exception):
    """There is nothing to search in yet; `share` of it is built, 0 to 1."""

    def __init__(self, share: float) -> None:
        super().__init__(f"the index is being built: {share:.0%}")
        self.share = share


class Finder:
    """What pages search with. `folder` None keeps the index in memory and looks for changes at every search."""

    def __init__(self, engine: sa.Engine, folder: Path | None = None) -> None:
        self.engine, self.folder = engine, folder
        self._shelf: Shelf | None = None
        self._ready, self._lock = threading.Event(), threading.Lock()
        self._followed, self._share, self._cleaned = False, 0.0, 0.0
        self._held: IO[bytes] | None = None

    def view(self) -> View:
        """The index as it is now. Raises `Building`: a small one is waited for."""
        if self.folder is None or not self._followed:
            with self._lock:
                return self._up_to_date()
        self._ready.wait(_PATIENCE)
        if self._shelf is None:
            raise Building(self._share)
        return self._shelf.view

    @contextmanager
    def followed(self) -> Iterator[Finder]:
        """Keeps up with the table in a thread until this ends."""
        stop = threading.Event()
        thread = threading.Thread(target=self._forever, args=(stop,), name="finding", daemon=True)
        self._followed = True
        thread.start()
        try:
            yield self
        finally:
            stop.set()
            thread.join(_AFTER_FAILURE)
            self._followed = False
            self._let_go()

    def _forever(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                with self._lock:
                    self._up_to_date()
                pause = _EVERY
            except Exception as error:  # the database or the disk may be back in a moment
                warn("search_not_followed", cause=f"{type(error).__name__}: {error}")
                self._let_go()
                self._shelf, pause = self._shelf if self.folder else None, _AFTER_FAILURE
            stop.wait(pause)

    def _up_to_date(self) -> View:
        """Opens, builds or takes in what is new: whichever it is this process's turn to do."""
        if self.folder is not None and not self._may_write():
            return self._read_along()
        with self._read_only() as conn:
            if self._shelf is None or (self.folder and self._shelf.folder != self._current()):
                self._set(self._open(conn) or self._build(conn))
            assert self._shelf is not None
            news = feed.since(conn, self._shelf.note.position)
            if news is not None:
                self._shelf.take(conn, news.articles, news.position)
                self._shelf.look()
        self._clean()
        return self._shelf.view

    def _read_along(self) -> View:
        """Another process writes."""
        current = self._current()
        if self._shelf is None or self._shelf.folder != current:
            if current is None:
                raise Building(0.0)
            self._set(open_shelf(current))
        assert self._shelf is not None
        return self._shelf.look()

    def _set(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._ready.set()

    def _open(self, conn: sa.Connection) -> Shelf | None:
        """The index that lies there, where it is whole, of this version and this database, and not too old."""
        folder = self._current()
        if folder is None:
            return None
        try:
            shelf = open_shelf(folder)
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            warn("search_index_unfit", cause=str(error))
            return None
        note = shelf.note
        old = datetime.now(UTC) - note.at > feed.KEPT
        if old or note.database != feed.database_of(conn) or feed.ahead(conn, note.position):
            warn("search_index_unfit", cause="it is too old" if old else "it is of another database")
            return None
        return shelf

    def _build(self, conn: sa.Connection) -> Shelf:
        began = time.monotonic()
        folder = self.folder / uuid4().hex if self.folder else None
        shelf = build(conn, folder, feed.database_of(conn), self._progress)
        if folder is not None and self.folder is not None:
            self._swap(self.folder, folder)
            many = shelf.view.searcher.num_docs
            tell("search_index_built", articles=many, seconds=round(time.monotonic() - began, 1))
        return shelf

    def _progress(self, share: float) -> None:
        if self.folder and int(share * 10) > int(self._share * 10):
            tell("search_index_building", per_cent=int(share * 100))
        self._share = share

    def _swap(self, home: Path, fresh: Path) -> None:
        """Names the new index, then takes away the others: who still reads them has them open."""
        name = home / f"{_CURRENT}.new"
        name.write_text(fresh.name, encoding="utf-8")
        name.replace(home / _CURRENT)
        for one in home.iterdir():
            if one.is_dir() and one != fresh:
                shutil.rmtree(one, ignore_errors=True)

    def _current(self) -> Path | None:
        if self.folder is None:
            return None
        try:
            folder = self.folder / (self.folder / _CURRENT).read_text(encoding="utf-8")
        except OSError:
            return None
        return folder if folder.is_dir() else None

    def _may_write(self) -> bool:
        """Whether this process holds the lock; it tries to get it."""
        assert self.folder is not None
        if self._held is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = (self.folder / _LOCK).open("wb")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                return False
            self._held, self._shelf = file, None
        return True

    def _let_go(self) -> None:
        if self._held is not None:
            # The next writer is another one: the index is opened anew when it is this one's turn again.
            if self._shelf is not None:
                self._shelf.rest()
            self._held.close()
            self._held = None

    @contextmanager
    def _read_only(self) -> Iterator[sa.Connection]:
        with self.engine.connect().execution_options(isolation_level="REPEATABLE READ") as conn:
            yield conn

    def _clean(self) -> None:
        if self.folder and time.monotonic() - self._cleaned > _CLEANING:
            self._cleaned = time.monotonic()
            if self._shelf is not None:
                self._shelf.still_good()
            with self.engine.begin() as conn:
                feed.forget(conn)


def finder_of(app: FastAPI) -> Finder:
    """What the program was put together with; else one in memory, made when first asked for."""
    with _making:
        if not hasattr(app.state, "finder"):
            app.state.finder = Finder(app.state.engine)
    found: Finder = app.state.finder
    return found


_making = threading.Lock()
