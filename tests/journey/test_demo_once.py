"""The whole way through real processes: database, pages, worker and suppliers, without a person."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from gateway.formats import load_dialects
from gateway.mapping.table import leaves
from gateway.settings import REPOSITORY
from gateway.suppliers.load import load
from gateway.transports import TRANSPORTS
from shop.goods import GOODS
from tests.data import mapping_texts

pytestmark = pytest.mark.slow
UNITS = {("lines", "quantity"), ("lines", "unit")}
SMALL = ("--suppliers", "240", "--units", "30", "--articles", "4000")


def avrop(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AVROP_")}
    return subprocess.run(
        [sys.executable, "-m", "gateway.cli", *arguments],
        env=environ | {"AVROP_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )


@pytest.mark.always
def test_twenty_five_orders_end_where_they_must(tmp_path):
    played = avrop(tmp_path, "demo", "--once", *SMALL, "--json")
    assert played.returncode == 0, played.stdout[-3000:] + played.stderr[-3000:]
    told = json.loads(played.stdout)
    assert told["good"]
    assert told["problems"] == []
    assert len(told["orders"]) == 25
    assert {order["transport"] for order in told["orders"]} == {"access_point", "sftp", "email", "cxml", "portal"}
    assert {visit["kind"] for visit in told["visits"]} == {"cxml", "oci", "peppol"}
    assert {(visit["state"], visit["lines"]) for visit in told["visits"]} == {("added", 3)}
    by_cxml = [order for order in told["orders"] if order["dialect"] == "cxml"]
    assert {"accept", "accept_with_changes"} <= {order["behaviour"] for order in by_cxml}
    assert len({order["dialect"] for order in told["orders"]}) >= 4
    assert {order["state"] for order in told["orders"]} == {"delivered", "rejected", "sent"}
    first = next(one for one in told["orders"] if one["state"] == "delivered" and one["transport"] == "sftp")
    events = [step["event"] for step in first["way"]]
    assert [event for event in events if event in {"placed", "sent", "despatched", "at_hub", "out", "delivered"}] == [
        "placed", "sent", *["despatched"] * events.count("despatched"), "at_hub", "out", "delivered",
    ]  # fmt: skip
    assert not list(tmp_path.glob("once-*")), "the journey left its home behind"
    left = [
        one.info["cmdline"] for one in psutil.process_iter(["cmdline"]) if str(tmp_path) in str(one.info["cmdline"])
    ]
    assert left == [], "the journey left a process behind"


def test_every_article_can_be_ordered_in_its_suppliers_own_unit_codes():
    dialects = load_dialects(mapping_texts())
    suppliers = load(
        (REPOSITORY / "suppliers.yaml").read_text(encoding="utf-8"), "suppliers.yaml", TRANSPORTS, dialects
    )
    units = {goods.unit for category in GOODS.values() for goods in category}
    for name in {supplier.dialect for supplier in suppliers if not supplier.by_hand}:
        lines = leaves(dialects[name].codec("Order").table.root)
        known = next(leaf.codes.to_wire for term, leaf in lines if term[:2] in UNITS and leaf.codes)
        assert units - set(known) == set(), name
