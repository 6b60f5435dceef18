"""One tantivy index with what belongs to it: built from the table, kept up with it, opened for searching."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import sqlalchemy as sa
import tantivy

from shop.finding.feed import Position, begin
from shop.finding.shelf import COLUMNS, ID, SCHEMA, SOLD, WORD, Row, document, version
from shop.finding.vocabulary import Spelling, Vocabulary
from shop.finding.words import Lexicon, tokens
from shop.tables import articles

_HEAP: Final = 100_000_000
_MOST_AT_ONCE, _TOGETHER = 130_000, 8
"""So many articles fit in `_HEAP`, and so many segments are merged at a time."""
_SMALL_HEAP: Final = 16_000_000
_BATCH: Final = 5_000
_NOTE: Final = "avrop.json"
_FEW: Final = 50_000
_MANY_NAMES, _COMMON = 20_000, 3
_WORDS_EVERY: Final = 10.0
_MOST_KEPT: Final = 1_000
Made = TypeVar("Made")
Progress = Callable[[float], None]


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What lies beside an index: for which fields and which database it is, up to where, and its own lexicon."""

    version: str
    database: str
    position: Position
    at: datetime
    lexicon: tuple[str, ...]


class View(msgspec.Struct, frozen=True):
    """The index as it stood at one moment, to search in."""

    searcher: tantivy.Searcher
    lexicon: Lexicon
    vocabulary: Vocabulary
    kept: dict[Hashable, Any] = {}

    def remember(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What was made for this key before, as long as the index stands as it does."""
        found: Made | None = self.kept.get(key)
        if found is None:
            if len(self.kept) >= _MOST_KEPT:
                self.kept.clear()
            found = self.kept[key] = make()
        return found


class Shelf:
    """The index in `folder`, or in memory. Searching needs no lock; writing is for one at a time."""

    def __init__(self, index: tantivy.Index, note: Note, folder: Path | None) -> None:
        self.index, self.note, self.folder = index, note, folder
        self.lexicon = Lexicon(note.lexicon)
        self._writer: tantivy.IndexWriter | None = None
        self._vocabulary: Vocabulary | None = None
        self._spelling, self._worded, self._taken, self._stamp = Spelling(), -_WORDS_EVERY, 0, -1
        index.config_reader(reload_policy="manual")
        self.view = self.look()

    def look(self) -> View:
        """Takes in what has been committed since, by this process or another."""
        stamp = (self.folder / "meta.json").stat().st_mtime_ns if self.folder else self._taken
        if stamp == self._stamp:
            return self.view
        self.index.reload()
        searcher = self.index.searcher()
        small = searcher.num_docs < _FEW
        if small or time.monotonic() - self._worded > _WORDS_EVERY:
            self._vocabulary = Vocabulary(dict(searcher.terms_with_prefix(WORD, "")), self._spelling)
            self._worded, self._stamp = time.monotonic(), stamp
        assert self._vocabulary is not None
        self.view = View(searcher, self.lexicon, self._vocabulary)
        return self.view

    def writer(self) -> tantivy.IndexWriter:
        """The only writer there is."""
        if self._writer is None:
            self._writer = self.index.writer(_SMALL_HEAP, 1)
        return self._writer

    def rest(self) -> None:
        """Lets another process write."""
        self._writer = None

    def take(self, conn: sa.Connection, changed: Iterable[int], position: Position) -> None:
        """Puts in the articles as they are now, takes out those that are gone, and notes how far it has come."""
        writer, ids = self.writer(), sorted(set(changed))
        for start in range(0, len(ids), _BATCH):
            some = ids[start : start + _BATCH]
            for one in some:
                writer.delete_documents_by_term(ID, one)
            for row in conn.execute(sa.select(*COLUMNS).where(articles.c.id.in_(some), SOLD)):
                writer.add_document(document(Row._make(row), self.lexicon))
        writer.commit()
        self._taken += 1
        self.note = msgspec.structs.replace(self.note, position=position, at=datetime.now(UTC))
        if self.folder is not None:
            write_note(self.folder, self.note)

    def still_good(self) -> None:
        """Notes that nothing has changed until now."""
        self.note = msgspec.structs.replace(self.note, at=datetime.now(UTC))
        if self.folder is not None:
            write_note(self.folder, self.note)


def build(conn: sa.Connection, folder: Path | None, database: str, progress: Progress = lambda _: None) -> Shelf:
    """Reads the whole table into a new index. `progress` hears how much is done, 0 to 1.

    The caller's transaction is REPEATABLE READ, so that the position noted first fits what is read.
    """
    position = begin(conn)
    total = conn.execute(sa.select(sa.func.count()).select_from(articles).where(SOLD)).scalar_one()
    lexicon = _lexicon(conn)
    if folder is not None:
        folder.mkdir(parents=True)
    index = tantivy.Index(SCHEMA, path=str(folder) if folder else None)
    writer = index.writer(_SMALL_HEAP if total < _BATCH else _HEAP, 1)
    part = part_of(total)
    for done, row in enumerate(_all(conn), start=1):
        writer.add_document(document(row, lexicon))
        if done % part == 0:
            writer.commit()
        if done % _BATCH == 0:
            progress(done / max(total, 1))
    writer.commit()
    writer.wait_merging_threads()
    note = Note(
        version=version(),
        database=database,
        position=position,
        at=datetime.now(UTC),
        lexicon=tuple(sorted(lexicon.own)),
    )
    if folder is not None:
        write_note(folder, note)
    return Shelf(index, note, folder)


def part_of(total: int) -> int:
    """How many articles to a segment, so that all end in one, which is asked three times as quickly as eight.

    Tantivy's own policy puts eight segments of like size together and cannot be told to (tantivy-py 0.27).
    """
    part = total
    while part > _MOST_AT_ONCE:
        part = -(-part // _TOGETHER)
    return max(part, 1)


def open_shelf(folder: Path) -> Shelf:
    """The index in a folder. Raises ValueError or OSError where it cannot be used."""
    note = msgspec.json.decode((folder / _NOTE).read_bytes(), type=Note)
    if note.version != version():
        raise ValueError(f"it is of version {note.version}, wanted {version()}")
    return Shelf(tantivy.Index.open(str(folder)), note, folder)


def write_note(folder: Path, note: Note) -> None:
    """Replaced whole, so that nobody reads half of it."""
    fresh = folder / f"{_NOTE}.new"
    fresh.write_bytes(msgspec.json.encode(note))
    fresh.replace(folder / _NOTE)


def _lexicon(conn: sa.Connection) -> Lexicon:
    """Words that stand alone in names; on a large shelf in several, for there a single one may be anything."""
    counts: Counter[str] = Counter()
    names = 0
    wanted = sa.select(articles.c.name).where(SOLD).distinct()
    for (name,) in conn.execution_options(yield_per=_BATCH).execute(wanted):
        counts.update({part for word in tokens(name) for part in word.split("-")})
        names += 1
    return Lexicon.of(counts, least=1 if names < _MANY_NAMES else _COMMON)


def _all(conn: sa.Connection) -> Iterator[Row]:
    """Everything for sale, streamed."""
    wanted = sa.select(*COLUMNS).where(SOLD)
    for some in conn.execution_options(yield_per=_BATCH).execute(wanted).partitions():
        yield from map(Row._make, some)
