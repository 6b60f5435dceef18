"""The access point of the sandbox: at once, later or never; in the shape of phase4; and by files in shared folders."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from gateway.formats import sbdh
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.relay import SENT_ON, Relay, standing
from gateway.sandbox.serve import open_door, start_sandbox
from gateway.transports import TRANSPORTS
from gateway.transports.access_point import Phase4Settings
from gateway.transports.contract import NotSent, Parcel, Refused
from gateway.transports.folder import FolderSettings
from tests.sandbox.orders import by_access_point, by_sftp, dialects
from tests.sandbox.test_serve import (
    CREATED,
    INSTANCE,
    ORG,
    OTHER_ORG,
    _token,  # noqa: F401 - the fixture holds for these tests too
    eventually,
    playing,
    submitted,
    town,  # noqa: F401
)

OTHER = INSTANCE.replace("0d6f", "ffff")


@pytest.fixture
def relayed(town, tmp_path):  # noqa: F811
    """Plays one supplier behind the access point, which passes documents on as told."""
    running = []

    def play(relay: Relay, speed: float = 20.0):
        supplier = by_access_point("grossisten", ORG, f"{town.url}/sandbox/access-point")
        relays = {"grossisten": relay}
        url = f"{town.url}/inbox/access-point"
        sandbox = start_sandbox(tmp_path, [supplier], dialects(), url, "lekplats", relays=relays, speed=speed)
        town.app.include_router(sandbox.router, prefix="/sandbox/access-point")
        running.append(sandbox)
        return sandbox, supplier.settings

    yield play
    for sandbox in running:
        sandbox.stop()


POINT, PHASE4 = TRANSPORTS["access_point"], TRANSPORTS["access_point_phase4"]


@pytest.mark.parametrize("relay", [Relay.LATER, Relay.SECOND_TIME])
def test_what_is_passed_on_later_is_pending_first_and_delivered_then(relayed, relay):
    sandbox, settings = relayed(relay)
    assert not POINT.send(settings, submitted()).final
    pending = POINT.status(settings, INSTANCE)
    assert pending.state == "pending"
    assert (pending.next_at is not None) == (relay is Relay.SECOND_TIME)
    eventually(lambda: POINT.status(settings, INSTANCE).state == "delivered")
    assert [received.key for received in sandbox.received] == [INSTANCE]
    assert POINT.send(settings, msgspec.structs.replace(submitted(), resent=True)).final


def test_what_is_never_passed_on_is_given_up_and_reaches_nobody(relayed):
    sandbox, settings = relayed(Relay.NEVER)
    assert not POINT.send(settings, submitted()).final
    eventually(lambda: POINT.status(settings, INSTANCE).state == "failed")
    assert "permanently_failed" in POINT.status(settings, INSTANCE).said
    with pytest.raises(Refused, match="does not answer"):
        POINT.send(settings, msgspec.structs.replace(submitted(), resent=True))
    assert sandbox.received == []


def test_a_document_stands_by_time_alone():
    def states(relay):
        moments = [SENT_ON * share / 4 for share in range(5)]
        return [standing(relay, CREATED, CREATED + moment, 1.0)["status"] for moment in moments]

    assert states(Relay.AT_ONCE) == ["sent"] * 5
    assert states(Relay.LATER) == ["pending", "pending", "sending", "sending", "sent"]
    assert states(Relay.SECOND_TIME) == ["failed"] * 4 + ["sent"]
    assert states(Relay.NEVER) == ["failed"] * 4 + ["permanently_failed"]
    assert standing(Relay.LATER, CREATED, CREATED + timedelta(seconds=0.2), 10.0)["status"] == "sent"


def _phase4(settings) -> Phase4Settings:
    return Phase4Settings(url=settings.url, token=settings.token)


def test_the_shape_of_phase4_sends_while_we_wait(relayed):
    sandbox, settings = relayed(Relay.AT_ONCE)
    phase4 = _phase4(settings)
    assert PHASE4.send(phase4, submitted()).final
    assert PHASE4.send(phase4, submitted()).final
    assert [received.key for received in sandbox.received] == [INSTANCE]
    for parcel, outcome, words in (
        (submitted("26-000124"), Refused, "NOT_SERVICED"),
        (submitted(org=OTHER_ORG, instance=OTHER), NotSent, "not registered"),
        (Parcel(key="x", name="x", content=b"<nothing/>"), Refused, "cannot read the envelope"),
    ):
        with pytest.raises(outcome, match=words):
            PHASE4.send(phase4, parcel)


def test_the_shape_of_phase4_refuses_what_never_arrives(relayed):
    sandbox, settings = relayed(Relay.NEVER)
    with pytest.raises(Refused, match="EBMS:0004"):
        PHASE4.send(_phase4(settings), submitted())
    assert sandbox.received == []


def test_both_shapes_can_be_tried_out_without_sending(relayed, monkeypatch):
    sandbox, settings = relayed(Relay.AT_ONCE)
    ways = ((POINT, settings), (PHASE4, _phase4(settings)))
    assert [check.good for point, ours in ways for check in point.probe(ours)] == [True, True]
    monkeypatch.setenv("AVROP_TEST_TOKEN", "fel")
    checks = [check for point, ours in ways for check in point.probe(ours)]
    assert [(check.good, "token" in check.evidence) for check in checks] == [(False, True), (False, True)]
    assert sandbox.received == []


def _sharing(boxes, transport):
    return [
        msgspec.structs.replace(by_access_point(name, org), transport=transport, settings=boxes)
        for name, org in (("en", ORG), ("tva", OTHER_ORG))
    ]


def _play_shared(town, folder, suppliers, door=None):  # noqa: F811
    """Both suppliers get an order by the folders that they share, and answer there with envelopes of their own."""
    transport, boxes = TRANSPORTS[suppliers[0].transport], suppliers[0].settings
    with playing(town, folder, *suppliers, behave=Behaviour.REJECT, door=door) as sandbox:
        transport.send(boxes, submitted("26-000123", INSTANCE, ORG))
        transport.send(boxes, msgspec.structs.replace(submitted("26-000124", OTHER, OTHER_ORG), name="second.xml"))
        found = eventually(lambda: (waiting := list(transport.fetch(boxes))) and len(waiting) == 2 and waiting)
        assert sorted(sandbox.received) == [("en", "26-000123", INSTANCE), ("tva", "26-000124", OTHER)]
        assert sandbox.left_out == {}
        for parcel in found:
            transport.done(boxes, parcel)
    return {sbdh.unwrap(parcel.content)[0].sender for parcel in found}


def test_suppliers_behind_one_access_point_share_its_folders(town, tmp_path):  # noqa: F811
    boxes = FolderSettings(
        inbox=str(tmp_path / "to"), outbox=str(tmp_path / "from"), settle_seconds=0.01, marker=".done"
    )
    suppliers = _sharing(boxes, "access_point_folder")
    assert _play_shared(town, tmp_path / "sandbox", suppliers) == {f"0007:{ORG}", f"0007:{OTHER_ORG}"}
    taken = sorted(path.name for path in (tmp_path / "to-taken").iterdir())
    assert taken == ["order.xml", "order.xml.done", "second.xml", "second.xml.done"]


def test_suppliers_behind_one_access_point_share_its_account(town, tmp_path):  # noqa: F811
    door = open_door(tmp_path)
    boxes = msgspec.structs.replace(by_sftp("punkten", ORG, "peppol", door.port, door.host_key).settings)
    suppliers = _sharing(boxes, "access_point_sftp")
    assert _play_shared(town, tmp_path, suppliers, door) == {f"0007:{ORG}", f"0007:{OTHER_ORG}"}
