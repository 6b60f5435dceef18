"""The way into a supplier's own shop, and orders by cXML: read, layered, checked, shown, compared."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.suppliers.agreement import Plan
from gateway.suppliers.apart import load_apart
from gateway.suppliers.commands import check, show
from gateway.suppliers.differences import differences
from gateway.suppliers.invent import DIALECTS
from gateway.suppliers.references import check_references
from gateway.suppliers.shown import settings_of
from gateway.suppliers.supplier import Supplier
from gateway.transports import TRANSPORTS
from gateway.transports.cxml.settings import CxmlSettings
from gateway.transports.punchout import CxmlShop, OciShop, PeppolShop
from gateway.wording import explain
from tests.suppliers.files import HEAD, LINE, TAIL, read, told, where
from tests.suppliers.test_schema import wrong

CXML = "dialect: cxml, transport: {type: cxml, url: 'https://a.example/cxml', ours: 'OrgNr:212', theirs: 'DUNS:1', secret: env:A%s}"  # noqa: E501
BETA = "  - {id: beta, name: Beta AB, org: 5500000020, %s}\n"


def one(facts: str) -> Supplier:
    text = HEAD + BETA % facts + TAIL
    suppliers = read(text)
    assert [str(finding) for finding in suppliers.findings] == []
    assert wrong(text) == []
    return suppliers.by_id["beta"]


def test_orders_by_cxml_state_both_houses() -> None:
    beta = one(CXML % ", versions: {ReceiptRequest: 1.2.036}, version: 1.2.020, mode: test")
    assert isinstance(beta.settings, CxmlSettings)
    assert (beta.by_hand, beta.punchout, beta.shop) == (False, "", None)
    assert (beta.settings.ours, beta.settings.theirs, beta.settings.mode) == ("OrgNr:212", "DUNS:1", "test")
    assert (beta.settings.version, beta.settings.versions) == ("1.2.020", {"ReceiptRequest": "1.2.036"})


def test_a_cxml_shop_takes_from_the_orders_what_it_does_not_say() -> None:
    shop = one(CXML % ", ca: file:/ca" + ", punchout: {type: cxml, url: 'https://shop.example', level: product}").shop
    assert isinstance(shop, CxmlShop)
    assert (shop.url, shop.theirs, shop.secret, shop.ca, shop.level) == (
        "https://shop.example", "DUNS:1", "env:A", "file:/ca", "product",
    )  # fmt: skip
    assert one(CXML % "" + ", punchout: cxml").shop.url == "https://a.example/cxml"


def test_oci_and_peppol_state_their_own() -> None:
    oci = one(
        "profile: files, punchout: {type: oci, url: 'https://shop.example', fields: {~OkCode: ADDI}, "
        "secrets: {USERNAME: env:U, PASSWORD: env:P}, blocked: [39, '4412'], minutes: 60}"
    )
    assert isinstance(oci.shop, OciShop)
    assert (oci.punchout, oci.shop.secrets["PASSWORD"], oci.shop.blocked) == ("oci", "env:P", ("39", "4412"))
    peppol = one("profile: files, punchout: {type: peppol, url: 'https://shop.example', user: u, password: env:P}")
    assert isinstance(peppol.shop, PeppolShop)


PROFILE = """\
  shops:
    profile: files
    punchout: {type: oci, url: "https://{id}.example", fields: {A: b}, secrets: {P: env:P}}
