"""The pages of insight on the real database: figures, files, choices, who sees what."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from gateway.settings import EXAMPLE
from gateway.suppliers.supplier import Suppliers
from shop.insight import direct, filling, goal, settling, shown, working
from shop.insight.demo import invent_purchases
from shop.insight.samples import Ware, as_sie, entries, org_number
from shop.insight.tables import ledger_lines, ledger_sums, ledgers, purchases
from shop.tables import unit_members, units
from tests.shop.conftest import NOW, send
from web.tables import users

PAGES = (
    "",
    "/compliance",
    "/spend",
    "/prices",
    "/punctuality",
    "/beside",
    "/direct",
    "/limits",
    "/ledgers",
    "/purchases",
)


@pytest.fixture
def bought(stocked: sa.Engine, suppliers: Suppliers) -> sa.Engine:
    """The demo's year of purchases, read, and its ledger, matched."""
    with stocked.begin() as conn:
        assert invent_purchases(conn, suppliers, EXAMPLE, NOW, orders=160, ledger_rows=160) > 100
    filling.rebuild(stocked, suppliers, NOW)
    assert working.work(stocked, suppliers, NOW) == 1
    return stocked


Browser = Callable[..., TestClient]


def figure_of(page: str, caption: str) -> list[list[str]]:
    """The rows of a page's table, as text."""
    table = page.split(f">{caption}</caption>", 1)[1].split("</table>", 1)[0].split("<tbody>", 1)[1]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.S) for row in table.split("</tr>")]
    return [[re.sub(r"<[^>]+>", "", cell).replace("\xa0", " ").strip() for cell in row] for row in rows if row]


def rows_of(answer: Any) -> list[dict[str, str]]:
    """A CSV answer."""
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_every_page_shows_its_figures_and_teaches_where_there_are_none(browser: Browser, bought: sa.Engine) -> None:
    client = browser("cleo", None)
    for path in PAGES:
        answer = client.get(f"/insight{path}")
        assert answer.status_code == 200, path
        assert "<h1>" in answer.text
        nothing = client.get(f"/insight{path}", params={"period": "2019"})
        assert nothing.status_code == 200, path
        assert "style=" not in answer.text, "the policy refuses inline style"
    assert "Så räknar vi" in client.get("/insight/compliance").text
    assert "Inga inköp med de här valen" in client.get("/insight/spend?period=2019").text
    client.post("/language", data={"language": "en", "next": "/", "csrf": token(client)})
    assert "How we count" in client.get("/insight/compliance").text


def token(client: TestClient) -> str:
    return client.get("/insight").text.split('name="csrf" value="', 1)[1].split('"', 1)[0]


def test_page_file_and_lines_behind_agree(browser: Browser, bought: sa.Engine) -> None:
    client = browser("cleo", None)
    file = rows_of(client.get("/insight/compliance?table=compliance-months"))
    lines = rows_of(client.get("/insight/purchases?table=purchases"))
    assert len(file) == 12
    for standing, heading in (("På avtal", "På avtal"), ("Vid sidan av avtal", "Vid sidan av avtal")):
        want = sum(Decimal(row["Exkl. moms"].replace(",", ".")) for row in lines if row["Läge"] == standing)
        assert sum(Decimal(row[heading].replace(",", ".")) for row in file) == want
    shown = figure_of(client.get("/insight/compliance").text, "Månad för månad")
    first = Decimal(file[0]["På avtal"].replace(",", "."))
    assert shown[0][1] == f"{round(first):,} kr".replace(",", " ")


def test_choices_narrow_and_lead_on(browser: Browser, bought: sa.Engine) -> None:
    client = browser("cleo", None)
    departments = rows_of(client.get("/insight/spend?table=spend-departments"))
    whole = sum(Decimal(row["Perioden"].replace(",", ".")) for row in departments)
    one = rows_of(client.get("/insight/spend?table=spend-departments&department=utbildning"))
    assert [row["Förvaltning"] for row in one] == ["Utbildningsförvaltningen"]
    assert 0 < Decimal(one[0]["Perioden"].replace(",", ".")) < whole
    suppliers = rows_of(client.get("/insight/spend?table=spend-suppliers"))
    by_name = client.get(
        "/insight/spend", params={"supplier": suppliers[0]["Leverantör"][:14], "table": "spend-suppliers"}
    )
    assert [row["Leverantör"] for row in rows_of(by_name)] == [suppliers[0]["Leverantör"]], "suppliers go by name too"
    page = client.get("/insight/spend").text
    link = re.search(r'href="(/insight/purchases\?supplier=[^"]+)"', page)
    assert link is not None
    behind = client.get(link[1].replace("&amp;", "&")).text
    number = re.search(r'href="(/orders/\d\d-\d+)"', behind)
    assert number is not None
    assert client.get(number[1]).status_code == 200, "a controller may read the order behind the figure"


