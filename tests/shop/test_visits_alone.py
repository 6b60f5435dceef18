"""A basket that names addresses comes back and is looked at: nobody is asked for what it names."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from gateway.suppliers.supplier import Supplier
from tests.formats.listening import listening, naming
from tests.shop.supplier_page import Page
from tests.shop.test_visits import Browser, app, back, go, in_basket, seller, shop, with_shops

__all__ = ["app", "seller", "shop", "with_shops"]


@pytest.mark.parametrize("kind", ["a cart", "an include", "an external entity", "a parameter entity", "a start page"])
def test_a_basket_that_names_addresses_makes_no_request(
    browser: Browser, stocked: sa.Engine, shop: Page, seller: Supplier, kind: str
) -> None:
    kim: Any = browser("kim")
    with listening() as ear:
        go(kim, seller)
        cookie = shop.setups[-1]["cookie"]
        document = naming(ear.address)[kind].decode().replace("<BuyerCookie>k<", f"<BuyerCookie>{cookie}<")
        answer = back(kim, shop, document)
        assert answer.status_code == 303
        page = kim.get(answer.headers["location"])
        assert page.status_code == 200
        assert f'src="{ear.address}' not in page.text
        assert f'action="{ear.address}' not in page.text
    assert ear.heard == []
    assert in_basket(stocked) == []
