"""What sound lines become: profiles, settings, placeholders, ways that come later."""

from __future__ import annotations

from gateway.suppliers.commands import check, list_all, show
from gateway.suppliers.supplier import Supplier
from gateway.transports import TRANSPORTS
from tests.suppliers.files import HEAD, LINE, TAIL, read, where

BETA = "  - {id: beta, name: Beta AB, org: 5500000020, %s}\n"


def one(facts: str, environ: dict[str, str] | None = None, head: str = HEAD) -> Supplier:
    suppliers = read(head + BETA % facts + TAIL, environ)
    assert suppliers.findings == ()
    beta = suppliers.get("beta")
    assert beta is not None
    return beta


def test_a_line_takes_what_it_does_not_say_from_its_profile() -> None:
    suppliers = read(HEAD + TAIL)
    alfa, omega = suppliers
    assert suppliers.findings == ()
    assert (alfa.transport, alfa.dialect, alfa.participant) == ("access_point", "peppol", "0007:5500000004")
    assert alfa.settings == TRANSPORTS["access_point"].Settings(url="http://a", token="env:T")
    assert (alfa.category, alfa.contracts, alfa.lead_days, alfa.line) == ("care", ("24-118",), 3, LINE - 1)
    assert (omega.dialect, omega.lead_days, omega.gln, omega.participant) == ("csv", 4, None, None)
    assert (omega.settings.user, omega.settings.port) == ("omega", 22)
    assert suppliers.by_participant == {"0007:5500000004": alfa}
    assert suppliers.by_gln == {"7350001400006": alfa}
    assert suppliers.get("nobody") is None


def test_its_own_settings_come_on_top_of_those_of_the_profile() -> None:
    beta = one("profile: files, transport: {host: own.example, inbox: '{id}/{org}'}")
    assert (beta.settings.host, beta.settings.inbox, beta.settings.host_key) == (
        "own.example", "beta/5500000020", "SHA256:abc",
    )  # fmt: skip


def test_another_type_takes_nothing_from_the_profile() -> None:
    beta = one("profile: files, transport: {type: folder, inbox: /in}")
    assert beta.settings == TRANSPORTS["folder"].Settings(inbox="/in")


def test_a_profile_builds_on_another() -> None:
    head = HEAD.replace(
        "suppliers:\n", "  bakery: {profile: files, dialect: skogsbagaren, transport: {port: 23}}\nsuppliers:\n"
    )
    beta = one("profile: bakery", head=head)
    assert (beta.dialect, beta.settings.host, beta.settings.port) == ("skogsbagaren", "sftp.example", 23)


def test_variables_come_from_the_environment_with_their_default() -> None:
    assert one("profile: files", {"PORT": "2222"}).settings.port == 2222
    assert one("profile: files", {"PORT": ""}).settings.port == 22
    assert one("profile: files, transport: {host: '${A:-a}.${B:-b}'}", {"B": "{id}"}).settings.host == "a.{id}"


def test_ways_that_are_not_built_are_taken_by_hand() -> None:
    beta = one("transport: portal, email: order@beta.example")
    assert (beta.by_hand, beta.settings, beta.dialect, beta.email) == (True, None, "", "order@beta.example")
    assert one("transport: {type: portal, url: 'https://beta.example'}").by_hand
    assert not one("profile: files").by_hand


MAIL = "dialect: csv, transport: {type: email, host: mail.example, sender: us@kommun.example%s}"


def test_a_letter_goes_to_the_suppliers_own_address_unless_another_is_said() -> None:
    beta = one(f"{MAIL % ''}, email: order@beta.example")
    assert (beta.by_hand, beta.settings.to) == (False, "order@beta.example")
    other = one(f"{MAIL % ', to: inbox@beta.example'}, email: order@beta.example")
    assert (other.settings.to, other.email) == ("inbox@beta.example", "order@beta.example")
    assert one(MAIL % ", to: inbox@beta.example").settings.to == "inbox@beta.example"
    marked = one(MAIL % ', user: "{email}", password: env:P' + ", email: order@beta.example")
    assert marked.settings.user == "order@beta.example"


