"""What the search is measured on: invented articles with words of many makers, and questions as people ask them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
import yaml

from gateway.exchange.office import utc_now
from gateway.program import Program
from gateway.settings import REPOSITORY
from shop.categories import CATEGORIES
from shop.finding.asked import Query
from shop.seed import ARTICLE_COLUMNS, PEOPLE, article_rows, copy, seed
from shop.tables import articles, category_blocks, contracts

_SYLLABLES = ("no", "ra", "vik", "lun", "da", "mo", "sten", "ber", "ga", "hol", "fa", "lin", "tor", "sy", "ek", "by")
_FINISHES = ("Bas", "Plus", "Proffs", "Mini", "Maxi", "Eco", "Soft", "Extra", "Original", "Classic", "Serie", "Direkt")
_SEARCHED = (
    "setweight(to_tsvector('swedish', name), 'A') || setweight(to_tsvector('swedish', description), 'C')"
    " || setweight(to_tsvector('simple', seller_id), 'B')"
)
_SHUT = 60
_ABOUT = (
    "slitstark · för vård och skola · storförpackning · levereras på pall · fri från parfym · återvunnen"
    " · passar de flesta · enkel att förvara · testad · svensk kvalitet · lätt att rengöra · tål tvätt"
)


def stock(program: Program, count: int) -> None:
    """Fills the shop with `count` articles: brands, makers' numbers, descriptions; some contracts are shut to the unit
    that asks, two kinds of goods are blocked."""
    passwords = {person.login: "en lång mening som lösenord" for person in PEOPLE}
    with program.engine.begin() as conn:
        seed(conn, program.suppliers, passwords=passwords, now=utc_now(), units=30, articles=0)
        columns = (*ARTICLE_COLUMNS, "brand", "manufacturer_id", "keywords", "stock")
        copy(conn, articles, columns, _rows(program, count))
        shut = sa.select(contracts.c.supplier_id).order_by(contracts.c.supplier_id).limit(_SHUT)
        over = date.today() - timedelta(1)
        conn.execute(contracts.update().where(contracts.c.supplier_id.in_(shut)).values(valid_to=over))
        for kind in ("furniture", "4617"):
            conn.execute(category_blocks.insert(), {"category": kind, "reason": "-"})


def add_reference(program: Program) -> None:
    """The column and index that PostgreSQL searches in."""
    with program.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        made = f"ALTER TABLE articles ADD COLUMN searched tsvector GENERATED ALWAYS AS ({_SEARCHED}) STORED"
        for statement in (made, "CREATE INDEX ON articles USING gin (searched)", "VACUUM ANALYZE articles"):
            conn.exec_driver_sql(statement)


def _rows(program: Program, count: int) -> Iterator[tuple[Any, ...]]:
    """The demo's goods with what a million has besides: makers, lines, numbers and words of their own."""
    chance = Random(6350001)
    makers = [_name(chance) for _ in range(3000)]
    named, text = ARTICLE_COLUMNS.index("name"), ARTICLE_COLUMNS.index("description")
    for row in article_rows(program.suppliers, count):
        maker = makers[int(3000 * chance.random() ** 2)]
        line = f"{maker} {chance.choice(_FINISHES)} {chance.randint(1, 400)}" if chance.random() < 0.7 else ""
        changed = list(row)
        changed[named] = f"{row[named]} {line}".strip()
        changed[text] = f"{row[text]} {_about(chance, row[named])}".strip()
        stocked = chance.choice([None, 0, chance.randint(1, 900)])
        yield (*changed, maker, f"{maker[:2].upper()}{chance.randint(10_000, 9_999_999)}", "", stocked)


def _name(chance: Random) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 4))).capitalize()


def _about(chance: Random, name: str) -> str:
    words = _ABOUT.split(" · ")
    return f"{name.split(',', maxsplit=1)[0]}: {', '.join(chance.sample(words, 3))}."


def questions(many: int, seed: int = 1) -> list[Query]:
    """As people ask: whole words, some wrongly spelt, half-typed words, one in five narrowed down or sorted otherwise,
    one in twenty only a kind of goods, a second page now and then."""
    chance = Random(seed)
    texts = list(yaml.safe_load((REPOSITORY / "tests" / "shop" / "queries.yaml").read_text(encoding="utf-8")))
    made = []
    for _ in range(many):
        text = chance.choice(texts)
        kind: tuple[str, ...] = ()
        if chance.random() < 0.3 and len(text) > 4:
            text = text[: chance.randint(3, len(text))]
        if chance.random() < 0.05:
            text, kind = "", (chance.choice(list(CATEGORIES)[:-1]),)
        made.append(
            Query(
                text=text,
                category=kind,
                contract=chance.random() < 0.2,
                stock=chance.random() < 0.05,
                sort=chance.choice(["relevance"] * 8 + ["price", "base"]),
                page=2 if chance.random() < 0.1 else 1,
            )
        )
    return made
