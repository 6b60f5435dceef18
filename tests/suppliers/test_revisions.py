"""A connection is kept as JSON and comes back as it was; a new revision is taken over whole."""

from __future__ import annotations

import msgspec
import pytest

from gateway.suppliers.invent import invent
from gateway.suppliers.revisions import connection_of, digest, settings_of, supplier_with
from gateway.suppliers.supplier import Suppliers
from gateway.transports import TRANSPORTS
from tests.suppliers.files import HEAD, TAIL, read


def test_every_connection_comes_back_through_json() -> None:
    for supplier in read(invent(60)):
        connection = msgspec.json.decode(msgspec.json.encode(connection_of(supplier)))
        other = msgspec.structs.replace(supplier, transport="folder", settings=None, dialect="", by_hand=False)
        assert supplier_with(other, connection, TRANSPORTS) == supplier
        assert supplier_with(supplier, connection, TRANSPORTS) is supplier


def test_secrets_stay_references() -> None:
    (alfa, _) = read(HEAD + TAIL)
    assert connection_of(alfa)["settings"]["token"] == "env:T"


def test_a_digest_is_of_the_supplier_and_how_it_is_reached_and_nothing_else() -> None:
    (alfa, omega) = read(HEAD + TAIL)
    connection = connection_of(alfa)
    turned = dict(reversed(connection.items()))
    assert digest(alfa.id, connection) == digest(alfa.id, turned)
    assert digest(alfa.id, connection) == digest(alfa.id, connection_of(msgspec.structs.replace(alfa, lead_days=9)))
    assert digest(alfa.id, connection) != digest(omega.id, connection)
    assert digest(alfa.id, connection) != digest(alfa.id, connection | {"dialect": "csv"})


def test_what_the_program_no_longer_knows_is_said() -> None:
    with pytest.raises(ValueError, match="there is no transport pigeon any more"):
        settings_of({"transport": "pigeon", "dialect": "", "settings": {}}, TRANSPORTS)
    with pytest.raises(ValueError, match="not understood any more: Object missing required field `user`"):
        settings_of({"transport": "sftp", "dialect": "", "settings": {"host": "a"}}, TRANSPORTS)


def test_a_new_revision_is_seen_by_whoever_holds_the_suppliers() -> None:
    held = read(HEAD + TAIL)
    taken = held.by_id["alfa"]
    held.become(read(HEAD.replace("http://a", "http://b") + TAIL.replace("omega", "sigma")))
    assert [supplier.id for supplier in held] == ["alfa", "sigma"]
    assert held.get("omega") is None
    assert (taken.settings.url, held.by_id["alfa"].settings.url) == ("http://a", "http://b")
    assert held.by_gln["7350001400006"] is held.by_participant["0007:5500000004"] is held.by_id["alfa"]


def test_what_is_looked_through_twice_is_looked_through_in_one_revision() -> None:
    held = read(HEAD + TAIL)
    now = held.as_of_now()
    held.become(Suppliers(()))
    assert (len(held), len(now)) == (0, 2)


def test_suppliers_without_a_file_have_no_digest() -> None:
    assert Suppliers(()).digest == ""
