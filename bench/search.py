"""The search over a million articles of 1,200 suppliers, beside PostgreSQL's full-text search on the same rows.

Both are asked the same questions in turn and answer alike: twenty articles, how many there are, and counts by kind,
supplier and contract. Ours reads the articles from the table by id, and counts five facets more.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from bench.figure import figure
from bench.search_shelf import add_reference, questions, stock
from gateway import database
from gateway.program import Program, open_program, settle
from gateway.settings import REPOSITORY, load_settings
from shop.articles import COLUMNS
from shop.finding.asked import Query
from shop.finding.index import View
from shop.finding.rows import read, usual_ids
from shop.finding.search import look
from shop.finding.words import tokens
from shop.reach import Reach, reach
from shop.tables import articles
from shop.units import Unit

_ARTICLES = 1_000_000
_ASKED, _ASKED_BY_EIGHT = 600, 800
_CLIENTS = 8
_WARM = 40
_IN_TURN = 50
"""So many questions to one side, then to the other, whose large scans would else be all that the caches hold."""
_UNIT = "unit-0001"


def search(count: int = _ARTICLES) -> dict[str, Any]:
    """Milliseconds a search (one client, then eight in threads as the server's), megabytes, seconds until a commit is
    found, and the share of everyday queries whose goods are among the first five."""
    with _stage() as program:
        stock(program, count)
        add_reference(program)
        settle(program)
        began = time.perf_counter()
        with program.finder.followed():
            view = _wait(program)
            built = time.perf_counter() - began
            told = _measured(program, view)
            facts = {"built_s": round(built, 1), "articles": count, "segments": view.searcher.num_segments}
            told["index_mb"] = figure(_size(program) / 1e6, "MB") | facts
            told["fresh_s"] = figure(_freshness(program), "s")
            told["top5_share"] = figure(_top5(program) * 100, "%")
    return told


@contextmanager
def _stage() -> Iterator[Program]:
    home = Path(tempfile.mkdtemp(prefix="avrop-bench-"))
    home.chmod(0o755)
    os.environ |= {"AVROP_HOME": str(home), "AVROP_SUPPLIERS": str(REPOSITORY / "suppliers.yaml")}
    program = open_program(load_settings())
    try:
        yield program
    finally:
        program.engine.dispose()
        database.stop_embedded(home / "postgres")
        shutil.rmtree(home, ignore_errors=True)


def _wait(program: Program) -> View:
    from shop.finding.finder import Building

    while True:
        try:
            return program.finder.view()
        except Building:
            time.sleep(0.5)


def _measured(program: Program, view: View) -> dict[str, Any]:
    asked = questions(_ASKED)
    ours, theirs = _Ours(program), _Theirs(program, view)
    for query in asked[:_WARM]:
        ours(query)
        theirs(query)
    sides: tuple[Callable[[Query], int], ...] = (ours, theirs)
    spent: list[list[float]] = [[], []]
    for start in range(0, len(asked), _IN_TURN):
        for times, side in zip(spent, sides, strict=True):
            for query in asked[start : start + _IN_TURN]:
                began = time.perf_counter()
                side(query)
                times.append((time.perf_counter() - began) * 1000)
    first = _first_asked(asked, spent[0])
    alone = ours.in_index[_WARM:]
    what = f"PostgreSQL full-text search (GIN) on the same rows, asked in turn by {_IN_TURN}"
    many = questions(_ASKED_BY_EIGHT, seed=2)
    eight, eight_theirs = _by_many(ours, many), _by_many(theirs, many[: len(many) // 4])
    return {
        "p50_ms": figure(_at(spent[0], 50), "ms", _at(spent[1], 50), what) | {"first_asked": round(_at(first, 50), 1)},
        "p99_ms": figure(_at(spent[0], 99), "ms", _at(spent[1], 99), what) | {"first_asked": round(_at(first, 99), 1)},
        "index_p50_ms": figure(_at(alone, 50), "ms") | {"p99": round(_at(alone, 99), 1)},
        "p99_8_clients_ms": figure(_at(eight, 99), "ms", _at(eight_theirs, 99), what)
        | {"p50": round(_at(eight, 50), 1)},
    }


def _first_asked(asked: Sequence[Query], times: Sequence[float]) -> list[float]:
    """Those of questions that nobody asked before: the counts of others are remembered."""
    seen, found = {_same(query) for query in asked[:_WARM]}, []
    for query, wait in zip(asked, times, strict=True):
        if _same(query) not in seen:
            found.append(wait)
        seen.add(_same(query))
    return found


def _same(query: Query) -> Query:
    return query.but(sort="", exact=False)


class _Ours:
    """A search as the page makes it: reach and usual purchases, the index, the articles by id."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.in_index: list[float] = []
        with program.engine.connect() as conn:
            self.unit = Unit(
                **conn.execute(sa.text("SELECT * FROM units WHERE id = :id"), {"id": _UNIT}).one()._mapping
            )

    def __call__(self, query: Query) -> int:
        with self.program.engine.connect() as conn:
            mine = reach(conn, self.unit, date.today())
            view = self.program.finder.view()
            usual = usual_ids(conn, self.unit.id)
            began = time.perf_counter()
            ids, hits = look(view, query, mine, usual, self.program.suppliers)
            self.in_index.append((time.perf_counter() - began) * 1000)
            read(conn, ids, mine)
            return hits.total


class _Theirs:
    """The same question to a tsvector column with a GIN index, with prefixes, rank and three facets."""

    def __init__(self, program: Program, view: View) -> None:
        self.program, self.view = program, view

    def __call__(self, query: Query) -> int:
        with self.program.engine.connect() as conn:
            wanted = self._wanted(query)
            counted = 0
            for name in ("category", "supplier_id", "contract"):
                column = articles.c[name]
                rows = conn.execute(sa.select(column, sa.func.count()).where(wanted).group_by(column)).all()
                counted = sum(row[1] for row in rows)
            rank = sa.func.ts_rank(sa.column("searched"), sa.func.to_tsquery("swedish", self._text(query))).desc()
            orders = {"price": articles.c.price, "base": articles.c.price / articles.c.content}
            order: Any = orders.get(query.sort, rank)
            conn.execute(sa.select(*COLUMNS).where(wanted).order_by(order, articles.c.id).limit(20)).all()
            return counted

    def _text(self, query: Query) -> str:
        return " & ".join(f"'{word}':*" for word in tokens(query.text))

    def _wanted(self, query: Query) -> sa.ColumnElement[bool]:
        wanted = articles.c.active & articles.c.listed
        if query.text:
            wanted &= sa.column("searched").op("@@")(sa.func.to_tsquery("swedish", self._text(query)))
        if query.category:
            wanted &= articles.c.category.in_(query.category)
        if query.contract:
            wanted &= articles.c.contract.is_not(None)
        return wanted


def _by_many(side: Callable[[Query], int], asked: Sequence[Query]) -> list[float]:
    """Milliseconds of each, `_CLIENTS` at a time in threads of one process: so the server answers pages."""

    def timed(query: Query) -> float:
        began = time.perf_counter()
        side(query)
        return (time.perf_counter() - began) * 1000

    with ThreadPoolExecutor(_CLIENTS) as pool:
        return list(pool.map(timed, asked))


def _freshness(program: Program) -> float:
    """Seconds from the commit of a catalogue of 800 changed articles until the page finds one of them."""
    with program.engine.begin() as conn:
        some = sa.select(articles.c.id).order_by(articles.c.id).limit(800)
        conn.execute(sa.update(articles).where(articles.c.id.in_(some)).values(name=articles.c.name + " Xylofonisk"))
    began = time.perf_counter()
    ours = _Ours(program)
    while ours(Query(text="xylofonisk", exact=True)) < 1:
        time.sleep(0.02)
    return time.perf_counter() - began


def _size(program: Program) -> int:
    return sum(one.stat().st_size for one in (program.settings.home / "search").rglob("*") if one.is_file())


def _top5(program: Program) -> float:
    """Over the million: tests/shop/queries.yaml."""
    wanted = yaml.safe_load((REPOSITORY / "tests" / "shop" / "queries.yaml").read_text(encoding="utf-8"))
    found = 0
    view, open_to_all = program.finder.view(), Reach(today=date.today())
    with program.engine.connect() as conn:
        for text, names in wanted.items():
            ids, _ = look(view, Query(text=text), open_to_all, [])
            first = read(conn, ids[:5], open_to_all)
            found += any(one.name.startswith(tuple(names.split(" | "))) for one in first)
    return found / len(wanted)


def _at(times: list[float], share: int) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * share // 100)]
