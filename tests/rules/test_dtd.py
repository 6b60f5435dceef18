"""DTDs as a layer: which one judges a document, what it says, and what no DTD may do to who installs it."""

from __future__ import annotations

import random
from datetime import date

import pytest
from lxml import etree

from gateway.findings import Rejected
from gateway.rules.dtd.asked import asked_by
from gateway.rules.dtd.declared import declared, judged_by, version_of
from gateway.rules.dtd.walk import FIRST, Dtd
from gateway.rules.install import install
from gateway.rules.judge import Rules
from gateway.rules.packages import in_force
from gateway.rules.pool import Pool
from gateway.wording import explain
from gateway.xml import parse
from tests.data import shared
from tests.rules.samples import folder

DAY, EARLIER = date(2026, 5, 15), date(2026, 1, 1)
CART = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE cXML SYSTEM "http://127.0.0.1:9/schemas/cXML/%s/%s.dtd">
<cXML payloadID="b-1" timestamp="2026-11-20T09:40:00+01:00">
<Header><From><Credential domain="DUNS"><Identity>1</Identity></Credential></From>
<To><Credential domain="DUNS"><Identity>2</Identity></Credential></To>
<Sender><Credential domain="DUNS"><Identity>1</Identity></Credential><UserAgent>x</UserAgent></Sender></Header>
<Message><PunchOutOrderMessage><BuyerCookie>k</BuyerCookie>
<PunchOutOrderMessageHeader operationAllowed="edit"><Total><Money currency="SEK">5</Money></Total>
</PunchOutOrderMessageHeader>
<ItemIn quantity="2"><ItemID><SupplierPartID>A</SupplierPartID></ItemID>
<ItemDetail><UnitPrice><Money currency="SEK">2.50</Money></UnitPrice>
<Description xml:lang="sv">Pärm</Description><UnitOfMeasure>EA</UnitOfMeasure>
<Classification domain="UNSPSC">44122003</Classification></ItemDetail></ItemIn>
</PunchOutOrderMessage></Message></cXML>
"""


def cart(version="1.2.071", file="cXML", **changes) -> bytes:
    text = CART % (version, file)
    for good, bad in changes.values():
        assert good in text
        text = text.replace(good, bad, 1)
    return text.encode()


@pytest.fixture(scope="module")
def pool():
    with Pool() as opened:
        yield opened


@pytest.fixture(scope="module")
def rules(tmp_path_factory, pool) -> Rules:
    home = tmp_path_factory.mktemp("rules")
    install(home, shared("cxml-older"), "cxml-older", DAY, pool)
    install(home, shared("cxml-1.2.071"), "cxml-1.2.071", EARLIER, pool)
    return Rules(home, pool)


@pytest.fixture(scope="module")
def newest() -> Dtd:
    return Dtd(declared(shared("cxml-1.2.071/cXML.dtd").read_bytes(), "cXML.dtd"))


def verdict(rules, raw, **named):
    (found,) = rules.judge(raw, day=DAY, **named)
    assert found.layer == "dtd"
    return found


def test_what_a_dtd_judges_and_which_version_it_is_stand_in_it(rules):
    packages = {package.name: package for package in in_force(rules.folder, DAY).packages}
    files = {file.path: file for package in packages.values() for file in package.dtds}
    assert packages["cxml-older"].versions == ("1.2.014", "1.2.020", "1.2.037")
    assert {file.version for file in packages["cxml-1.2.071"].dtds} == {"1.2.071"}
    assert {"ConfirmationRequest", "ShipNoticeRequest", "ReceiptRequest"} <= set(files["Fulfill.dtd"].roots)
    assert {"OrderRequest", "PunchOutOrderMessage", "Index"} <= set(files["1.2.014-cXML.dtd"].roots)
    assert "InvoiceDetailRequest" in files["1.2.020-InvoiceDetail.dtd"].roots


@pytest.mark.parametrize(
    ("version", "file", "package", "chosen"),
    [
        ("1.2.014", "cXML", "cxml-older", "1.2.014-cXML.dtd"),
        ("1.2.020", "cXML", "cxml-older", "1.2.020-cXML.dtd"),
        ("1.2.071", "cXML", "cxml-1.2.071", "cXML.dtd"),
        ("1.2.071", "Catalog", "cxml-1.2.071", "Catalog.dtd"),
        ("1.2.071", "Custom", "cxml-1.2.071", "cXML.dtd"),
        ("1.2.050", "cXML", "cxml-1.2.071", "cXML.dtd"),
        ("current", "cXML", "cxml-1.2.071", "cXML.dtd"),
    ],
)
def test_the_version_that_the_doctype_names_judges_else_the_newest(rules, version, file, package, chosen):
    asked = asked_by(parse(cart(version, file), doctype=True))
    found, dtd = in_force(rules.folder, DAY).dtd(asked)
    assert (found.name, dtd.path) == (package, chosen)
    said = verdict(rules, cart(version, file))
    assert (said.package, said.findings) == (package, ())


def test_versions_differ_in_what_they_allow(rules):
    younger = {"a": ("<Classification", '<PriceBasisQuantity quantity="1" conversionFactor="1"><UnitOfMeasure>EA'
                                        "</UnitOfMeasure></PriceBasisQuantity><Classification")}  # fmt: skip
    assert verdict(rules, cart("1.2.071", **younger)).findings == ()
    (told,) = [
        one for one in verdict(rules, cart("1.2.014", **younger)).findings if "PriceBasisQuantity" in one.message
    ]
    assert told.message == "PriceBasisQuantity in ItemDetail is no element of this DTD; known here: Classification"
    assert told.fatal
    assert explain(told, "sv").what == (
        "PriceBasisQuantity i ItemDetail finns inte i dokumenttypen; här får stå Classification"
    )


def test_a_dtd_that_is_older_than_the_document_only_warns(tmp_path, pool):
    install(tmp_path, shared("cxml-older"), "cxml-older", DAY, pool)
    raw = cart("1.2.063", a=("<BuyerCookie>k</BuyerCookie>", ""))
    (told,) = verdict(Rules(tmp_path, pool), raw).findings
    assert (told.rule, told.fatal) == ("dtd", False)
    assert "BuyerCookie is expected before it" in told.message


def test_what_no_dtd_is_about_gets_no_verdict_and_says_why(rules, tmp_path, pool):
    raw = cart().replace(b"PunchOutOrderMessage>", b"SurpriseMessage>")
    assert rules.judge(raw, day=DAY) == ()
    (told,) = rules.without_dtd(raw, day=DAY)
    assert (told.rule, told.fatal) == ("rules-not-installed", False)
    assert "no dtd rules in force for SurpriseMessage" in told.message
    assert rules.without_dtd(cart(), day=DAY) == ()
    assert rules.judge(cart(), day=date(2025, 1, 1)) == ()
    assert rules.without_dtd(b"<Order xmlns='urn:x'/>", day=DAY) == ()
    assert Rules(tmp_path, pool).judge(cart(), day=DAY) == ()


@pytest.mark.parametrize(
    ("good", "bad", "words", "line"),
    [
        ('<ItemIn quantity="2">', "<ItemIn>", "ItemIn has no quantity, which must be there", 10),
        ("</ItemID>", "</ItemID><Note/>", "Note in ItemIn is no element of this DTD", 10),
        ("UnitOfMeasure>EA</UnitOfMeasure", "UnitOfMesure>EA</UnitOfMesure", "did you mean UnitOfMeasure?", 12),
        ('operationAllowed="edit"', 'operationAllowed="sell"', "allowed: create, inspect, edit", 8),
        ('operationAllowed="edit"', 'operationAlowed="edit"', "did you mean operationAllowed?", 8),
        ("<BuyerCookie>k</BuyerCookie>", "", "BuyerCookie is expected before it, or instead of it", 8),
        ("</Message>", "</Message><Message/>", "Message may not stand here in cXML: Signature is expected", 14),
        ("<Classification domain", "hello <Classification domain", "ItemDetail holds the text 'hello'", 11),
        ("</ItemIn>", "</ItemIn></PunchOutOrderMessage><PunchOutOrderMessage>", "may not stand in Message", 13),
        ("</Header>", "</Header><Header/>", "Header may not stand here in cXML: Message or Request is expected", 6),
    ],
)
def test_each_fault_is_told_with_its_line_and_what_was_expected(rules, good, bad, words, line):
    found = verdict(rules, cart(a=(good, bad)), source="cart.xml").findings
    told = [one for one in found if words in one.message]
    assert told, [str(one) for one in found]
    assert (told[0].rule, told[0].fatal, told[0].place.source, told[0].place.line) == ("dtd", True, "cart.xml", line)
    assert told[0].place.path.startswith("/cXML")
    assert explain(told[0], "sv").what != told[0].message
    assert explain(told[0], "sv").todo.startswith("Rätta elementet")


def test_twenty_faults_are_told_and_that_there_are_more(rules):
    found = verdict(rules, cart(a=("<ItemIn ", "<ItemIn/>" * 400_000 + "<ItemIn "))).findings
    assert [one.rule for one in found] == ["dtd"] * FIRST + ["rules-more"]


def test_what_judges_finds_the_same_as_libxml2(newest):
    """Over mutants of a cart: ours finds a fault where libxml2 does, and only there."""
    chance, pure, seen = random.Random(5), newest._dtd, {True: 0, False: 0}
    pieces = cart().replace(b"><", b">\n<").split(b"\n")
    for _ in range(1500):
        mutant = list(pieces)
        for _ in range(chance.randint(1, 2)):
            at, other = chance.randrange(3, len(mutant)), chance.randrange(3, len(mutant))
            what = chance.choice(("drop", "double", "move", "attribute", "text", "rename"))
            if what == "drop":
                mutant[at] = b""
            elif what == "double":
                mutant.insert(at, mutant[at])
            elif what == "move":
                mutant[at], mutant[other] = mutant[other], mutant[at]
            elif what == "attribute":
                mutant[at] = mutant[at].replace(b"=", b"s=" if chance.random() < 0.5 else b"=", 1)
            elif what == "text":
                mutant[at] += b"text"
            else:
                mutant[at] = mutant[at].replace(b"Money", b"Tax").replace(b"<ItemID>", b"<Total>")
        try:
            root = parse(b"\n".join(mutant), doctype=True)
        except Rejected:
            continue
        valid = pure.validate(root)
        seen[valid] += 1
        assert (next(newest._faults(root, ""), None) is None) == valid, etree.tostring(root).decode()
    assert min(seen.values()) > 50


@pytest.mark.parametrize("name", ["cXML", "Fulfill", "InvoiceDetail", "Catalog", "Private"])
def test_every_content_model_of_a_release_becomes_a_machine_that_agrees_with_it(name):
    """Each row of children that the machine's own places make one by one is one that libxml2 allows to begin so."""
    dtd = Dtd(declared(shared(f"cxml-1.2.071/{name}.dtd").read_bytes(), name))
    models = [one for one, known in dtd._elements.items() if known.type == "element"]
    assert len(models) > 100
    for one in models:
        machine = dtd._content(one)
        assert set(machine.follow) == {-1, *range(len(machine.names))}
        assert machine.wrong(["NoSuchElement"]).expected == machine.wrong(["AnotherOne"]).expected