suppliers:
"""
HEAD_SHOPS = HEAD.replace("suppliers:\n", PROFILE)


def test_its_own_come_on_top_of_those_of_the_profile_and_nothing_takes_them_away() -> None:
    def beta(facts: str) -> Any:
        suppliers = read(HEAD_SHOPS + BETA % facts + TAIL)
        assert suppliers.findings == ()
        return suppliers.by_id["beta"]

    layered = beta("profile: shops, punchout: {minutes: 30}").shop
    assert (layered.url, layered.minutes, layered.fields) == ("https://beta.example", 30, {"A": "b"})
    other = beta("profile: shops, punchout: {type: peppol, url: 'https://p.example', user: u, password: env:P}")
    assert other.punchout == "peppol"
    for none in (beta("profile: shops, punchout: ~"), beta("profile: files")):
        assert (none.punchout, none.shop) == ("", None)


GOOD = "id: beta, name: Beta AB, org: 5500000020, profile: files"
OCI = "  - {%s, punchout: {type: oci, url: 'https://s.example', "
MISTAKES = [
    ("  - {%s, punchout: ^oic}", "punchout oic is not known; did you mean oci?", "unknown-punchout"),
    ("  - {%s, ^punchout: {minutes: 3}}", "punchout has no type; write punchout: {type: oci, …}", "missing"),
    ("  - {%s, punchout: ^[oci]}", "punchout is a name or {type: …, settings}; found a list", "type"),
    (OCI + "^mintues: 3}}", "punchout.mintues is not a setting of oci; did you mean minutes?", "unknown-setting"),
    (OCI + "minutes: ^soon}}", "punchout.minutes 'soon': expected a whole number", "setting"),
    (OCI + "version: ^'6.0'}}", "punchout.version '6.0': Invalid enum value", "setting"),
    (OCI + "secrets: {PASSWORD: ^hemligt}}}", "punchout.secrets.PASSWORD is a secret and is given by", "secret"),
    (OCI + "fields: {Password: ^hemligt}}}", "punchout.fields.Password is a secret by its name", "secret"),
    ("  - {%s, punchout: {type: oci, url: ^'http://s.example'}}", "punchout: url must begin with https", "setting"),
    ("  - {%s, ^punchout: {type: oci}}", "punchout.url is missing; oci cannot do without it", "missing-setting"),
    ("  - {%s, transport: {type: cxml, url: 'https://a.example', ours: ^DUNS, theirs: 'A:1', secret: env:A}}",
     "transport.ours 'DUNS': expected DOMAIN:identity", "setting"),
    ("  - {%s, transport: {type: cxml, url: 'https://a.example', ours: 'A:2', theirs: 'A:1', secret: ^hemligt}}",
     "transport.secret is a secret", "secret"),
    ("  - {%s, transport: {type: cxml, url: ^'http://a.example', ours: 'A:2', theirs: 'A:1', secret: env:A}}",
     "transport: url must begin with https", "setting"),
    (OCI + "minutes: ^0}}", "punchout: minutes is a whole number from 1", "setting"),
    (OCI + "tolerance: ^-1}}", "punchout: tolerance is a share", "setting"),
    (OCI + "currency: ^kr}}", "punchout: currency is a code", "setting"),
    (OCI + "blocked: ^[food]}}", "punchout: blocked 'food' is not how", "setting"),
    ("  - {%s, transport: {type: cxml, url: 'https://a', ours: 'A:2', theirs: 'A:1', secret: env:A, version: ^1.2}}",
     "transport.version '1.2': expected the version of a DTD, such as 1.2.014", "setting"),
    ("  - {%s, transport: {type: cxml, url: 'https://a', ours: 'A:2', theirs: 'A:1', secret: env:A, "
     "versions: ^{OrderReqest: 1.2.014}}}", "expected versions of DTDs by request", "setting"),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "words", "rule"), MISTAKES)
def test_a_mistake_has_its_place_and_says_what_to_do(marked: str, words: str, rule: str) -> None:
    line = marked.replace("%s", GOOD)
    finding = told(line.replace("^", "", 1))
    assert words in finding.message
    assert (finding.rule, where(finding)) == (f"supplier-{rule}", (LINE, line.index("^") + 1))
    assert "hemligt" not in str(finding)
    said = explain(finding, "sv")
    assert said.what != explain(finding, "en").what
    assert rule == "setting" or finding.message not in said.what


def test_a_mistake_in_a_profile_is_told_once() -> None:
    suppliers = read(HEAD_SHOPS.replace("fields: {A: b}", "feilds: {A: b}") + BETA % "profile: shops" + TAIL)
    (finding,) = suppliers.findings
    assert finding.message.startswith("punchout.feilds is not a setting of oci; did you mean fields?")


def test_secrets_are_looked_up_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("T", "A", "U"):
        monkeypatch.setenv(name, "hemligt-värde")
    monkeypatch.delenv("P", raising=False)
    text = HEAD + BETA % (
        "profile: files, punchout: {type: oci, url: 'https://s.example', secrets: {USERNAME: env:U, PASSWORD: env:P}}"
    )
    (finding,) = check_references(read(text + TAIL), TRANSPORTS, text, "suppliers.yaml")
    assert finding.message == (
        "punchout.secrets.PASSWORD: the environment variable P is not set; set it where the worker is started"
        " (1 supplier needs it)"
    )
    assert where(finding) == (LINE, text.split("\n")[LINE - 1].index("env:P") + 1)
    assert explain(finding, "sv").what != finding.message
    shared = read(HEAD + BETA % (CXML % "" + ", punchout: cxml") + TAIL)
    monkeypatch.delenv("A")
    assert len(check_references(shared, TRANSPORTS, "", "suppliers.yaml")) == 1
    shown = show(read(text + TAIL), "beta")
    assert "env:P" in shown.text
    assert "https://s.example" in shown.text
    assert "hemligt" not in shown.text
    assert check(shared).code == 0


def test_a_page_shows_where_secrets_are_kept_and_says_nothing_twice() -> None:
    oci = "profile: files, punchout: {type: oci, url: 'https://s.example', fields: {A: b}, secrets: {P: env:P}}"
    shown = list(settings_of(one(oci)))
    assert ("punchout", "oci", False) in shown
    assert ("punchout.fields.A", "b", False) in shown
    assert ("punchout.secrets.P", "env:P", True) in shown
    cxml = [name for name, _, _ in settings_of(one(CXML % "" + ", punchout: {type: cxml, minutes: 30}"))]
    assert "punchout.minutes" in cxml
    assert not {"punchout.url", "punchout.theirs", "punchout.secret"} & set(cxml)


def test_what_changes_in_it_is_told_and_a_process_of_its_own_reads_the_same() -> None:
    def text(minutes: int) -> str:
        return HEAD + BETA % (CXML % "" + f", punchout: {{type: cxml, minutes: {minutes}, blocked: ['39']}}") + TAIL

    changed = differences(read(text(30)), read(text(60))).changed
    assert {id: [str(change.fact) for change in changes] for id, changes in changed.items()} == {
        "beta": ["shop.minutes"]
    }
    apart = load_apart(text(30), "suppliers.yaml", TRANSPORTS, tuple(DIALECTS), Plan())
    assert apart.by_id["beta"] == read(text(30)).by_id["beta"]
    assert isinstance(apart.by_id["beta"].shop, CxmlShop)
