"""What a browser posts to enter a shop: OCI's call-up and the log-in of Peppol Punch Out, as pairs in their order."""

from __future__ import annotations

import pytest

from gateway.formats.form.login import detail, oci_fields, peppol_fields, search, validate

BACK = "https://avrop.example/punchout/return/x"
CALL = [("~OkCode", "ADDI"), ("~TARGET", "_top"), ("~CALLER", "CTLG"), ("returntarget", "_top")]


def test_an_oci_shop_is_told_who_comes_where_to_return_and_how():
    fields = {"USERNAME": "kommunen", "PASSWORD": "hemligt", "sprak": "sv"}
    assert oci_fields(BACK, fields) == [*fields.items(), ("OCI_VERSION", "4.0"), ("HOOK_URL", BACK), *CALL]
    assert ("OCI_VERSION", "5.0") in oci_fields(BACK, fields, "5.0")


def test_a_shop_may_want_ocis_own_fields_otherwise_but_never_another_way_back():
    fields = {"~okcode": "ADD", "OCI_VERSION": "3.0", "Hook_Url": "https://elsewhere.example/", "~TARGET": "_parent"}
    pairs = oci_fields(BACK, fields)
    assert [value for name, value in pairs if name.upper() == "HOOK_URL"] == [BACK]
    assert [value for name, value in pairs if name.lower() == "~okcode"] == ["ADD"]
    assert [value for name, value in pairs if name == "OCI_VERSION"] == ["3.0"]
    assert [value for name, value in pairs if name == "~TARGET"] == ["_parent"]


@pytest.mark.parametrize(
    ("function", "wanted"),
    [
        (detail("k/1"), [("FUNCTION", "DETAIL"), ("PRODUCTID", "k/1")]),
        (validate("k/1", "3"), [("FUNCTION", "VALIDATE"), ("PRODUCTID", "k/1"), ("QUANTITY", "3")]),
        (search("penna"), [("FUNCTION", "BACKGROUND_SEARCH"), ("SEARCHSTRING", "penna")]),
        (search("penna", "7"), [("FUNCTION", "BACKGROUND_SEARCH"), ("SEARCHSTRING", "penna"), ("VENDOR", "7")]),
    ],
)
def test_a_visit_may_begin_with_what_is_wanted(function, wanted):
    assert oci_fields(BACK, {"A": "1"}, function=function)[1 : 1 + len(wanted)] == wanted


def test_a_peppol_shop_is_told_user_password_and_return_address():
    assert peppol_fields(BACK, "kommunen", "hemligt", {}, {}) == [
        ("username", "kommunen"),
        ("password", "hemligt"),
        ("returnURL", BACK),
    ]
    names = {"username": "USER", "returnURL": "HOOK_URL"}
    assert peppol_fields(
        BACK, "kommunen", "hemligt", {"kund": "7", "HOOK_URL": "https://elsewhere.example/"}, names
    ) == [
        ("USER", "kommunen"),
        ("password", "hemligt"),
        ("HOOK_URL", BACK),
        ("kund", "7"),
    ]