def test_an_approver_sees_their_units_and_no_ledgers(browser: Browser, bought: sa.Engine) -> None:
    with bought.begin() as conn:
        anna = conn.execute(sa.select(users.c.id).where(users.c.login == "anna")).scalar_one()
        away = (unit_members.c.user_id == anna) & (unit_members.c.unit_id != "unit-0002")
        conn.execute(unit_members.delete().where(away & (unit_members.c.role == "approver")))
        name = conn.execute(sa.select(units.c.name).where(units.c.id == "unit-0002")).scalar_one()
    client = browser("anna", None)
    shown = rows_of(client.get("/insight/compliance?table=compliance-units"))
    assert [row["Enhet"] for row in shown] == [name]
    assert {row["Enhet"] for row in rows_of(client.get("/insight/purchases?table=purchases"))} == {name}
    assert client.get("/insight/compliance?unit=unit-0003").text.count("/insight/purchases?") == 0
    for path in ("/insight/beside", "/insight/direct", "/insight/limits", "/insight/ledgers"):
        assert client.get(path).status_code == 403
    assert browser("kim").get("/insight").status_code == 403


def test_rows_that_pay_orders_are_not_beside_the_contract(bought: sa.Engine) -> None:
    with bought.begin() as conn:
        fates = dict(conn.execute(sa.select(ledger_lines.c.fate, sa.func.count()).group_by(ledger_lines.c.fate)).all())  # type: ignore[arg-type]
        paid = conn.execute(sa.select(ledger_lines).where(ledger_lines.c.text.like("Faktura order%"))).all()
        assert fates["shop"] >= len(paid) > 0
        assert {row.text.removeprefix("Faktura order ") for row in paid} == {row.order_number for row in paid}
        net = sa.select(sa.func.sum(purchases.c.net)).where(purchases.c.number == paid[0].order_number)
        assert abs(conn.execute(net).scalar_one() - paid[0].amount) <= max(5, paid[0].amount / 100)


def test_a_decision_counts_is_remembered_and_undone(browser: Browser, bought: sa.Engine, suppliers: Suppliers) -> None:
    client = browser("pia", None)
    with bought.begin() as conn:
        ledger = conn.execute(sa.select(ledgers.c.id)).scalar_one()
        here = (ledger_lines.c.fate == "beside") & (ledger_lines.c.difference > 0)
        row = conn.execute(sa.select(ledger_lines).where(here).order_by(ledger_lines.c.difference.desc())).first()
        assert row is not None
        before = saving(conn, row.key)
    choice = {"supplier": row.supplier, "text": row.text}
    answer = send(client, f"/insight/ledgers/{ledger}/decide", what="rejected", **choice)
    assert "Det minns vi till nästa reskontra" in answer.text
    with bought.begin() as conn:
        assert saving(conn, row.key) is None
        conn.execute(ledgers.update().values(state="waiting"))
    assert working.work(bought, suppliers, NOW) == 1
    with bought.begin() as conn:
        again = conn.execute(sa.select(ledger_lines.c.decided).where(ledger_lines.c.key == row.key).distinct()).all()
        assert [one[0] for one in again] == ["rejected"]
    send(client, f"/insight/ledgers/{ledger}/decide", what="undo", **choice)
    with bought.begin() as conn:
        assert saving(conn, row.key) == before
        check_sums(conn)
        other = conn.execute(sa.text("SELECT id FROM articles WHERE contract IS NOT NULL LIMIT 1")).scalar_one()
    changed = send(client, f"/insight/ledgers/{ledger}/change", article=str(other), **choice)
    assert "ändrad för hand" in changed.text
    send(client, f"/insight/ledgers/{ledger}/decide", what="undo", **choice)
    with bought.begin() as conn:
        assert saving(conn, row.key) == before
    assert send(client, f"/insight/ledgers/{ledger}/decide", what="nonsense", **choice).status_code == 400
    assert send(client, f"/insight/ledgers/{ledger}/change", article="999999999", **choice).status_code == 404


