"""The self-test's step to a supplier's own shop: let in, refused, gone, and shops that the browser logs in to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.exchange.punchout import visits
from gateway.exchange.punchout.visits import State
from gateway.exchange.selftest.connection import steps_of
from gateway.exchange.selftest.record import Step
from gateway.exchange.tables import messages
from gateway.suppliers.supplier import Supplier
from gateway.transports.punchout import CxmlShop, OciShop
from gateway.wording import explain
from tests.exchange.desk import supplier
from tests.selftest.house import tools
from tests.shop.supplier_page import SECRET, Page, responded, supplier_page
from tests.transports.servers import nobody


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    monkeypatch.setenv("AVROP_TEST_PUNCHOUT", SECRET)
    with supplier_page() as page:
        yield page


def with_cxml(root: Path, address: str) -> Supplier:
    who = {"ours": "DUNS:777", "theirs": "DUNS:555", "secret": "env:AVROP_TEST_PUNCHOUT"}
    return supplier(root, punchout="cxml", shop=CxmlShop(url=f"{address}/setup", **who))


def step(engine: sa.Engine, seller: Supplier) -> Step:
    (found,) = steps_of(tools(engine, seller), seller, ["shop"])
    assert found.step == "shop"
    return found


def test_a_shop_lets_a_marked_visit_in_and_nobody_goes(engine: sa.Engine, shop: Page, tmp_path: Path) -> None:
    found = step(engine, with_cxml(tmp_path, shop.address))
    assert (found.good, found.evidence) == (True, "the shop lets us in, at 127.0.0.1")
    with engine.connect() as conn:
        (visit,) = visits.recent(conn)
        asked = conn.execute(sa.select(messages.c.raw).where(messages.c.direction == "out")).scalar_one()
    with engine.connect() as conn:
        assert set(conn.scalars(sa.select(messages.c.test).where(messages.c.punchout_id == visit.id))) == {True}
    assert (visit.state, visit.test) == (State.DECLINED, True)
    assert b'deploymentMode="test"' in bytes(asked)
    assert b"selftest.invalid" in bytes(asked)
    assert SECRET.encode() not in bytes(asked)


def test_a_shop_that_says_no_is_told_with_its_words(engine: sa.Engine, shop: Page, tmp_path: Path) -> None:
    shop.answer = lambda _: responded("401", "Unauthorized", "Fel lösenord")
    found = step(engine, with_cxml(tmp_path, shop.address))
    assert found.good is False
    assert "401" in found.evidence
    assert found.findings
    assert explain(found.findings[0], "sv").todo


def test_a_shop_that_is_gone_is_told(engine: sa.Engine, shop: Page, tmp_path: Path) -> None:
    found = step(engine, with_cxml(tmp_path, f"http://127.0.0.1:{nobody()}"))
    assert found.good is False
    assert "the shop could not be asked" in found.evidence


def test_of_a_shop_that_the_browser_logs_in_to_only_the_answer_is_seen(
    engine: sa.Engine, shop: Page, tmp_path: Path
) -> None:
    here = supplier(tmp_path, punchout="oci", shop=OciShop(url=f"{shop.address}/oci"))
    assert step(engine, here).good is True
    gone = supplier(tmp_path, punchout="oci", shop=OciShop(url=f"http://127.0.0.1:{nobody()}/oci"))
    found = step(engine, gone)
    assert found.good is False
    assert explain(found.findings[0], "sv").todo


def test_most_have_no_shop(engine: sa.Engine, tmp_path: Path) -> None:
    assert step(engine, supplier(tmp_path)).good is None