BILLION = b"".join(b'<!ENTITY %% a%d "%s">' % (n, b"%%a%d;" % (n - 1) * 10) for n in range(1, 12))


@pytest.mark.parametrize(
    ("dtd", "words"),
    [
        (b"<!ELEMENT cXML (Request", "this DTD cannot be read"),
        (b"<!ELEMENT cXML EMPTY><!ENTITY % a SYSTEM 'http://127.0.0.1:9/a.mod'>%a;", "it brings in http://127.0.0.1:9"),
        (b"<!ELEMENT cXML EMPTY>\n<!ELEMENT b (>", "cXML.dtd:2: this DTD cannot be read"),
        (b"<!ELEMENT cXML EMPTY><!ENTITY % a SYSTEM 'file:///etc/hostname'>%a;", "never fetched"),
        (b"<!ELEMENT cXML EMPTY><!ENTITY % a SYSTEM 'beside.mod'>%a;", "never fetched"),
        (b"<!ELEMENT cXML EMPTY><!ENTITY % a '<!ENTITY &#37; b &#83;YSTEM \"/etc/hostname\">'>%a;%b;", "never fetched"),
        (b"<!ELEMENT cXML EMPTY><!ENTITY % a0 'ha '>" + BILLION + b"<!ELEMENT b (%a11;)>", "this DTD cannot be read"),
    ],
)
def test_a_dtd_that_brings_in_others_or_cannot_be_read_is_not_installed(tmp_path, pool, dtd, words):
    with pytest.raises(Rejected) as refused:
        install(tmp_path / "rules", folder(tmp_path / "in", {"cXML.dtd": dtd.decode()}), "bad", DAY, pool)
    assert words in str(refused.value)
    assert not (tmp_path / "rules" / "bad").exists()
    assert explain(refused.value.findings[0], "sv").what.startswith("Dokumenttypen")


def test_a_version_is_read_from_the_path_where_the_dtd_says_none():
    dtd = declared(b"<!ELEMENT cXML (Request)><!ELEMENT Request (OrderRequest)>", "x")
    assert (version_of(dtd, "1.2.020-cXML.dtd"), version_of(dtd, "cXML.dtd")) == ("1.2.020", "")
    assert judged_by(dtd) == ("OrderRequest",)
