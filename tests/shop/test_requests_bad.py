"""Bad input at every form of requests, requisitions and the desk, on things that exist, by whose they are."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from gateway.orders.tables import orders
from shop.requests.tables import quotes, requisition_uses
from tests.shop.request_forms import APPROVERS, BUYERS, PURCHASERS
from tests.shop.test_bad_input import BAD
from tests.shop.test_by_hand import ordered
from tests.shop.test_requests import PDF, ask, post, quote, seller_of
from tests.shop.test_requisitions import issue, store

WHOSE = [(who, path) for who, forms in (("kim", BUYERS), ("anna", APPROVERS), ("pia", PURCHASERS)) for path in forms]
FIELDS = BUYERS | APPROVERS | PURCHASERS


@pytest.fixture
def things(browser: Any, stocked: sa.Engine, suppliers: Any) -> dict[str, str]:
    """A request with a quote, a requisition and an order by hand: their numbers by the beginning of an address."""
    kim, pia, seller = browser("kim"), browser("pia", unit=None), store(suppliers)
    number = ask(kim)
    quote(pia, number, seller_of(suppliers))
    with stocked.connect() as conn:
        quote_id = str(conn.execute(sa.select(quotes.c.id)).scalar_one())
    row = ordered(browser, stocked, suppliers)
    facts = {"/requests": number, "/requisitions": issue(kim, seller), "/desk": row.number, "quote_id": quote_id}
    return facts | {"supplier": seller.id}


@pytest.mark.parametrize(("who", "path"), WHOSE, ids=[path for _, path in WHOSE])
def test_no_field_makes_a_fault_or_a_second_order(
    browser: Any, stocked: sa.Engine, things: dict[str, str], who: str, path: str
) -> None:
    client = browser(who, unit=None if who == "pia" else "unit-0001")
    number = next((one for start, one in things.items() if path.startswith(start)), "")
    known = {"number": number, "quote_id": things["quote_id"], "paper_id": str(uuid4()), "answer": "no"}
    good = {name: things["supplier"] if name == "supplier" else value for name, value in FIELDS[path].items()}
    for place, name in enumerate(good):
        for bad in BAD[place % 4 :: 4]:  # each field meets a quarter of what is bad, the form all of it
            answer = post(client, path.format(**known), {"files": ("a.pdf", PDF)}, **good | {name: bad})
            assert answer.status_code < 500, (name, bad)
    for name in re.findall(r"\{(\w+)\}", path):
        for bad in ("0", "-1", "9" * 30, "abc", str(uuid4()), "%00"):
            assert post(client, path.format(**known | {name: bad}), **good).status_code < 500, (name, bad)
    with stocked.connect() as conn:
        made = conn.scalar(sa.select(sa.func.count()).select_from(orders)) or 0
        uses = conn.scalar(sa.select(sa.func.count()).select_from(requisition_uses)) or 0
    if path not in {"/desk/register", "/requisitions/{number}/receipt"}:
        assert made == 1
    else:
        assert made - 1 == uses or path == "/desk/register"