def check_sums(conn: sa.Connection) -> None:
    """What is kept by month is what the lines say."""
    names = ("amount", "difference")
    lines = conn.execute(sa.select(sa.func.count(), *(sa.func.sum(ledger_lines.c[name]) for name in names))).one()
    kept = conn.execute(sa.select(*(sa.func.sum(ledger_sums.c[name]) for name in ("rows", *names)))).one()
    assert tuple(lines) == tuple(kept)


def saving(conn: sa.Connection, key: str) -> Decimal | None:
    """What the rows of a supplier and text would have saved; None: nothing would have served them."""
    total = sa.func.sum(sa.func.greatest(ledger_lines.c.difference, 0)).filter(ledger_lines.c.fate == "beside")
    found: Decimal | None = conn.execute(sa.select(total).where(ledger_lines.c.key == key)).scalar_one()
    return found


def test_a_whole_supplier_is_rejected_at_once(browser: Browser, bought: sa.Engine) -> None:
    client = browser("pia", None)
    with bought.begin() as conn:
        ledger = conn.execute(sa.select(ledgers.c.id)).scalar_one()
        name = conn.execute(sa.select(ledger_lines.c.supplier).where(ledger_lines.c.fate == "beside")).scalars().first()
    send(client, f"/insight/ledgers/{ledger}/decide", supplier=name, text="", what="rejected")
    with bought.begin() as conn:
        its = (ledger_lines.c.supplier == name) & (ledger_lines.c.fate == "beside")
        assert conn.scalar(sa.select(sa.func.count()).select_from(ledger_lines).where(its)) == 0


def test_a_price_difference_is_the_same_quantity_at_the_contracts_price(bought: sa.Engine) -> None:
    with bought.begin() as conn:
        rows = conn.execute(
            sa.text(
                "SELECT l.amount, l.quantity, l.difference, a.price FROM ledger_lines l"
                " JOIN articles a ON a.id = l.article_id WHERE l.way = 'price'"
            )
        ).all()
        assert len(rows) > 10
        for row in rows:
            assert abs(row.difference - (row.amount - row.quantity * row.price)) <= Decimal("0.01")
        shares = settling.measured(conn)
        mean = conn.execute(sa.select(ledger_lines).where(ledger_lines.c.way == "mean")).all()
        assert mean, "rows without a quantity are counted by the mean"
        for row in mean:
            share = shares.get(row.category, shares[None])
            assert abs(row.difference - row.amount * share) <= Decimal("0.01")


def test_a_sie_file_goes_the_whole_way(browser: Browser, bought: sa.Engine, suppliers: Suppliers) -> None:
    client = browser("cleo", None)
    with bought.begin() as conn:
        sold = conn.execute(
            sa.text("SELECT name, price FROM articles WHERE contract IS NOT NULL ORDER BY id LIMIT 5")
        ).all()
    wares = [Ware("Nätprylar Fabelsund AB", org_number(2), row.name, row.price) for row in sold]
    file = as_sie(list(entries(wares, 30, NOW.date().replace(day=1), 15, seed=5)))
    page = upload(client, "huvudbok.se", file)
    assert "Hur ska filen läsas?" in page.text
    address = str(page.url.path)
    assert upload(client, "igen.se", file).url.path == address, "the same file is there once"
    send(client, f"{address}/read", accounts="4, 6, 7", encoding="cp437")
    assert "Väntar på sin tur" in client.get(address).text
    assert working.work(bought, suppliers, NOW) == 1
    done = client.get(address).text
    assert "Matchad" in done
    with bought.begin() as conn:
        ledger = conn.execute(sa.select(ledgers).where(ledgers.c.kind == "sie")).one()
        assert (ledger.rows, ledger.skipped, ledger.state) == (30, 0, "done")
    assert "Reskontran är borttagen" in send(client, f"{address}/remove", sure="yes").text
    assert client.get(address).status_code == 404


def upload(client: TestClient, name: str, file: bytes) -> Any:
    return client.post("/insight/ledgers", data={"csrf": token(client)}, files={"file": (name, file)})


