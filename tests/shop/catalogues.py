"""Catalogues for tests: rows as suppliers write them, and the tools that read them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from gateway.formats import Dialect
from gateway.formats.rows import RowsCodec
from gateway.formats.ubl import UblCodec
from gateway.mapping.load import load_table
from gateway.suppliers.supplier import Suppliers
from shop.catalogue import deciding, jobs, store
from shop.catalogue.jobs import Import
from shop.catalogue.staging import Tools
from shop.catalogue.units import Units
from shop.tables import articles, contracts
from tests.data import mapping_texts

CONTRACT = "C-1"
HEAD = "article;description;unit;content;content_unit;vat_percent;price;currency"


@cache
def dialects() -> dict[str, Dialect]:
    """Only those that speak of catalogues."""
    texts = mapping_texts()
    ubl = [UblCodec(load_table(f"{name}/catalogue", texts)) for name in ("peppol", "svehandel")]
    rows = Dialect("csv", [RowsCodec(load_table("csv/catalogue", texts))])
    return {"csv": rows, "peppol": Dialect("peppol", ubl[:1]), "svehandel": Dialect("svehandel", ubl[1:])}


@cache
def units() -> Units:
    return Units(mapping_texts())


def tools(engine: sa.Engine, suppliers: Suppliers, now: Callable[[], datetime]) -> Tools:
    return Tools(engine=engine, dialects=dialects(), suppliers=suppliers, units=units, now=now)


def contract(engine: sa.Engine, supplier_id: str, number: str = CONTRACT, **more: Any) -> None:
    row = {"supplier_id": supplier_id, "number": number, "name": number, "owner": "pia", **more}
    with engine.begin() as conn:
        conn.execute(contracts.insert().values(**row))


def row(number: str, price: object = "10.00", name: str = "Penna", unit: str = "C62", vat: object = 25) -> str:
    return f"{number};{name};{unit};1;C62;{vat};{price};SEK"


def rows(lines: Iterable[str], head: str = HEAD) -> bytes:
    return "\r\n".join([head, *lines, ""]).encode()


def given(
    made: Tools,
    raw: bytes,
    supplier_id: str,
    *,
    filename: str = "lista.csv",
    number: str | None = CONTRACT,
    **more: Any,
) -> Import:
    """Kept and added, not yet read."""
    id: UUID = more.pop("id", None) or uuid4()
    more.setdefault("by", "pia")
    with made.engine.begin() as conn:
        digest = store.keep(conn, io.BytesIO(raw), filename, made.now())
        return jobs.add(conn, id, digest, filename, supplier_id, now=made.now(), contract=number, **more)[0]


def read(made: Tools, raw: bytes, supplier_id: str, **more: Any) -> Import:
    """Given in and read through to its diff."""
    job = given(made, raw, supplier_id, **more)
    with made.engine.begin() as conn:
        claimed = jobs.claim(conn, made.now(), job.id)
    assert claimed is not None
    return deciding.read(made, claimed)


def approved(made: Tools, job: Import, **more: Any) -> Import:
    deciding.approve(made, job.id, "pia", **more)
    return deciding.settle(made, job.id)


def standing(engine: sa.Engine, supplier_id: str, number: str = CONTRACT) -> dict[str, Any]:
    """What may be bought of a contract, by article number."""
    column = articles.c
    mine = (column.supplier_id == supplier_id) & (column.contract == number) & column.active & column.listed
    left_out = {"id", "searched", "listed", "active"}
    with engine.connect() as conn:
        found = conn.execute(sa.select(articles).where(mine))
        return {one.seller_id: {k: v for k, v in one._mapping.items() if k not in left_out} for one in found}
