"""Laws of catalogues: what is written is read back the same; any sequence of imports and taking back is a model."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.identifiers import Gtin, gs1_check_digit
from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers
from shop.catalogue import deciding, force, found
from shop.catalogue.export import catalogue_of
from shop.catalogue.jobs import State
from shop.catalogue.marks import ALLERGENS, LABELS, allergens_of, label_of
from shop.catalogue.staging import Tools
from shop.catalogue.terms import all_terms, save, terms_of
from shop.tables import articles
from tests.data import shared
from tests.shop.catalogues import CONTRACT, approved, contract, dialects, read, row, rows, standing, tools

NOW = datetime(2026, 11, 20, 8, 12, tzinfo=UTC)
QUICK = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def seller(suppliers: Suppliers) -> str:
    return next(one.id for one in suppliers if one.active)


@pytest.fixture
def made(engine: sa.Engine, suppliers: Suppliers, seller: str) -> Tools:
    contract(engine, seller)
    return tools(engine, suppliers, lambda: NOW)


def _full(number: int) -> dict[str, Any]:
    """An article with all that a catalogue can say of it."""
    digits = f"7350001{number:05}"
    return {
        "seller_id": f"F-{number}", "gtin": str(Gtin(f"{digits}{gs1_check_digit(digits)}")), "name": f"Sak {number} <",
        "description": "Rad; med \t tabb", "unit": "XBX", "content": Decimal("12.5"), "content_unit": "LTR",
        "price": Decimal("45.1234"), "vat": Decimal(12), "category": "food", "lead_days": number % 9, "active": True,
        "unspsc": "50000000", "brand": "Märke", "manufacturer_id": "M-1", "keywords": "ett två", "minimum": Decimal(4),
        "multiple": Decimal(2), "tiers": [{"from": "10", "price": "39.50"}, {"from": "100", "price": "35.00"}],
        "labels": ["krav", "eu_organic"], "allergens": ["milk", "nuts"], "hazards": ["GHS02", "GHS07"],
        "image": "https://bilder.example/1.png", "sheet": "https://blad.example/1.pdf", "valid_from": date(2026, 11, 1),
        "valid_to": date(2027, 10, 31), "substitutes": [f"F-{number - 1}"],
    }  # fmt: skip


@pytest.mark.parametrize("dialect", ["peppol", "svehandel"])
def test_what_stands_is_written_and_read_back_the_same(
    made: Tools, suppliers: Suppliers, seller: str, dialect: str
) -> None:
    with made.engine.begin() as conn:
        facts = [_full(number) | {"supplier_id": seller, "contract": CONTRACT} for number in range(1, 9)]
        conn.execute(articles.insert(), facts)
        supplier, town = suppliers.by_id[seller], load_settings({}).municipality
        whole = catalogue_of(conn, supplier, CONTRACT, town, NOW.date())
    assert whole is not None
    codec = next(iter(dialects()[dialect].codecs.values()))
    before = standing(made.engine, seller)
    job = read(made, codec.write(whole), seller, filename="ut.xml", replaces=True)
    with made.engine.connect() as conn:
        told = [str(one.finding) for one in found.of_import(conn, job.number, "ut.xml")]
        other = conn.scalar(sa.text("SELECT array_agg(DISTINCT fields) FROM catalogue_changes"))
    assert (told, other) == ([], None)
    assert [job.counts[kind] for kind in ("new", "gone", "unit", "price", "other")] == [0] * 5
    deciding.decline(made, job.id, "pia", "nothing in it")
    spoiled = {"active": False, "name": "?", "price": 1, "tiers": [], "labels": [], "unit": "C62", "brand": None}
    with made.engine.begin() as conn:
        conn.execute(articles.update().values(**spoiled))
    approved(made, read(made, codec.write(whole), seller, filename="ut.xml"))
    assert standing(made.engine, seller) == before


def test_every_code_of_ours_is_read_as_itself() -> None:
    from gateway.model.item import ItemProperty

    assert [label_of(code) for code in LABELS] == list(LABELS)
    assert allergens_of([ItemProperty(name="Allergener", value=", ".join(ALLERGENS))]) == list(ALLERGENS)
    said = {"Nordic Swan Ecolabel": "svanen", "Bra Miljöval": "bra_miljoval", "EU_ECO_LABEL": "eu_ecolabel", "x": None}
    assert {text: label_of(text) for text in said} == said


NUMBERS = st.sampled_from(["A", "B", "C", "D"])
LISTS = st.dictionaries(NUMBERS, st.tuples(st.integers(1, 3), st.sampled_from(["C62", "XBX"])), min_size=1)
STEPS = st.one_of(
    st.tuples(st.just("import"), LISTS, st.booleans()),
    st.tuples(st.just("small"), LISTS, st.booleans()),
    st.tuples(st.just("back"), st.integers(0, 6), st.just(False)),
)


@QUICK
@given(steps=st.lists(STEPS, min_size=1, max_size=6))
def test_any_sequence_is_what_a_dictionary_would_be(made: Tools, seller: str, steps: list[Any]) -> None:
    with made.engine.begin() as conn:
        conn.exec_driver_sql("TRUNCATE catalogue_versions, catalogue_imports, articles CASCADE")
    model: dict[str, tuple[int, str]] = {}
    history = [model]
    for kind, said, replaces in steps:
        if kind == "back":
            if said >= len(history):
                continue
            with made.engine.begin() as conn:
                back = force.take_back(conn, seller, CONTRACT, said, "pia", NOW)
            if back is None:  # it is the newest
                assert said == len(history) - 1
                continue
            model = history[said]
        else:
            lines = [row(number, price, unit=unit) for number, (price, unit) in said.items()]
            approved(made, read(made, rows(lines), seller, replaces=replaces), only_small=kind == "small")
            model = _after(model, said, replaces, small=kind == "small")
        history.append(model)
        stands = standing(made.engine, seller)
        assert {number: (int(one["price"]), one["unit"]) for number, one in stands.items()} == model


def _after(model: dict[str, Any], said: dict[str, Any], replaces: bool, *, small: bool) -> dict[str, Any]:
    """Every price here differs by more than 3 per cent: of an article that stands only what is the same is small."""
    kept = {number: one for number, one in model.items() if not replaces or number in said}
    return kept | {number: one for number, one in said.items() if not small or number not in model}


@pytest.mark.parametrize(
    "path",
    [
        *(f"peppol-2026.5/examples/T19/catalogue-wo-response-use-case-{n}.xml" for n in range(1, 7)),
        "peppol-2026.5/examples/T19/Catalogue_Example.xml",
        "svehandel-samples/bis01a-usecase1-catalogue.xml",
        "svehandel-samples/bis01a-usecase2-catalogue.xml",
    ],
)
def test_official_samples_become_articles_or_say_why_not(made: Tools, seller: str, path: str) -> None:
    raw = shared(path).read_bytes()
    number = raw.decode("utf-8", "replace").partition("ReferencedContract>")[2].partition("ID>")[2].partition("<")[0]
    currency = raw.decode("utf-8", "replace").partition('currencyID="')[2][:3]
    if number:
        contract(made.engine, seller, number)
    with made.engine.begin() as conn:
        terms = terms_of(conn, seller, number or CONTRACT)
        assert terms is not None
        save(conn, msgspec.structs.replace(terms, currency=currency))
        assert len(all_terms(conn, supplier_id=seller)) == 1 + bool(number)
    job = read(made, raw, seller, number=number or CONTRACT, filename=path.rsplit("/", 1)[1])
    with made.engine.connect() as conn:
        told = [str(one.finding) for one in found.of_import(conn, job.number, job.filename)]
    assert job.state is State.REVIEW, (job.reason, told)
    assert job.counts["staged"] + job.rows_bad == job.rows_read > 0
