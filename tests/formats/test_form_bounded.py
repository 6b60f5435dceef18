"""Forms that are hostile by their size are read or refused within bounds on processor time and memory."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable
from urllib.parse import quote_plus

import pytest

from gateway.findings import Rejected
from gateway.formats import load_dialects
from gateway.formats.form.posted import posted
from tests.data import mapping_texts
from tests.formats.bounded import survived

SECONDS, MEGABYTES = 20, 600
OCI = load_dialects(mapping_texts())["oci"]
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
SIZE = 19_000_000
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="bounds are set as Linux has them")]

FORMS: dict[str, Callable[[], tuple[str, bytes]]] = {
    "a name of blanks": lambda: (FORM, b"NEW_ITEM-" + b"+" * SIZE + b"x[1]=1"),
    "a name of brackets": lambda: (FORM, b"[" * SIZE + b"=1"),
    "a name of indexes": lambda: (FORM, b"[1]" * (SIZE // 3) + b"=1"),
    "a unit of 19 MB": lambda: (FORM, b"NEW_ITEM-UNIT[1]=" + b"x" * SIZE),
    "a number of 19 MB": lambda: (FORM, b"NEW_ITEM-PRICE[1]=" + b"9" * SIZE),
    "a text of percent signs": lambda: (FORM, b"NEW_ITEM-UNIT[1]=" + b"%" * SIZE),
    "a text of references": lambda: (FORM, b"NEW_ITEM-UNIT[1]=" + b"%26%2365%3B" * (SIZE // 11)),
    "200,000 lines": lambda: (FORM, b"&".join(b"NEW_ITEM-UNIT[%d]=x" % number for number in range(99_999))),
    "one field 200,000 times": lambda: (FORM, b"&".join([b"NEW_ITEM-UNIT[1]=x"] * 199_999)),
    "200,000 unknown fields": lambda: (
        FORM,
        b"NEW_ITEM-UNIT[1]=x&" + b"&".join(b"f%d=x" % number for number in range(199_990)),
    ),
    "half a form": lambda: (PARTS, b"--b\r\nContent-Disposition: form-data; name=" + b'"' * SIZE),
    "parts without end": lambda: (PARTS, b"\r\n--b" * 150_000),
    "a declaration of blanks": lambda: (FORM, b"cxml-urlencoded=<?xml" + b"+" * SIZE),
    "base64 of 19 MB": lambda: (FORM, b"cxml-base64=" + quote_plus(base64.b64encode(bytes(SIZE // 2))).encode()),
}


def told(media_type: str, body: bytes) -> str:
    """ "bounded" for a short answer of any kind at each door."""
    for kind in ("oci", "cxml", "peppol"):
        try:
            document = posted(kind, media_type, body)
            if kind == "oci":
                OCI.read(document, "visit", "PunchOutBasket")
        except Rejected as rejected:
            assert sum(len(str(finding)) for finding in rejected.findings) < 20_000_000
            assert max(len(str(finding)) for finding in rejected.findings) < 2_000
    return "bounded"


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_answered_within_bounds(name):
    form = FORMS[name]()
    assert survived(lambda: told(*form), SECONDS, MEGABYTES) == "bounded"
