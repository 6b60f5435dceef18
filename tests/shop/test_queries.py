"""What colleagues type, in queries.yaml, and what they must find among the first five hits."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
import yaml

from gateway.suppliers.supplier import Suppliers
from shop.finding.asked import Query
from shop.finding.finder import Finder
from shop.finding.search import search
from shop.reach import Reach
from tests.shop.conftest import NOW

QUERIES: dict[str, str] = yaml.safe_load(Path(__file__).with_name("queries.yaml").read_text(encoding="utf-8"))
FIRST = 5


def test_people_find_what_they_ask_for(stocked: sa.Engine, suppliers: Suppliers) -> None:
    view = Finder(stocked).view()
    missed = []
    with stocked.connect() as conn:
        for text, wanted in QUERIES.items():
            hits = search(conn, view, Query(text=text), Reach(today=NOW.date()), "unit-0001", suppliers)
            names = [one.name for one in hits.articles[:FIRST]]
            if not any(name.startswith(tuple(wanted.split(" | "))) for name in names):
                missed.append(f"{text!r} wants {wanted}, found {hits.total} {hits.shown_for!r} {names}")
    share = 1 - len(missed) / len(QUERIES)
    print(f"{share:.1%} of {len(QUERIES)}", *missed, sep="\n")
    assert len(QUERIES) >= 150
    assert share >= 0.95, "\n".join(missed)
