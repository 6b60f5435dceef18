"""Approval of orders: chains, lines taken out, the basket made again, locked prices, deputies, races."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.exchange.compose import drafts
from gateway.exchange.tables import messages
from gateway.formats import load_dialects
from gateway.orders import book, versions
from gateway.orders.lifecycle import State
from gateway.settings import load_settings, mapping_texts
from shop import approval, units
from shop.approving import delegates, lines_out, policy, steps
from shop.approving.policy import Holder, Need, Policy, Rule
from shop.approving.tables import lines_taken_out, order_coding
from shop.document import Wanted
from shop.tables import articles, basket_lines, category_blocks, unit_members
from tests.data import shared
from tests.rules.packages import loaded
from tests.shop.approving_cast import TWO_STEPS, UNIT, again, hire, limit, rule, said_yes, several, waiting_order
from tests.shop.conftest import NOW, person, send
from tests.shop.test_document import article, order_of
from tests.shop.test_document import lines as wanted_lines
from tests.shop.test_pages import Browser, field, fill, numbers, pick, place
from web.access import APPROVER, BUYER

TODAY = NOW.date()


@settings(max_examples=60, deadline=None)
@given(wanted_lines.filter(lambda some: len(some) > 1), st.data())
def test_sums_without_some_lines_are_those_of_the_rest(wanted: list[Wanted], data: st.DataObject) -> None:
    order = order_of(*wanted)
    ids = [line.id for line in order.lines]
    out = data.draw(st.sets(st.sampled_from(ids), min_size=1, max_size=len(ids) - 1))
    rest = lines_out.without(order, out)
    fresh = order_of(*(one for place, one in enumerate(wanted, start=1) if str(place) not in out))
    assert [line.id for line in rest.lines] == [id for id in ids if id not in out], "line ids are kept"
    assert rest.totals == fresh.totals
    assert rest.tax_amount == fresh.tax_amount
    assert rest.totals.payable.value == sum(line.amount.value for line in rest.lines) + rest.tax_amount.value


def test_without_lines_it_still_obeys_the_official_rules() -> None:
    order = order_of(
        Wanted(article=article("0.0125", "25"), quantity=Decimal(1000)),
        Wanted(article=article("12.345", "12"), quantity=Decimal(3)),
        Wanted(article=article("64.90", "6"), quantity=Decimal(7)),
        Wanted(article=article("10", "0"), quantity=Decimal(10)),
    )
    order = msgspec.structs.replace(
        order, lines=tuple(msgspec.structs.replace(one, accounting_cost="4120-407-6541") for one in order.lines)
    )
    rules = loaded(shared("peppol-2026.5/schematron") / "PEPPOLBIS-T01.sch")
    dialect = load_dialects(mapping_texts(load_settings({})))["peppol"]
    schema = etree.XMLSchema(etree.parse(shared("ubl-2.1/maindoc/UBL-Order-2.1.xsd")))
    for out in ({"1"}, {"2", "4"}, {"1", "2", "3"}):
        raw = dialect.write(lines_out.without(order, out))
        assert schema.validate(etree.fromstring(raw)), schema.error_log
        assert [str(finding) for finding in rules.judge(raw) if finding.fatal] == []
    with pytest.raises(ValueError, match="cannot stand without"):
        lines_out.without(order, {"1", "2", "3", "4"})


def test_one_line_is_rejected_and_the_rest_goes_on(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    with stocked.begin() as conn:
        limit(conn)
    row = waiting_order(stocked, browser, suppliers=suppliers)
    anna, kim = browser("anna"), browser("kim")
    page = anna.get(f"/orders/{row.number}").text
    assert 'name="out" value="2"' in page
    without = said_yes(anna, row, out="2", out_reason=" ", seen=row.version)
    assert without.status_code == 422
    assert 'value="2" checked' in without.text, "what was ticked stays ticked"
    assert "Godkänd. Beställningen är på väg" in said_yes(anna, row, out="2", out_reason="Vi har <b> kvar", seen=1).text
    after = again(stocked, row)
    assert (after.state, after.version) == (State.PLACED, 2)
    assert [line.id for line in after.order.lines] == ["1", "3"]
    with stocked.connect() as conn:
        standing = [one.state.value for one in versions.of_order(conn, row.id)]
        (message_id,) = conn.scalars(sa.select(messages.c.id).where(messages.c.order_id == row.id))
        (draft,) = drafts(conn, [message_id])
        coded = set(conn.scalars(sa.select(order_coding.c.line_id).where(order_coding.c.order_id == row.id)))
        told = conn.execute(sa.select(lines_taken_out)).one()
    assert standing == ["replaced", "standing"]
    assert draft.document == after.order, "what travels is what was approved"
    assert coded == {"1", "3"}
    assert (told.line_id, told.taken_by, told.amount) == ("2", "anna", row.order.lines[1].amount.value)
    page = kim.get(f"/orders/{row.number}").text
    assert "Anna Exempel tog bort raden: ”Vi har &lt;b&gt; kvar”" in page
    assert "Gör om korgen" in page


def test_all_lines_rejected_is_declined_and_made_again(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    with stocked.begin() as conn:
        limit(conn)
    row = waiting_order(stocked, browser, suppliers=suppliers)
    anna, kim = browser("anna"), browser("kim")
    assert "rebuild" not in kim.get(f"/orders/{row.number}").text, "nothing is declined yet"
    assert send(kim, f"/orders/{row.number}/rebuild").status_code == 409
    page = said_yes(anna, row, out=["1", "2", "3"], out_reason="Fel enhet", seen=1).text
    assert "Anna Exempel godkände inte beställningen: ”Fel enhet”" in page
    assert again(stocked, row).state is State.CANCELLED
    gone = several(stocked, suppliers=suppliers)[0]
    with stocked.begin() as conn:
        conn.execute(sa.update(articles).where(articles.c.id == gone.id).values(active=False))
    page = send(kim, f"/orders/{row.number}/rebuild").text
    assert f"2 rader ur beställning {row.number} ligger i korgen igen" in page
    assert "Varan finns inte längre i sortimentet" in page
    send(kim, f"/orders/{row.number}/rebuild")
    with stocked.connect() as conn:
        held = conn.execute(sa.select(basket_lines.c.article_id, basket_lines.c.quantity)).all()
    assert sorted(float(one.quantity) for one in held) == [3.0] * 5, (
        "three placed, two again, however often one presses"
    )
    assert send(anna, f"/orders/{row.number}/decline", reason="igen").status_code == 409


def test_lines_that_the_order_has_not_and_old_versions(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    with stocked.begin() as conn:
        limit(conn)
        hire(conn, "bo", unit=UNIT)
    row = waiting_order(stocked, browser, suppliers=suppliers)
    bo = browser("bo", unit=None)
    for out in ("99", "", "2 or 1=1"):
        assert said_yes(bo, row, out=out, out_reason="x", seen=1).status_code == 409
    assert said_yes(bo, row, seen=7).status_code == 409
    assert said_yes(bo, row, seen=-1).status_code == 400
    assert again(stocked, row).version == 1
    assert send(browser("kim"), "/orders/99-999999/approve").status_code in (403, 404)


def test_a_chain_of_two_steps(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    with stocked.begin() as conn:
        hire(conn, "bo", "eva")
        rule(conn, TWO_STEPS)
    row = waiting_order(stocked, browser, suppliers=suppliers)
    bo, eva, kim = browser("bo", unit=None), browser("eva", unit=None), browser("kim")
    assert said_yes(eva, row).status_code == 409, "the first step comes first"
    with stocked.begin() as conn:
        rule(conn, Policy(holders=TWO_STEPS.holders))
    assert row.number in bo.get("/approvals").text, "a rule that is changed later changes no running order"
    assert "går vidare till nästa steg" in said_yes(bo, row, out="1", out_reason="Har vi", seen=1).text
    assert again(stocked, row).state is State.AWAITING_APPROVAL
    assert said_yes(bo, row).status_code == 409, "nobody takes two"
    assert said_yes(eva, row, seen=1).status_code == 409, "it has changed since"
    assert "Godkänd. Beställningen är på väg" in said_yes(eva, row, seen=2).text
    page = kim.get(f"/orders/{row.number}").text
    for word in ("Allt över noll", "Bo Exempel", "Eva Exempel", "Godkänd: IT", "Godkänd, sista steget: Chef"):
        assert word in page, word
    assert row.number in bo.get("/approvals?view=decided").text
    assert browser("dani", unit=None).get(f"/orders/{row.number}").status_code == 403


def test_parallel_steps_and_a_no_from_any(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    both = (Need(name="IT", role="it"), Need(name="Chef", logins=("eva",)))
    with stocked.begin() as conn:
        hire(conn, "bo", "eva")
        held = Policy(rules=(Rule(id="1", name="Båda", steps=both),), holders=(Holder(role="it", login="bo"),))
        rule(conn, held)
    row = waiting_order(stocked, browser, suppliers=suppliers)
    assert "nästa steg" in said_yes(browser("eva", unit=None), row).text
    answer = send(browser("bo", unit=None), f"/orders/{row.number}/decline", reason="Nej")
    assert "Bo Exempel godkände inte beställningen" in answer.text
    assert again(stocked, row).state is State.CANCELLED


def appoint(conn: sa.Connection, who: str, deputy: str, role: str, some: list[str] | None = None, days: int = 7) -> Any:
    giver, taker = person(conn, who), person(conn, deputy)
    until = TODAY + timedelta(days=days)
    return delegates.appoint(conn, giver.id, taker.id, role, some, TODAY, until, NOW)


def test_a_deputy_approves_and_it_is_told(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    with stocked.begin() as conn:
        limit(conn)
        hire(conn, "bo")
        appoint(conn, "anna", "bo", APPROVER, [UNIT])
    row = waiting_order(stocked, browser, suppliers=suppliers)
    bo = browser("bo", unit=None)
    assert "för Anna Exempel" in bo.get("/approvals").text
    assert "Du beslutar för Anna Exempel" in bo.get(f"/orders/{row.number}").text
    said_yes(bo, row)
    assert again(stocked, row).state is State.PLACED
    page = browser("kim").get(f"/orders/{row.number}").text
    assert "Godkänd, för Anna Exempel" in page
    assert "Bo Exempel" in page


def test_a_deputy_has_no_more_right_than_who_is_acted_for(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    with stocked.begin() as conn:
        limit(conn)
        hire(conn, "bo")
        hire(conn, "dan", roles=(BUYER, APPROVER))
        appoint(conn, "anna", "bo", APPROVER)
        appoint(conn, "kim", "dan", BUYER, [UNIT])
        appoint(conn, "anna", "dan", APPROVER)
    own = waiting_order(stocked, browser, login="anna", suppliers=suppliers)
    assert said_yes(browser("bo", unit=None), own).status_code in (404, 409), "anna placed it: for her nobody approves"
    by_deputy = waiting_order(stocked, browser, login="dan", suppliers=suppliers)
    dan = browser("dan", unit=None)
    assert said_yes(dan, by_deputy).status_code == 409, "not as a deputy either"
    page = dan.get(f"/orders/{by_deputy.number}").text
    assert "Beställt som ersättare för Kim Exempel" in page
    with stocked.begin() as conn:
        conn.execute(unit_members.insert().values(unit_id=UNIT, user_id=person(conn, "kim").id, role=APPROVER))
        row = again(stocked, by_deputy)
        assert not approval.may_decide(conn, row, person(conn, "kim"), TODAY), "it was bought for kim"
        assert approval.may_decide(conn, row, person(conn, "anna"), TODAY)


def test_a_deputy_is_one_only_on_those_days_units_and_until_revoked(browser: Browser, stocked: sa.Engine) -> None:
    with stocked.begin() as conn:
        hire(conn, "dan", roles=(BUYER,))
        found = appoint(conn, "kim", "dan", BUYER, ["unit-0002"])
        dan = person(conn, "dan")

        def ids(on: date) -> set[str]:
            return units.ids_of_user(conn, dan.id, [BUYER], on)

        assert ids(TODAY) == ids(TODAY + timedelta(days=7)) == {"unit-0002"}
        assert ids(TODAY - timedelta(days=1)) == ids(TODAY + timedelta(days=8)) == set()
        assert units.ids_of_user(conn, dan.id, [APPROVER], TODAY) == set()
        assert [one.id for one in units.of_user(conn, dan.id, BUYER, on=TODAY)] == ["unit-0002"]
        conn.execute(sa.delete(unit_members).where(unit_members.c.unit_id == "unit-0002"))
        assert ids(TODAY) == set(), "kim does not buy there any more"
        assert not delegates.end(conn, found, person(conn, "anna").id, NOW), "it is not hers to end"
        assert delegates.end(conn, found, dan.id, NOW)
        assert ids(TODAY) == set()


def test_a_revoked_deputy_cannot_place_the_open_basket(browser: Browser, stocked: sa.Engine) -> None:
    with stocked.begin() as conn:
        hire(conn, "dan", roles=(BUYER,))
        found = appoint(conn, "kim", "dan", BUYER, [UNIT])
    dan = browser("dan")
    page = fill(dan, pick(stocked))
    assert "Du beställer för Kim Exempel som ersättare" in page
    with stocked.begin() as conn:
        delegates.end(conn, found, person(conn, "kim").id, NOW)
        conn.execute(unit_members.insert().values(unit_id="unit-0002", user_id=person(conn, "dan").id, role=BUYER))
    assert "Vilken enhet" in place(dan, page).text
    send(dan, "/units", unit="unit-0002")
    answer = place(dan, page)
    assert answer.status_code == 409
    assert "Du beställer inte längre för Förskolan Björken" in answer.text
    assert numbers(stocked) == []


def test_appointing_on_the_page(browser: Browser, stocked: sa.Engine) -> None:
    anna, kim = browser("anna", unit=None), browser("kim", unit=None)
    good = {"deputy": "kim", "role": "buyer", "from_day": "2026-11-20", "to_day": "2026-11-30", "scope": "all"}
    for wrong, said in (
        ({"deputy": "anna"}, "din egen ersättare"),
        ({"deputy": "nobody"}, "en kollega som har den rollen"),
        ({"role": "approver"}, "en kollega som har den rollen"),
        ({"role": "admin"}, "en roll som du har"),
        ({"to_day": "2026-11-01"}, "i dag eller senare"),
        ({"to_day": "2029-11-01"}, "inom ett år"),
        ({"from_day": "0001-01-01"}, "Skriv en dag"),
        ({"scope": "some"}, "en eller flera av dina enheter"),
        ({"scope": "some", "unit": "unit-9999"}, "en eller flera av dina enheter"),
    ):
        answer = send(anna, "/delegates", **good | wrong)
        assert answer.status_code == 422, wrong
        assert said in answer.text, wrong
    assert "Utsedd" in send(anna, "/delegates", **good | {"scope": "some", "unit": "unit-0003"}).text
    page = kim.get("/delegates").text
    assert "Anna Exempel: beställa" in page
    end = page.split('action="/delegates/')[1].split("/end")[0]
    assert send(browser("cleo", unit=None), f"/delegates/{end}/end").status_code == 403
    assert "Avslutad" in send(kim, f"/delegates/{end}/end").text
    assert send(kim, f"/delegates/{end}/end").status_code == 404


def test_two_press_at_once_and_one_decides(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    with stocked.begin() as conn:
        limit(conn)
        hire(conn, "bo", unit=UNIT)
    row = waiting_order(stocked, browser, suppliers=suppliers)
    gate, people = Barrier(2), []
    with stocked.connect() as conn:
        people = [person(conn, "anna"), person(conn, "bo")]

    def press(who: Any) -> str:
        gate.wait(5)
        try:
            with stocked.begin() as conn:
                if who.login == "bo":
                    approval.decline(conn, row.id, who, "Nej", NOW)
                else:
                    approval.approve(conn, row.id, who, suppliers, NOW)
        except approval.NotYours:
            return "late"
        return who.login

    with ThreadPoolExecutor(2) as threads:
        outcome = list(threads.map(press, people))
    assert outcome.count("late") == 1
    decided = next(one for one in outcome if one != "late")
    after = again(stocked, row)
    assert after.state is (State.CANCELLED if decided == "bo" else State.PLACED)
    with stocked.connect() as conn:
        kept = steps.of_order(conn, after).kept
        sent = conn.scalar(sa.select(sa.func.count()).select_from(messages))
    assert [one.decided_by for one in kept] == [decided]
    assert sent == (0 if decided == "bo" else 1)


def test_a_double_press_takes_one_step(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    with stocked.begin() as conn:
        hire(conn, "bo", "eva")
        held = msgspec.structs.replace(TWO_STEPS, holders=(*TWO_STEPS.holders, Holder(role="chef", login="bo")))
        rule(conn, held)
    row = waiting_order(stocked, browser, suppliers=suppliers)
    gate = Barrier(2)
    with stocked.connect() as conn:
        bo = person(conn, "bo")

    def press(_: int) -> bool:
        gate.wait(5)
        try:
            with stocked.begin() as conn:
                approval.approve(conn, row.id, bo, suppliers, NOW, seen=1)
        except approval.NotYours:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(press, range(2))) == [False, True]
    assert again(stocked, row).state is State.AWAITING_APPROVAL


def test_the_price_is_locked_shown_and_runs_out(
    browser: Browser, stocked: sa.Engine, suppliers: Any, clock: Any
) -> None:
    with stocked.begin() as conn:
        limit(conn)
    row = waiting_order(stocked, browser, suppliers=suppliers)
    first = several(stocked, suppliers=suppliers)[0]
    with stocked.begin() as conn:
        conn.execute(sa.update(articles).where(articles.c.id == first.id).values(price=first.price * 2))
    page = browser("anna").get(f"/orders/{row.number}").text
    assert "Pris i dag" in page
    assert "+100 %" in page
    assert "Priset är låst till" in page
    assert again(stocked, row).order == row.order, "the order keeps the price of the day it was placed"
    clock.pass_by(days=31)
    anna = browser("anna")
    assert "Priset är inte längre garanterat" in anna.get("/approvals").text
    answer = said_yes(anna, row, seen=1)
    assert answer.status_code == 422
    assert "Kryssa för att du godkänner ändå" in answer.text
    assert "Godkänd. Beställningen är på väg" in said_yes(anna, row, seen=1, price_confirmed="1").text
    assert again(stocked, row).order == row.order
    with stocked.connect() as conn:
        assert steps.of_order(conn, row).kept[0].price_confirmed


def test_many_are_approved_together_after_a_look(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    with stocked.begin() as conn:
        limit(conn)
    rows = [waiting_order(stocked, browser, many=2, suppliers=suppliers) for _ in range(3)]
    anna = browser("anna")
    asked = anna.get("/approvals/confirm", params={"order": [row.number for row in rows[:2]]}).text
    assert "Godkänn 2 beställningar" in asked
    assert rows[2].number not in asked
    given_orders = [f"{row.number} {row.version}" for row in rows[:2]] + ["26-999999 1", "nonsense"]
    page = send(anna, "/approvals/confirm", order=given_orders).text
    assert "2 beställningar godkända." in page
    assert "2 hade redan avgjorts eller ändrats." in page
    assert [again(stocked, row).state for row in rows] == [State.PLACED, State.PLACED, State.AWAITING_APPROVAL]
    assert anna.get("/approvals/confirm?order=" + rows[0].number).status_code == 200
    assert rows[2].number in anna.get("/approvals?q=" + rows[2].order.lines[0].item.name[:8]).text
    assert "Inget väntar på dig" in anna.get("/approvals?q=xylofon").text


def test_the_buyer_takes_it_back(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    with stocked.begin() as conn:
        limit(conn)
    row = waiting_order(stocked, browser, suppliers=suppliers)
    anna, kim = browser("anna"), browser("kim")
    assert send(anna, f"/orders/{row.number}/withdraw").status_code == 409
    page = send(kim, f"/orders/{row.number}/withdraw").text
    assert "Kim Exempel tog tillbaka beställningen" in page
    assert said_yes(anna, row).status_code == 409
    assert "ligger i korgen igen" in send(kim, f"/orders/{row.number}/rebuild").text


def test_what_the_unit_may_not_buy_is_not_ordered(browser: Browser, stocked: sa.Engine) -> None:
    kim, wanted = browser("kim"), several(stocked, 1)[0]
    page = fill(kim, wanted)
    with stocked.begin() as conn:
        block = {"category": wanted.category, "unit_id": UNIT, "reason": "Köps centralt"}
        conn.execute(category_blocks.insert().values(block))
    answer = place(kim, page)
    assert answer.status_code == 409
    assert f"{wanted.name} går inte att beställa: Din enhet får inte köpa" in answer.text
    assert numbers(stocked) == []


def test_nobody_left_is_told(browser: Browser, stocked: sa.Engine, suppliers: Any) -> None:
    with stocked.begin() as conn:
        limit(conn)
    row = waiting_order(stocked, browser, login="anna", suppliers=suppliers)
    anna = browser("anna")
    assert "Ingen kan ta det här steget nu" in anna.get(f"/orders/{row.number}").text
    assert "din egen" in anna.get("/approvals").text
    with stocked.begin() as conn:
        hire(conn, "bo", unit=UNIT)
    assert "Godkänd" in said_yes(browser("bo", unit=None), row).text


def rule_fields(**more: str) -> dict[str, str]:
    own = {"version": "0", "name": "IT över 10 000", "above": "10 000,00", "category": "it", "step1-name": "IT"}
    return own | {"step1-people": "anna", "step2-name": "Attestant", "step2-role": "approver"} | more


def test_rules_are_written_tried_and_undone_on_the_page(browser: Browser, stocked: sa.Engine) -> None:
    cleo = browser("cleo", unit=None)
    assert browser("kim").get("/approvals/rules").status_code == 403
    for wrong, said in (
        ({"name": ""}, "Ge regeln ett namn"),
        ({"above": "-1"}, "Skriv ett belopp"),
        ({"above": "1e99"}, "Skriv ett belopp"),
        ({"category": "hästar"}, "Välj en kategori"),
        ({"unspsc": "43", "category": "it"}, "inte båda"),
        ({"unit": "unit-9999"}, "Välj en enhet"),
        ({"step1-people": "kim"}, "har rollen attestant"),
        ({"step1-people": "", "step1-role": ""}, "Välj en roll"),
        ({"step1-name": "", "step1-people": "", "step2-name": "", "step2-role": ""}, "minst ett steg"),
    ):
        answer = send(cleo, "/approvals/rules/edit", **rule_fields(**wrong))
        assert answer.status_code == 422, wrong
        assert said in answer.text, wrong
    assert "Sparat" in send(cleo, "/approvals/rules/edit", **rule_fields()).text
    late = send(cleo, "/approvals/rules/edit", **rule_fields(name="Annan"))
    assert late.status_code == 409, "another version holds"
    tried = cleo.get("/approvals/rules?amount=12000&category=it&unit=unit-0001").text
    assert "tar de här stegen" in tried
    assert "Anna Exempel" in tried
    assert "behöver inget godkännande" in cleo.get("/approvals/rules?amount=100&category=it&unit=unit-0001").text
    assert "Skriv ett belopp" in cleo.get("/approvals/rules?amount=x&unit=unit-0001").text
    with stocked.connect() as conn:
        version, held = policy.current(conn)
    (made,) = held.rules
    assert (made.above, [need.place for need in made.steps]) == (Decimal(10_000), [1, 2])
    assert "IT över 10 000" in cleo.get(f"/approvals/rules/edit?rule={made.id}").text
    assert cleo.get("/approvals/rules/edit?rule=nothing").status_code == 404
    send(cleo, "/approvals/rules/remove", rule=made.id, version=version)
    assert send(cleo, "/approvals/rules/back", to=99).status_code == 404
    page = send(cleo, "/approvals/rules/back", to=version).text
    assert "Gick tillbaka till version 1" in page
    with stocked.connect() as conn:
        assert policy.current(conn) == (3, held)


def test_roles_and_days_on_the_page(browser: Browser, stocked: sa.Engine) -> None:
    cleo = browser("cleo", unit=None)
    give = {"version": 0, "role": "IT", "login": "anna", "where": "d:utbildning"}
    for wrong in ({"login": "kim"}, {"role": ""}, {"role": "approver"}, {"where": "u:unit-9999"}, {"where": "x:y"}):
        assert send(cleo, "/approvals/rules/holders", **give | wrong).status_code == 422, wrong
    assert "Utbildningsförvaltningen" in send(cleo, "/approvals/rules/holders", **give).text
    days = {"version": 1, "lock_days": "10", "remind_after": "1", "escalate_after": "3"}
    for wrong in ({"lock_days": "0"}, {"lock_days": "-1"}, {"remind_after": "1000000000"}, {"escalate_after": "två"}):
        assert send(cleo, "/approvals/rules/days", **days | wrong).status_code == 422, wrong
    assert "Sparat" in send(cleo, "/approvals/rules/days", **days).text
    with stocked.connect() as conn:
        version, held = policy.current(conn)
    assert (version, held.lock_days, held.holders[0].department_id) == (2, 10, "utbildning")
    assert send(cleo, "/approvals/rules/holders/remove", version=1, number=0).status_code == 409
    assert send(cleo, "/approvals/rules/holders/remove", version=2, number=5).status_code == 404
    assert "Sparat" in send(cleo, "/approvals/rules/holders/remove", version=2, number=0).text


def test_the_basket_says_what_must_be_approved(browser: Browser, stocked: sa.Engine) -> None:
    with stocked.begin() as conn:
        hire(conn, "bo", "eva")
        rule(conn, TWO_STEPS)
        limit(conn, None)
    kim = browser("kim")
    page = fill(kim, pick(stocked))
    assert "Det här måste godkännas" in page
    assert "<b>IT</b>" in page
    assert "<b>Chef</b>" in page
    send(kim, "/basket/lines/1/remove")
    assert field(page, "basket_id")
    with stocked.connect() as conn:
        assert book.recent(conn) == []
