"""Catalogues: read, compared, approved, put in force, taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import sqlalchemy as sa

from gateway.suppliers.supplier import Suppliers
from shop.catalogue import deciding, force, found, jobs
from shop.catalogue.deciding import CannotDecide
from shop.catalogue.jobs import State
from shop.catalogue.staging import Taken, Tools
from shop.catalogue.terms import save, terms_of
from tests.shop.catalogues import CONTRACT, HEAD, approved, contract, given, read, row, rows, standing, tools

NOW = datetime(2026, 11, 20, 8, 12, tzinfo=UTC)


@pytest.fixture
def time() -> list[datetime]:
    return [NOW]


@pytest.fixture
def seller(suppliers: Suppliers) -> str:
    return next(one.id for one in suppliers if one.active)


@pytest.fixture
def made(engine: sa.Engine, suppliers: Suppliers, seller: str, time: list[datetime]) -> Tools:
    contract(engine, seller)
    return tools(engine, suppliers, lambda: time[0])


def test_a_price_list_becomes_a_diff_and_then_articles(made: Tools, seller: str) -> None:
    first = read(made, rows([row("A-1", "10"), row("A-2", "20"), row("A-3", "30", unit="XBX")]), seller)
    assert (first.state, first.counts["new"], first.rows_bad) == (State.REVIEW, 3, 0)
    assert [one["code"] for one in first.reasons] == ["first"]
    assert standing(made.engine, seller) == {}
    assert approved(made, first).state is State.IN_FORCE
    stands = standing(made.engine, seller)
    assert {number: one["price"] for number, one in stands.items()} == {"A-1": 10, "A-2": 20, "A-3": 30}
    assert stands["A-1"]["vat"] == 25
    assert stands["A-3"]["unit"] == "XBX"
    second = read(made, rows([row("A-1", "11"), row("A-3", "30", unit="XPK"), row("A-4")]), seller, replaces=True)
    kinds = {kind: second.counts[kind] for kind in ("new", "gone", "unit", "price", "other")}
    assert kinds == {"new": 1, "gone": 1, "unit": 1, "price": 1, "other": 0}
    approved(made, second)
    assert {number: (one["price"], one["unit"]) for number, one in standing(made.engine, seller).items()} == {
        "A-1": (11, "C62"), "A-3": (30, "XPK"), "A-4": (10, "C62"),
    }  # fmt: skip


def test_what_is_wrong_is_told_line_by_line_and_the_rest_goes_on(made: Tools, seller: str) -> None:
    bad = [
        ("A-1;Penna;C62;1;C62;25;;SEK", "catalogue-price-missing", "price"),
        ("A-2;Penna;C62;1;C62;25;0;SEK", "catalogue-price-range", "price"),
        ("A-3;Penna;C62;1;C62;25;-5;SEK", "catalogue-price-range", "price"),
        ("A-4;Penna;ZZZQ;1;C62;25;5;SEK", "csv-value", "unit"),
        ("A-5;Penna;C62;1;C62;24;5;SEK", "catalogue-vat-unknown", "vat_percent"),
        ("A-6;Penna;C62;1;C62;25;5;EUR", "catalogue-price-currency", "currency"),
        (";Penna;C62;1;C62;25;5;SEK", "catalogue-article-number", "article"),
        ("A-8;Penna;C62;1;C62;25;fem;SEK", "csv-value", "price"),
        ("A-9;Penna;C62;1;C62;25;1", "csv-cells", ""),
        ("B-1;Penna;C62;1;C62;25;5;SEK", "catalogue-twice", "article"),
        ("B-1;Penna;C62;1;C62;25;6;SEK", "catalogue-twice", "article"),
    ]
    good = row("OK-1")
    job = read(made, rows([line for line, _, _ in bad] + [good]), seller)
    assert (job.rows_read, job.rows_bad, job.counts["new"]) == (12, 11, 1)
    with made.engine.connect() as conn:
        told = found.of_import(conn, job.number, "lista.csv", fatal=True)
    assert [(one.finding.place.line, one.finding.rule) for one in told] == [
        (place, rule) for place, (_, rule, _) in enumerate(bad, 2)
    ]
    assert [one.finding.place.path for one in told[:9]] == [path for _, _, path in bad[:9]]
    assert str(told[1].finding).startswith("lista.csv:3 price: 0 is not a price")


def test_a_line_that_cannot_be_read_leaves_its_article_as_it_stands(made: Tools, seller: str) -> None:
    approved(made, read(made, rows([row("A-1", "10"), row("A-2", "20")]), seller))
    job = read(made, rows([row("A-1", "-3"), row("A-3")]), seller, replaces=True)
    assert (job.counts["gone"], job.counts["new"]) == (1, 1)
    approved(made, job)
    assert sorted(standing(made.engine, seller)) == ["A-1", "A-3"]


def test_columns_that_a_file_does_not_have_stay(made: Tools, seller: str) -> None:
    head = HEAD + ";brand;minimum"
    approved(made, read(made, rows([row("A-1") + ";Fingerfin;4"], head), seller))
    job = read(made, rows([row("A-1", "10.10")]), seller)
    approved(made, job)
    one = standing(made.engine, seller)["A-1"]
    assert (one["brand"], one["minimum"], one["price"]) == ("Fingerfin", 4, Decimal("10.10"))
    approved(made, read(made, rows([row("A-1", "10.10") + ";;"], head), seller))
    assert standing(made.engine, seller)["A-1"]["brand"] is None


def test_small_changes_need_nobody_where_the_contract_says_so(made: Tools, seller: str) -> None:
    approved(made, read(made, rows([row(f"A-{place}", "100") for place in range(40)]), seller))
    with made.engine.begin() as conn:
        terms = terms_of(conn, seller, CONTRACT)
        assert terms is not None
        save(conn, msgspec.structs.replace(terms, auto=True))
    small = read(made, rows([row("A-1", "103"), row("A-2", "97")]), seller)
    assert (small.state, small.decided_by) == (State.IN_FORCE, "avrop")
    large = read(made, rows([row("A-1", "107"), row("A-3", "102")]), seller)
    assert (large.state, [one["code"] for one in large.reasons]) == (State.REVIEW, ["price"])
    approved(made, large, only_small=True)
    stands = standing(made.engine, seller)
    assert (stands["A-1"]["price"], stands["A-3"]["price"]) == (103, 102)


def test_the_second_of_two_is_compared_with_what_stands_when_it_is_approved(made: Tools, seller: str) -> None:
    first = read(made, rows([row("A-1", "10")]), seller)
    second = read(made, rows([row("A-1", "12"), row("A-2")]), seller)
    approved(made, first)
    with pytest.raises(CannotDecide):
        deciding.approve(made, second.id, "pia")
    with made.engine.begin() as conn:
        again = jobs.claim(conn, made.now())
    assert again is not None
    assert again.id == second.id
    fresh = deciding.read(made, again)
    assert (fresh.counts["price"], fresh.counts["new"]) == (1, 1)
    assert approved(made, fresh).state is State.IN_FORCE


def test_a_future_catalogue_waits_for_its_day(made: Tools, seller: str, time: list[datetime]) -> None:
    head = HEAD + ";valid_from;valid_to"
    job = read(made, rows([row("A-1") + ";2026-12-01;2026-12-31"], head), seller)
    assert approved(made, job).state is State.APPROVED
    assert standing(made.engine, seller) == {}
    time[0] += timedelta(days=11)
    assert deciding.settle(made, job.id).state is State.IN_FORCE
    assert str(standing(made.engine, seller)["A-1"]["valid_to"]) == "2026-12-31"


def test_pressing_twice_imports_once_and_a_stopped_reader_is_taken_over(
    made: Tools, seller: str, time: list[datetime]
) -> None:
    id, raw = uuid4(), rows([row("A-1")])
    first = given(made, raw, seller, id=id)
    assert given(made, raw, seller, id=id).id == first.id == given(made, raw, seller).id
    with made.engine.begin() as conn:
        stopped = jobs.claim(conn, made.now())
        assert stopped is not None
        assert jobs.claim(conn, made.now()) is None
    time[0] += jobs.LEASE + timedelta(seconds=1)
    with made.engine.begin() as conn:
        mine = jobs.claim(conn, made.now())
    assert mine is not None
    assert mine.taken == 2
    with pytest.raises(Taken):
        deciding.read(made, stopped)
    assert deciding.read(made, mine).state is State.REVIEW
    assert given(made, raw, seller).id == first.id
    deciding.decline(made, first.id, "pia", "fel lista")
    assert given(made, raw, seller).id != first.id


def test_versions_are_taken_back_exactly(made: Tools, seller: str) -> None:
    states: list[dict[str, Any]] = [standing(made.engine, seller)]
    for lines in ([row("A-1", "1"), row("A-2", "2")], [row("A-2", "3", "Annan"), row("A-3")], [row("A-1", "9")]):
        approved(made, read(made, rows(lines), seller, replaces=True))
        states.append(standing(made.engine, seller))
    for target in (1, 2, 0, 3, 2):
        with made.engine.begin() as conn:
            assert force.take_back(conn, seller, CONTRACT, target, "pia", NOW) is not None
        assert standing(made.engine, seller) == states[target]
    with made.engine.connect() as conn:
        listed = force.versions(conn, seller, CONTRACT)
    assert [(one.number, one.back_to) for one in listed][:3] == [(8, 2), (7, 3), (6, 0)]


@pytest.mark.parametrize(
    ("number", "why"), [(None, "neither the catalogue"), ("X-9", "no contract X-9")], ids=["none", "unknown"]
)
def test_prices_are_tied_to_a_contract(made: Tools, seller: str, number: str | None, why: str) -> None:
    job = read(made, rows([row("A-1")]), seller, number=number)
    assert job.state is State.FAILED
    assert why in str(job.reason)
