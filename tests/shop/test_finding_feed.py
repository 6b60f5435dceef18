"""The index keeps up with the table: whoever changes articles, in whatever order they commit."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import msgspec
import sqlalchemy as sa

from shop.finding import feed
from shop.finding.asked import Query
from shop.finding.finder import Finder
from shop.finding.index import View, part_of, write_note
from shop.finding.search import look
from shop.finding.tables import article_changes
from shop.reach import Reach
from shop.tables import articles

OPEN = Reach(today=date(2026, 11, 20))


def total(view: View, text: str) -> int:
    return look(view, Query(text=text, exact=True), OPEN, [])[1].total


def rename(conn: sa.Connection, article: int, name: str) -> None:
    conn.execute(sa.update(articles).where(articles.c.id == article).values(name=name))


def test_every_kind_of_change_is_taken_in(stocked: sa.Engine) -> None:
    finder = Finder(stocked)
    assert total(finder.view(), "") == 600
    with stocked.begin() as conn:
        first = conn.execute(sa.select(articles).order_by(articles.c.id).limit(1)).one()._mapping
        rename(conn, first["id"], "Xylofon av lönn")
        conn.execute(sa.update(articles).where(articles.c.id == first["id"] + 1).values(active=False))
        conn.execute(sa.delete(articles).where(articles.c.id == first["id"] + 2))
        fresh = {k: v for k, v in first.items() if k not in {"id", "listed"}}
        conn.execute(sa.insert(articles), fresh | {"seller_id": "NY-1", "name": "Xylofon av björk"})
    view = finder.view()
    assert total(view, "xylofon") == 2
    assert total(view, "ny-1") == 1
    assert total(view, "") == 599
    with stocked.connect() as conn:
        assert feed.since(conn, finder._shelf.note.position) is None  # type: ignore[union-attr]


def test_what_commits_late_is_not_missed(stocked: sa.Engine) -> None:
    finder = Finder(stocked)
    finder.view()
    with stocked.connect() as slow, stocked.connect() as quick:
        rename(slow, 1, "Xylofon långsam")
        rename(quick, 2, "Xylofon snabb")
        quick.commit()
        assert total(finder.view(), "xylofon") == 1
        assert total(finder.view(), "xylofon") == 1, "what was read once is not read again, and nothing is lost"
        slow.commit()
    assert total(finder.view(), "xylofon") == 2


def test_what_is_rolled_back_is_not_found(stocked: sa.Engine) -> None:
    finder = Finder(stocked)
    finder.view()
    with stocked.connect() as conn:
        rename(conn, 1, "Xylofon")
        conn.rollback()
    assert total(finder.view(), "xylofon") == 0


def test_one_row_for_a_statement_and_old_ones_are_forgotten(stocked: sa.Engine) -> None:
    with stocked.begin() as conn:
        rows = conn.execute(sa.select(article_changes)).all()
        assert [len(row.articles) for row in rows] == [600]
        assert feed.forget(conn) == 0
        conn.execute(sa.update(article_changes).values(at=sa.func.now() - sa.text("interval '8 days'")))
        assert feed.forget(conn) == 1


def test_a_commit_is_found_without_anybody_asking_for_it(stocked: sa.Engine, tmp_path: Path) -> None:
    finder = Finder(stocked, tmp_path)
    with finder.followed():
        assert total(finder.view(), "xylofon") == 0
        with stocked.begin() as conn:
            rename(conn, 1, "Xylofon")
        began = time.monotonic()
        while not total(finder.view(), "xylofon"):
            assert time.monotonic() - began < 60
            time.sleep(0.05)


def test_a_large_shelf_is_built_in_parts_that_become_one() -> None:
    assert [part_of(total) for total in (0, 600, 130_000, 1_000_000, 3_000_000)] == [1, 600, 130_000, 125_000, 46_875]


def test_processes_share_a_folder_and_take_over(stocked: sa.Engine, tmp_path: Path) -> None:
    first, second = Finder(stocked, tmp_path), Finder(stocked, tmp_path)
    assert total(first.view(), "") == 600
    assert total(second.view(), "") == 600
    with stocked.begin() as conn:
        rename(conn, 1, "Xylofon")
    assert total(second.view(), "xylofon") == 0, "it does not write while another does"
    assert total(first.view(), "xylofon") == 1
    assert total(second.view(), "xylofon") == 1, "it takes in what the other wrote"
    first._let_go()
    with stocked.begin() as conn:
        rename(conn, 2, "Xylofon")
    assert total(second.view(), "xylofon") == 2
    assert total(first.view(), "xylofon") == 2


def test_an_index_that_cannot_be_used_is_built_anew(stocked: sa.Engine, tmp_path: Path) -> None:
    def opened() -> str:
        finder = Finder(stocked, tmp_path)
        assert total(finder.view(), "") == 600
        finder._let_go()
        return (tmp_path / "current").read_text()

    first = opened()
    assert opened() == first, "a good one is taken as it is"
    (tmp_path / first / "meta.json").write_text("{broken")
    second = opened()
    assert second != first
    assert not (tmp_path / first).exists()
    finder = Finder(stocked, tmp_path)
    finder.view()
    note = finder._shelf.note  # type: ignore[union-attr]
    finder._let_go()
    for change in ({"version": "0"}, {"database": "another"}, {"position": feed.Position(2**60)}):
        now = (tmp_path / "current").read_text()
        write_note(tmp_path / now, msgspec.structs.replace(note, **change))
        assert opened() != now, change
