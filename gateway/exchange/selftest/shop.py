"""The step that goes to a supplier's own shop: a marked visit is asked for, and nobody goes there."""

from __future__ import annotations

from typing import Final

import httpx
import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange.punchout import opening, visits
from gateway.exchange.punchout.opening import Errand, House
from gateway.exchange.punchout.visits import State
from gateway.exchange.selftest.record import Step
from gateway.exchange.selftest.tools import Tools
from gateway.findings import Finding
from gateway.model.basket import Traveller
from gateway.suppliers.supplier import Supplier
from gateway.transports.http import ask
from gateway.transports.punchout import CxmlShop

NAME: Final = "shop"
_NOBODY: Final = Traveller(id="selftest", name="TEST – leverera inte")
# Nobody comes back from a visit that nobody made; the name can belong to no one (RFC 2606).
_SITE: Final = "https://selftest.invalid"
_SECONDS: Final = 15.0


def step_of(tools: Tools, supplier: Supplier) -> Step:
    """Whether its shop would let somebody in. Of shops that the browser logs in to, only that they answer is seen."""
    now = tools.office.clock()
    if not supplier.punchout or supplier.shop is None:
        return Step(step=NAME, good=None, evidence="it has no shop of its own that we know", at=now)
    if isinstance(supplier.shop, CxmlShop):
        return _asked(tools, supplier)
    return _answers(tools, supplier)


def _asked(tools: Tools, supplier: Supplier) -> Step:
    """A cXML visit, said to be a test; the address that it names is looked at and not opened."""
    office = tools.office
    marked = replace(supplier, shop=replace(supplier.shop, mode="test"))
    errand = Errand(supplier=marked, person="selftest", traveller=_NOBODY, unit_id="", site=_SITE, test=True)
    house = House(engine=office.engine, dialects=office.dialects, org_number=office.settings.municipality.org_number)
    visit_id, now = opening.start(house, errand, office.clock()), office.clock()
    with office.engine.begin() as conn:
        visit = visits.get(conn, visit_id)
        assert visit is not None
        if visit.state is not State.READY:
            why = visit.cause or "the shop let nobody in"
            return Step(step=NAME, good=False, evidence=why, at=now, findings=tuple(visit.remarks))
        host = _host(conn, visit_id)
        visits.settle(conn, visit_id, [State.READY], State.DECLINED, now, cause="a self-test: nobody goes there")
    return Step(step=NAME, good=True, evidence=f"the shop lets us in, at {host}", at=now)


def _host(conn: sa.Connection, visit_id: object) -> str:
    return httpx.URL(opening.start_page(conn, visit_id)).host  # type: ignore[arg-type]


def _answers(tools: Tools, supplier: Supplier) -> Step:
    url, now = supplier.shop.url, tools.office.clock()
    try:
        with httpx.Client() as client:
            answer = ask(client, "GET", url, seconds=_SECONDS)
    except (httpx.HTTPError, OSError) as error:
        why = f"the shop cannot be reached: {type(error).__name__}"
        finding = Finding(rule="punchout-shop-away", message=f"the shop could not be asked: {error}")
        return Step(step=NAME, good=False, evidence=why, at=now, findings=(finding,))
    if answer.status >= 500:
        return Step(step=NAME, good=False, evidence=f"the shop answers with status {answer.status}", at=now)
    return Step(step=NAME, good=True, evidence="the shop answers; the browser itself logs in there", at=now)
