"""Buying in a store with a requisition: issued, approved, shown, used with receipts, and never above its ceiling."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.orders import book
from gateway.orders.lifecycle import State as OrderState
from shop.approving import delegates, policy
from shop.approving.policy import AT_UNIT, Need, Policy, Rule
from shop.requests.tables import requisition_uses, requisitions
from shop.requests.yes import needs_yes
from shop.tables import contracts, unit_members, units
from shop.units import get as find_unit
from tests.shop.conftest import NOW, person, send
from tests.shop.test_pages import field
from tests.shop.test_requests import PDF, PNG, post

Browser = Any
PHOTO = {"files": ("kvitto.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 30)}


def store(suppliers: Any) -> Any:
    return next(one for one in suppliers if one.contracts)


def issue(client: Any, supplier: Any, **more: str) -> str:
    page = client.get("/requisitions/new").text
    form = {"id": field(page, "id"), "supplier": supplier.name, "purpose": "Färg till staketet", "ceiling": "1000"}
    form |= {"holder": "Nils Målare", "valid_to": "2026-12-01"}
    answer = send(client, "/requisitions", **(form | more))
    assert answer.status_code == 200, answer.text
    return str(answer.url).rsplit("/", 1)[1]


def receipt(client: Any, number: str, files: Any = None, **more: str) -> Any:
    page = client.get(f"/requisitions/{number}").text
    form = {"id": field(page, "id") if 'name="id"' in page else "", "bought_on": "2026-11-20", "what": "Täckfärg, röd"}
    return post(client, f"/requisitions/{number}/receipt", files or PHOTO, **(form | {"gross25": "625"} | more))


def row_of(engine: sa.Engine, number: str) -> Any:
    with engine.connect() as conn:
        return conn.execute(sa.select(requisitions).where(requisitions.c.number == number)).one()


def bought(engine: sa.Engine) -> list[Any]:
    with engine.connect() as conn:
        return book.for_units(conn, ["unit-0001"])


def test_issued_shown_and_used_in_parts(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    kim, seller = browser("kim"), store(suppliers)
    number = issue(kim, seller)
    assert number == "R26-000001"
    paper = kim.get(f"/requisitions/{number}/paper").text
    for word in ("Rekvisition R26-000001", "Nils Målare", seller.contracts[0], "1\xa0000,00\xa0kr", "<svg viewBox"):
        assert word in paper, word
    assert "Delvis använd" in receipt(kim, number, receipt_number="4711").text
    (order,) = bought(stocked)
    assert order.state is OrderState.DELIVERED
    assert order.supplier_id == seller.id
    assert order.order.contract == seller.contracts[0]
    assert str(order.order.totals.payable.value) == "625.00"
    assert str(order.order.totals.lines.value) == "500.00"
    assert order.order.lines[0].item.seller_id == number
    page = kim.get(f"/orders/{order.number}").text
    assert "köpte den i butiken" in page
    assert "behövdes inte" in page, "the hub leg"
    page = receipt(kim, number, gross25="", gross12="112", gross6="53", gross0="350").text
    assert "Förbrukad" in page, page
    assert len(bought(stocked)) == 2
    assert str(bought(stocked)[0].order.totals.payable.value) == "515.00"
    assert "Gäller inte: Förbrukad." in kim.get(f"/requisitions/{number}/paper").text
    assert order.number in kim.get("/orders").text


def test_nothing_is_registered_above_the_ceiling(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    kim = browser("kim")
    number = issue(kim, store(suppliers))
    answer = receipt(kim, number, gross25="1250,02")
    assert answer.status_code == 409
    assert "finns kvar" in answer.text
    assert "1250,02" in answer.text, "what was written stays"
    assert bought(stocked) == []
    send(kim, f"/requisitions/{number}/ceiling", ceiling="1100")
    assert row_of(stocked, number).ceiling == 1100
    assert receipt(kim, number, gross25="1250,02").status_code == 200
    assert len(bought(stocked)) == 1


def test_above_the_units_limit_somebody_else_says_yes(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    kim, anna = browser("kim"), browser("anna")
    with stocked.begin() as conn:
        conn.execute(sa.update(units).values(approval_limit=500))
    number = issue(kim, store(suppliers))
    assert row_of(stocked, number).state == "waiting"
    assert "Gäller inte: Väntar på godkännande." in kim.get(f"/requisitions/{number}/paper").text
    assert receipt(kim, number).status_code == 409
    assert number in anna.get("/requisitions").text
    assert send(kim, f"/requisitions/{number}/decide", answer="yes").status_code == 403
    assert send(anna, f"/requisitions/{number}/decide", answer="no").status_code == 409, "a no has a reason"
    assert send(anna, f"/requisitions/{number}/decide", answer="yes").status_code == 200
    assert receipt(kim, number).status_code == 200
    send(kim, f"/requisitions/{number}/ceiling", ceiling="5000")
    assert (row_of(stocked, number).ceiling, row_of(stocked, number).wish) == (1000, 5000)
    send(anna, f"/requisitions/{number}/decide", answer="yes")
    assert row_of(stocked, number).ceiling == 5000
    own = issue(anna, store(suppliers))
    answer = send(anna, f"/requisitions/{own}/decide", answer="yes")
    assert answer.status_code == 409
    assert "någon annan måste säga ja" in answer.text


def test_the_rules_of_approval_count_as_for_orders(stocked: sa.Engine) -> None:
    with stocked.begin() as conn:
        unit = find_unit(conn, "unit-0001")
        assert unit is not None
        limit = unit.approval_limit
        assert limit is not None
        ore = Decimal("0.01")
        assert not needs_yes(conn, unit, "building", limit)
        assert needs_yes(conn, unit, "building", limit + ore)
        rule = Rule(
            id="r", name="Bygg", category="building", above=Decimal(10), steps=(Need(name="Chef", role=AT_UNIT),)
        )
        policy.write(conn, Policy(rules=(rule,)), 0, "cleo", NOW, "rule")
        assert not needs_yes(conn, unit, "building", Decimal(10))
        assert needs_yes(conn, unit, "building", Decimal(10) + ore)
        assert not needs_yes(conn, unit, "office", Decimal(100))


def test_a_deputy_neither_issues_nor_raises_and_registers_receipts(
    browser: Browser, stocked: sa.Engine, suppliers: Any
) -> None:
    kim, anna = browser("kim"), browser("anna")
    number = issue(anna, store(suppliers))
    with stocked.begin() as conn:
        me, principal = person(conn, "kim"), person(conn, "anna")
        conn.execute(unit_members.delete().where(unit_members.c.user_id == me.id))
        days = (date(2000, 1, 1), date(2100, 1, 1))
        delegates.appoint(conn, principal.id, me.id, "buyer", None, *days, NOW)
    send(kim, "/units", unit="unit-0001")
    form = {"supplier": store(suppliers).id, "purpose": "Färg", "ceiling": "10", "holder": "N"}
    answer = send(kim, "/requisitions", **form, valid_to="2026-12-01")
    assert answer.status_code == 422
    assert "En ersättare kan inte göra det här" in answer.text
    assert send(kim, f"/requisitions/{number}/ceiling", ceiling="2000").status_code == 409
    assert receipt(kim, number).status_code == 200


def test_a_no_is_told_with_its_reason(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    kim, anna = browser("kim"), browser("anna")
    with stocked.begin() as conn:
        conn.execute(sa.update(units).values(approval_limit=1))
    number = issue(kim, store(suppliers))
    send(anna, f"/requisitions/{number}/decide", answer="no", reason="Beställ i webbshoppen.")
    assert "Beställ i webbshoppen." in kim.get(f"/requisitions/{number}").text
    assert receipt(kim, number).status_code == 409


def test_closed_withdrawn_opened_again_and_expired(
    browser: Browser, stocked: sa.Engine, suppliers: Any, clock: Any
) -> None:
    kim = browser("kim")
    number = issue(kim, store(suppliers), valid_to="2026-11-20")
    send(kim, f"/requisitions/{number}/end")
    assert row_of(stocked, number).state == "withdrawn"
    assert receipt(kim, number).status_code == 409
    send(kim, f"/requisitions/{number}/open")
    receipt(kim, number, gross25="125")
    send(kim, f"/requisitions/{number}/end")
    assert row_of(stocked, number).state == "closed"
    send(kim, f"/requisitions/{number}/open")
    clock.pass_by(days=3)
    kim = browser("kim")
    assert "Har gått ut" in kim.get(f"/requisitions/{number}").text
    assert receipt(kim, number, bought_on="2026-11-22").status_code == 409, "bought too late"
    assert receipt(kim, number, bought_on="2026-11-19").status_code == 409, "bought before"
    assert receipt(kim, number, bought_on="2026-11-20").status_code == 200, "bought in time, registered late"


def test_two_presses_register_one_receipt(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    kim = browser("kim")
    page = kim.get("/requisitions/new").text
    form = {"id": field(page, "id"), "supplier": store(suppliers).id, "purpose": "Färg", "ceiling": "1000"}
    form |= {"holder": "Nils", "valid_to": "2026-12-01"}
    answers = [send(kim, "/requisitions", **form) for _ in range(2)]
    assert len({str(answer.url) for answer in answers}) == 1
    number = str(answers[0].url).rsplit("/", 1)[1]
    made = field(kim.get(f"/requisitions/{number}").text, "id")
    with ThreadPoolExecutor(3) as presses:
        found = list(presses.map(lambda _: receipt(kim, number, id=made), range(3)))
    assert {answer.status_code for answer in found} == {200}
    with stocked.connect() as conn:
        assert len(conn.execute(sa.select(requisition_uses)).all()) == 1
    assert len(bought(stocked)) == 1


def test_two_receipts_at_once_do_not_pass_the_ceiling(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    kim = browser("kim")
    number = issue(kim, store(suppliers))
    with ThreadPoolExecutor(4) as presses:
        answers = list(presses.map(lambda _: receipt(kim, number, gross25="625"), range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 409, 409]
    with stocked.connect() as conn:
        assert conn.execute(sa.select(sa.func.sum(requisition_uses.c.net))).scalar_one() == Decimal(1000)


BAD = {
    "supplier": "Finns Inte AB",
    "purpose": " ",
    "holder": "",
    "ceiling": "-5",
    "valid_to": "2027-12-01",
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_stands_at_its_field(browser: Browser, suppliers: Any, name: str) -> None:
    form = {"supplier": store(suppliers).name, "purpose": "Färg", "ceiling": "1000", "holder": "N"}
    answer = send(browser("kim"), "/requisitions", **(form | {"valid_to": "2026-12-01", name: BAD[name]}))
    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text


def test_a_store_without_an_open_contract(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    kim, seller = browser("kim"), store(suppliers)
    form = {"purpose": "Färg", "ceiling": "10", "holder": "N", "valid_to": "2026-12-01"}
    without = next((one for one in suppliers if not one.contracts), None)
    if without is not None:
        assert "inget avtal" in send(kim, "/requisitions", supplier=without.id, **form).text
    with stocked.begin() as conn:
        mine = contracts.c.supplier_id == seller.id
        conn.execute(sa.update(contracts).where(mine).values(everybody=False))
    answer = send(kim, "/requisitions", supplier=seller.id, **form)
    assert answer.status_code == 422
    assert "inte öppet för er enhet" in answer.text or "Avtalet" in answer.text


def test_a_receipt_needs_its_picture_and_a_sum(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    kim = browser("kim")
    number = issue(kim, store(suppliers))
    assert "ett foto räcker" in receipt(kim, number, {"files": ("", b"")}).text
    for wrong in ({"gross25": ""}, {"gross25": "0"}, {"gross25": "NaN"}, {"gross25": "0,004"}, {"bought_on": "x"}):
        assert receipt(kim, number, **wrong).status_code == 422, wrong
    assert receipt(kim, number, {"files": ("kvitto.svg", b"<svg/>")}).status_code == 422
    assert bought(stocked) == []


def test_only_the_units_people_and_purchasers_see_it(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    kim = browser("kim")
    number = issue(kim, store(suppliers))
    receipt(kim, number, {"files": ("kvitto.png", PNG)}, gross25="100")
    paper = re.search(r'href="(/papers/[^"]+)"', kim.get(f"/requisitions/{number}").text).group(1)  # type: ignore[union-attr]
    assert browser("dani", unit=None).get(f"/requisitions/{number}").status_code == 403
    pia = browser("pia", unit=None)
    assert number in pia.get("/requisitions").text
    assert pia.get(paper).status_code == 200
    assert post(pia, f"/requisitions/{number}/receipt", {"files": ("a.pdf", PDF)}).status_code == 403
    with stocked.begin() as conn:
        conn.execute(sa.text("DELETE FROM unit_members WHERE unit_id = 'unit-0001'"))
    assert kim.get(f"/requisitions/{number}").status_code == 404
    assert kim.get(paper).status_code == 404