def test_files_that_are_none_are_said(browser: Browser, bought: sa.Engine, suppliers: Suppliers) -> None:
    client = browser("cleo", None)
    assert upload(client, "tom.csv", b"").status_code == 422
    assert client.post("/insight/ledgers", data={"csrf": token(client)}).status_code == 422
    page = upload(client, "bild.png", bytes(range(256)) * 50)
    address = page.url.path
    assert send(client, f"{address}/read").status_code == 422
    answer = send(client, f"{address}/read", day="0", supplier="0", net="0", vat="999")
    assert answer.status_code == 422
    assert send(client, f"{address}/read", day="0", supplier="0", net="0", vat="25").status_code == 200
    assert working.work(bought, suppliers, NOW) == 1
    assert "Ingen rad var ett inköp" in client.get(address).text


def test_goal_and_limits_are_set_and_bad_ones_refused(browser: Browser, bought: sa.Engine) -> None:
    client = browser("cleo", None)
    for amount in ("0", "-5", "mycket", "", "1e9"):
        assert send(client, "/insight/goal", amount=amount, year="2026").status_code == 422
    assert "Målet är satt" in send(client, "/insight/goal", amount="12 000 000", year="2026").text
    assert "12\xa0000\xa0000\xa0kr" in client.get("/insight/beside").text
    bad = {"valid_from": "igår", "most": "-1", "documented": "0", "warned": "101"}
    refused = send(client, "/insight/limits", **bad)
    assert refused.status_code == 422
    assert refused.text.count('class="error"') == 4
    good = {"valid_from": "2026-01-01", "most": "1000", "documented": "500", "warned": "80"}
    assert "Gränsen är inlagd" in send(client, "/insight/limits", **good).text
    assert "Över gränsen" in client.get("/insight/direct").text
    assert "700\xa0000" in client.get("/insight/direct?period=2025").text, "another year, another limit"
    assert "Gränsen är borttagen" in send(client, "/insight/limits/remove", valid_from="2026-01-01").text


def test_verdicts() -> None:
    limit = direct.FIRST
    sums = {
        "99999.99": "under",
        "100000": "noted",
        "559999": "noted",
        "560000": "near",
        "700000": "near",
        "700000.01": "over",
    }
    assert {amount: limit.verdict(Decimal(amount)) for amount in sums} == sums
    later = direct.Limit(valid_from=date(2027, 1, 1), most=Decimal(1), documented=Decimal(1))
    assert direct.limit_on([later, limit], date(2026, 12, 31)) == limit
    assert direct.limit_on([later, limit], date(2027, 1, 1)) == later


def test_the_goals_pace() -> None:
    months = (goal.Month(date(2026, 1, 1), Decimal(100), Decimal(10)),)
    half = goal.Standing(2026, Decimal(1000), months, date(2026, 7, 2))
    assert (half.saved, half.missed, half.remains) == (100, 10, 900)
    assert half.expected == (Decimal(1000) * 183 / 365).quantize(Decimal("0.01"))
    assert half.forecast == (Decimal(100) * 365 / 183).quantize(Decimal("0.01"))
    assert goal.Standing(2027, Decimal(1000), (), date(2026, 7, 2)).forecast is None


def test_a_cell_that_would_run_in_a_spreadsheet_is_disarmed() -> None:
    assert [shown._plain(text) for text in ("=1+1", "@x", "ok", "-")] == ["'=1+1", "'@x", "ok", "'-"]
    assert shown._plain(Decimal("-1.50")) == "-1,5"


def test_a_worker_that_was_killed_leaves_its_ledger_to_the_next(bought: sa.Engine, suppliers: Suppliers) -> None:
    with bought.begin() as conn:
        long_ago = sa.func.now() - sa.text("interval '1 hour'")
        conn.execute(ledgers.update().values(state="reading", claim=sa.func.gen_random_uuid(), claimed_until=long_ago))
        count = conn.scalar(sa.select(sa.func.count()).select_from(ledger_lines))
    assert working.work(bought, suppliers, NOW) == 1
    with bought.begin() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(ledger_lines)) == count
        conn.execute(
            ledgers.update().values(state="reading", claimed_until=sa.func.now() + sa.text("interval '1 hour'"))
        )
    assert working.work(bought, suppliers, NOW) == 0, "somebody works on it"