def test_settings_that_cannot_go_together_are_told_where_the_transport_stands() -> None:
    suppliers = read(HEAD + BETA % f"{MAIL % ', security: none'}, email: order@beta.example" + TAIL)
    (finding,) = suppliers.findings
    assert "security none shows orders" in finding.message
    assert where(finding)[0] == LINE


def test_two_suppliers_with_mistakes_are_both_told() -> None:
    gamma = "  - {id: gamma, name: Gamma AB, org: 5500000038, profile: flies}\n"
    suppliers = read(HEAD + BETA % "profile: fils" + gamma + TAIL)
    assert [finding.place.path for finding in suppliers.findings] == ["beta", "gamma"]


def test_block_style_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    block = (
        "  - id: beta\n    name: Beta AB\n    org: 550000-0020\n    active: false\n    transport:\n      type: portal\n"
    )
    suppliers = read("\ufeff" + (HEAD + block + TAIL).replace("\n", "\r\n"))
    assert suppliers.findings == ()
    beta = suppliers.by_id["beta"]
    assert (beta.org_number, beta.active, beta.line) == ("5500000020", False, LINE)


def test_a_mistake_in_a_profile_is_told_once_with_what_it_costs() -> None:
    suppliers = read((HEAD + BETA % "profile: files" + TAIL).replace("host_key", "host_kye"))
    assert [supplier.id for supplier in suppliers] == ["alfa"]
    unknown, missing = sorted(suppliers.findings, key=lambda finding: finding.rule, reverse=True)
    assert unknown.message == (
        "transport.host_kye is not a setting of sftp; did you mean host_key? (2 suppliers are left out)"
    )
    assert where(unknown) == (9, 7)
    assert "transport.host_key is missing" in missing.message
    assert where(missing) == (5, 5)


def test_a_profile_that_cannot_be_read_costs_only_its_own_suppliers() -> None:
    suppliers = read((HEAD + TAIL).replace("      host: sftp.example", "      host: [sftp.example"))
    assert [supplier.id for supplier in suppliers] == ["alfa"]
    assert {finding.place.path for finding in suppliers.findings} == {"", "profile files"}
    assert any("1 supplier is left out" in finding.message for finding in suppliers.findings)


def test_a_mistake_in_a_profile_that_nobody_uses_is_told() -> None:
    suppliers = read(HEAD.replace("profiles:\n", "profiles:\n  spare: {dialect: cvs, gln: 1}\n") + TAIL)
    assert len(suppliers) == 2
    assert [finding.rule for finding in suppliers.findings] == ["supplier-unknown-dialect", "supplier-unknown-key"]


def test_check_list_and_show_answer_for_people_and_programs() -> None:
    sound, broken = read(HEAD + TAIL), read(HEAD + BETA % "profile: flies" + TAIL)
    assert check(sound).code == 0
    assert check(sound).text == "2 suppliers, all sound: 1 access_point, 1 sftp"
    assert check(broken).code == 1
    assert check(broken).data["findings"][0] | {"message": ""} == {
        "rule": "supplier-unknown-profile", "fatal": True, "message": "", "file": "suppliers.yaml", "line": LINE,
        "column": 57, "path": "beta",
    }  # fmt: skip
    assert "suppliers.yaml:13:57 beta: profile flies is not in this file" in check(broken).text
    assert [facts["id"] for facts in list_all(sound, category="care").data] == ["alfa"]
    assert [facts["id"] for facts in list_all(sound, transport="sftp").data] == ["omega"]
    assert show(sound, "alfa").data["settings"]["token"] == "env:T"
    assert "Alfa AB" in show(sound, "alfa").text
    assert (show(sound, "alfaa").code, show(sound, "alfaa").text) == (
        2,
        "there is no supplier alfaa; did you mean alfa?",
    )
