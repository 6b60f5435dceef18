"""cXML that is hostile is refused by every door that takes it, within bounds, in a child process."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import pytest

from gateway.findings import Rejected
from gateway.formats import load_dialects
from gateway.formats.bare import bare
from gateway.formats.cxml import multipart
from gateway.formats.cxml.blanking import blanked
from gateway.formats.cxml.envelope import opened, status_of
from gateway.formats.cxml.verbatim import details
from gateway.formats.form.posted import posted
from gateway.rules.dtd.declared import declared
from gateway.rules.dtd.walk import Dtd
from gateway.rules.judge import Rules
from gateway.rules.pool import Pool
from gateway.xml import parse
from tests.data import mapping_texts, shared
from tests.formats.bounded import survived
from tests.formats.hostile_cxml import CXML, WELL_FORMED

SECONDS, MEGABYTES = 15, 600
DIALECT = load_dialects(mapping_texts())["cxml"]
CART = DIALECT.codec("PunchOutBasket")
IN_A_FIELD = "posted in a field"
FORM = "application/x-www-form-urlencoded"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="bounds are set as Linux has them")]


def as_raw_body(raw: bytes) -> None:
    DIALECT.read(posted("cxml", "text/xml", raw), "in/bad")


def as_field(raw: bytes) -> None:
    """As a browser posts it; what it declares of its encoding counts for nothing there."""
    value = raw[: 2**25]
    for sign in (b"%", b"&", b"+", b";", b"="):
        value = value.replace(sign, b"%%%02X" % sign[0])
    DIALECT.read(posted("cxml", FORM, b"cxml-urlencoded=" + value), "in/bad")


def as_base64(raw: bytes) -> None:
    value = base64.b64encode(raw[: 2**25])
    DIALECT.read(posted("cxml", FORM, b"cXML-Base64=" + value.replace(b"+", b"%2B")), "in/bad")


def as_whole(raw: bytes) -> None:
    """With files beside it, as the door of the suppliers takes it."""
    around = b"--b\r\nContent-Type: text/xml\r\n\r\n" + raw[: 2**25] + b"\r\n--b--\r\n"
    whole = multipart.received("multipart/related; boundary=b", around)
    opened(multipart.taken_apart(whole, "in/bad")[0], "in/bad")


DOORS = {
    "opened": lambda raw: opened(raw, "in/bad"),
    "status_of": lambda raw: status_of(raw, "in/bad"),
    "blanked": lambda raw: blanked(raw, "in/bad"),
    "bare": lambda raw: opened(bare(raw), "in/bad"),
    "read": lambda raw: DIALECT.read(raw, "in/bad"),
    "read as a cart": lambda raw: DIALECT.read(raw, "in/bad", "PunchOutBasket"),
    "posted": as_raw_body,
    IN_A_FIELD: as_field,
    "posted in base64": as_base64,
    "with files": as_whole,
}


def content(raw: bytes) -> str:
    """ "refused", or which doors were content."""
    open_ones = []
    for name, door in DOORS.items():
        try:
            door(raw)
            open_ones.append(name)
        except Rejected as rejected:
            assert 0 < len(rejected.findings) < 1000
    findings = CART.check(raw, "in/bad")
    if not any(finding.fatal for finding in findings) or len(findings) > 1000:
        open_ones.append("check")
    if open_ones == [IN_A_FIELD] and raw.startswith(b'<?xml version="1.0" encoding="x-none"'):
        return "refused"  # there the form's own encoding counts, and what it says is good
    return ", ".join(open_ones) or "refused"


@pytest.mark.parametrize("name", CXML)
def test_it_is_refused_by_every_door_within_bounds(name):
    raw = CXML[name]()
    assert survived(lambda: content(raw), SECONDS * 2, MEGABYTES) == "refused"


@pytest.mark.parametrize("name", CXML)
def test_the_rules_refuse_it_before_any_worker_sees_it(tmp_path, name):
    from datetime import date

    raw = CXML[name]()
    with Pool() as pool:

        def judged() -> str:
            verdicts = Rules(tmp_path, pool).judge(raw, day=date(2026, 5, 15))
            return f"{len(verdicts)} {all(verdict.fatal for verdict in verdicts)} {pool.workers()}"

        assert survived(judged, SECONDS, MEGABYTES) == "1 True {}"


@pytest.mark.parametrize("name", WELL_FORMED)
def test_what_is_well_formed_is_read_or_refused_and_judged_within_bounds(name):
    raw = WELL_FORMED[name]()
    path = shared("cxml-1.2.071/cXML.dtd")

    def all_of_it() -> str:
        findings = CART.check(raw, "in/much")
        told = Dtd(declared(Path(path).read_bytes(), "cXML.dtd")).check(parse(raw, doctype=True))
        try:
            DIALECT.read(raw, "in/much")
        except Rejected as rejected:
            assert len(rejected.findings) < 1500
        details(raw)
        return f"{len(findings) < 1500} {len(told) < 30}"

    assert survived(all_of_it, SECONDS * 2, MEGABYTES) == "True True"
