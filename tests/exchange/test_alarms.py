"""One alarm while something is wrong and one notice when it is right again, whoever raises it and whatever dies."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange import alarms, journal, tasks
from gateway.exchange.alarms import HOUSE, Kind, open_alarms, raise_alarm, recover
from gateway.exchange.journal import MessageState
from gateway.exchange.office import Handlers, Office
from gateway.exchange.receive import receive
from gateway.exchange.tables import channels, configurations, lanes, stirs, workers
from gateway.exchange.telling import Teller
from gateway.exchange.watching import Watch
from gateway.exchange.wrongs import expires
from gateway.findings import Rejected
from gateway.observing import Observing, read_observing
from gateway.transports.contract import Expiry
from gateway.transports.folder import Folder, FolderSettings
from gateway.wording import explain
from tests.exchange.desk import office, only, supplier
from tests.exchange.postbox import free_port, hook, postbox
from tests.orders.samples import NOW

FROM = "avrop@exempelstad.example"
OWNER = "kim@exempelstad.example"


def observed(desk: Office, **changes: object) -> Office:
    from dataclasses import replace as changed

    return changed(desk, settings=replace(desk.settings, observing=replace(Observing(), **changes)))


def mailed(desk: Office, port: int, **changes: object) -> Office:
    mail = read_observing({"AVROP_ALARM_SMTP": f"smtp://127.0.0.1:{port}", "AVROP_ALARM_FROM": FROM}).mail
    return observed(desk, mail=mail, alarm_from=FROM, **changes)


def ring(
    engine: sa.Engine, supplier_id: str = "a", owner: str = OWNER, cause: str = "3 attempts in a row failed: x"
) -> bool:
    with engine.begin() as conn:
        return raise_alarm(conn, Kind.LANE_BROKEN, supplier_id, owner, cause, NOW)


def end(engine: sa.Engine, supplier_id: str = "a") -> bool:
    with engine.begin() as conn:
        return recover(conn, Kind.LANE_BROKEN, supplier_id, "the lane delivers again", NOW + timedelta(hours=1))


def test_one_alarm_while_it_is_open_and_a_new_one_after_it_has_ended(engine: sa.Engine) -> None:
    assert ring(engine)
    assert not ring(engine, cause="4 attempts in a row failed: y")
    with engine.connect() as conn:
        (one,) = open_alarms(conn)
        assert (one.kind, one.owner, one.cause) == (Kind.LANE_BROKEN, OWNER, "4 attempts in a row failed: y")
        assert open_alarms(conn, "b") == []
    assert end(engine)
    assert not end(engine)
    assert ring(engine)
    with engine.connect() as conn:
        assert [one.recovered_at is None for one in alarms.recent(conn)] == [True, False]
        assert [one.id for one in open_alarms(conn)] == [2]


def test_many_who_raise_it_at_the_same_moment_make_one(engine: sa.Engine) -> None:
    together = threading.Barrier(8)

    def at_once(_: int) -> bool:
        together.wait()
        return ring(engine)

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(at_once, range(8))) == [False] * 7 + [True]
    assert only(engine, "SELECT count(*) FROM alarms") == 1


def test_who_took_note_first_stands(engine: sa.Engine) -> None:
    ring(engine)
    with engine.begin() as conn:
        assert alarms.seen(conn, 1, "kim")
        assert not alarms.seen(conn, 1, "anna")
        assert alarms.get(conn, 1).seen_by == "kim"
        assert alarms.get(conn, 2) is None


def test_the_owner_gets_one_mail_at_the_beginning_and_one_at_the_end(engine: sa.Engine) -> None:
    port = free_port()
    with postbox(port) as box:
        teller = Teller(mailed(office(engine), port))
        ring(engine)
        assert [teller.tell(), teller.tell()] == [1, 0]
        assert end(engine)
        assert [teller.tell(), teller.tell()] == [1, 0]
    assert box.ids == ["avrop-alarm-1-raised", "avrop-alarm-1-recovered"]
    begun, over = box.mails
    assert (begun["To"], begun["From"], begun["Subject"]) == (OWNER, FROM, "Larm: a: 3 försök i rad misslyckades: x")
    assert "Gör så här: Läs felet" in begun.get_content()
    assert "What to do: Read the error" in begun.get_content()
    assert over["Subject"].startswith("Larm slut: a:")
    assert "the lane delivers again" in over.get_content()
    assert only(engine, "SELECT told_at IS NOT NULL AND recovery_told_at IS NOT NULL FROM alarms")


def test_a_mail_server_that_is_down_is_tried_again_less_and_less_often(engine: sa.Engine) -> None:
    port, times = free_port(), [NOW]
    desk = mailed(office(engine, clock=lambda: times[0]), port)
    teller = Teller(desk)
    ring(engine)
    assert teller.tell() == 0
    times[0] += timedelta(seconds=6)
    assert teller.tell() == 0
    with postbox(port) as box:
        times[0] += timedelta(seconds=6)
        assert teller.tell() == 0  # ten seconds after the second failure
        times[0] += timedelta(seconds=6)
        assert teller.tell() == 1
    assert box.ids == ["avrop-alarm-1-raised"]


def test_two_who_tell_at_the_same_moment_send_one_mail(engine: sa.Engine) -> None:
    port = free_port()
    with postbox(port) as box, ThreadPoolExecutor(4) as threads:
        ring(engine)
        tellers = [Teller(mailed(office(engine), port)) for _ in range(4)]
        assert sum(threads.map(Teller.tell, tellers)) == 1
    assert box.ids == ["avrop-alarm-1-raised"]


def test_a_mail_that_was_sent_and_not_noted_goes_again_under_the_same_id(engine: sa.Engine) -> None:
    port = free_port()
    with postbox(port) as box:
        ring(engine)
        Teller(mailed(office(engine), port)).tell()
        with engine.begin() as conn:  # as if the process had died before its note
            conn.execute(sa.text("UPDATE alarms SET told_at = NULL"))
        Teller(mailed(office(engine), port)).tell()
    assert box.ids == ["avrop-alarm-1-raised"] * 2


def test_an_address_that_is_refused_keeps_nobody_waiting(engine: sa.Engine) -> None:
    port = free_port()
    with postbox(port) as box:
        box.refused.add("gone@exempelstad.example")
        ring(engine, "a", "gone@exempelstad.example")
        ring(engine, "b", OWNER)
        assert Teller(mailed(office(engine), port)).tell() == 2
    assert [mail["To"] for mail in box.mails] == [OWNER]


def test_a_log_in_gets_it_at_the_address_of_the_account_and_others_where_everybody_does(engine: sa.Engine) -> None:
    port = free_port()
    known = Handlers(address_of=lambda conn, login: {"kim": OWNER}.get(login))
    with postbox(port) as box:
        for supplier_id, owner in (("a", "kim"), ("b", "integration")):
            ring(engine, supplier_id, owner)
        Teller(mailed(office(engine, handlers=known), port, alarm_to="all@exempelstad.example")).tell()
    assert {str(mail["Subject"]).split(":")[1]: mail["To"] for mail in box.mails} == {
        " a": OWNER,
        " b": "all@exempelstad.example",
    }


def test_many_at_once_come_in_one_mail(engine: sa.Engine) -> None:
    port = free_port()
    with postbox(port) as box:
        for place in range(300):
            ring(engine, f"s{place}")
        assert Teller(mailed(office(engine), port)).tell() == 300
    (mail,) = box.mails
    assert mail["Subject"] == "Avrop: 300 larm, 0 avslutade"
    assert "och 100 till" in mail.get_content()


def test_a_webhook_is_told_in_json_until_it_takes_it(engine: sa.Engine) -> None:
    times = [NOW]
    with hook([500, 500, 503]) as (url, given):
        teller = Teller(observed(office(engine, clock=lambda: times[0]), webhook=url))
        ring(engine)
        assert teller.tell() == 0
        times[0] += timedelta(seconds=6)
        assert [teller.tell(), teller.tell()] == [1, 0]
    assert [one["key"] for one in given] == ["avrop-alarm-1-raised"] * 4
    assert given[1] | {"key": ""} == {
        "id": "avrop-alarm-1-raised",
        "alarm": 1,
        "what": "raised",
        "kind": "lane_broken",
        "supplier": "a",
        "owner": OWNER,
        "cause": "3 attempts in a row failed: x",
        "raised_at": NOW.isoformat().replace("+00:00", "Z"),
        "recovered_at": None,
        "recovery": None,
        "key": "",
    }


def test_a_webhook_that_is_down_repeats_no_mail(engine: sa.Engine) -> None:
    port = free_port()
    with postbox(port) as box:
        teller = Teller(mailed(office(engine), port, webhook=f"http://127.0.0.1:{free_port()}/secret-path"))
        ring(engine)
        assert [teller.tell(), teller.tell()] == [1, 0]
    assert box.ids == ["avrop-alarm-1-raised"]


def test_without_a_server_it_is_told_by_log_and_console(engine: sa.Engine, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "avrop.exchange"):
        ring(engine)
        Teller(office(engine)).tell()
    assert any(line.startswith("alarm_raised alarm=1 kind=lane_broken supplier=a") for line in caplog.messages)
    assert any(line.startswith("alarm_told") for line in caplog.messages)
    assert only(engine, "SELECT told_at IS NOT NULL FROM alarms")


def open_ones(engine: sa.Engine) -> dict[tuple[Kind, str], str]:
    with engine.connect() as conn:
        return alarms.open_causes(conn)


def test_a_broken_lane_and_polls_that_fail_are_found_in_their_tables(engine: sa.Engine, tmp_path: Path) -> None:
    box = FolderSettings(inbox=str(tmp_path), outbox=str(tmp_path))
    shared = [supplier(tmp_path, name, transport="access_point_folder", settings=box) for name in ("c1", "c2")]
    watch = Watch(office(engine, supplier(tmp_path, "a", owner=OWNER), supplier(tmp_path, "b"), *shared))
    row = {"polled_at": NOW, "error": "10.0.0.1 does not answer"}
    with engine.begin() as conn:
        conn.execute(lanes.insert().values(supplier_id="a", failures=3, broken_at=NOW, error="connection refused"))
        journal.add(conn, "out", MessageState.QUEUED, NOW, supplier_id="a")
        rows = [
            row | {"supplier_id": name, "failures": count}
            for name, count in (("a", 2), ("b", 3), ("left", 9), ("c1", 4), ("c2", 4))
        ]

        conn.execute(channels.insert(), rows)
    watch.look()
    assert open_ones(engine) == {
        (Kind.LANE_BROKEN, "a"): "3 attempts in a row failed: connection refused",
        (Kind.POLL_FAILING, "c1"): "looking for answers fails again and again: 10.0.0.1 does not answer",
        (Kind.POLL_FAILING, "b"): "looking for answers fails again and again: 10.0.0.1 does not answer",
    }
    assert only(engine, "SELECT owner FROM alarms WHERE supplier_id = 'a'") == OWNER
    with engine.begin() as conn:
        conn.execute(lanes.update().values(broken_at=None))
        conn.execute(channels.update().values(failures=0))
    watch.look()
    assert open_ones(engine) == {}
    assert only(engine, "SELECT count(*) FROM alarms") == 3


def test_an_id_used_twice_is_an_alarm_until_its_task_is_closed(engine: sa.Engine, tmp_path: Path) -> None:
    watch = Watch(office(engine, supplier(tmp_path, "a")))
    with engine.begin() as conn:
        for content in (b"one", b"two"):
            receive(conn, content, "folder:a/x", "a", "folder", "id-1", NOW)
    watch.look()
    why = "documents refused because their id was used before with other content: 1; one is id-1"
    assert open_ones(engine) == {(Kind.DUPLICATE, "a"): why}
    with engine.begin() as conn:
        (task,) = tasks.open_tasks(conn)
        tasks.close(conn, task.id, "kim", "asked", NOW)
    watch.look()
    assert open_ones(engine) == {}


def test_a_suppliers_file_that_is_refused_is_an_alarm_until_one_is_accepted(engine: sa.Engine) -> None:
    watch = Watch(office(engine))
    for nth, (accepted, count) in enumerate([(True, 0), (False, 2), (False, 1), (True, 0)]):
        row = {"digest": str(nth), "text": "", "suppliers": 1, "accepted": accepted, "findings": [{}] * count}
        with engine.begin() as conn:
            conn.execute(configurations.insert().values(row | {"seen_at": NOW + timedelta(minutes=nth)}))
        watch.look()
        assert ((Kind.CONFIGURATION, HOUSE) in open_ones(engine)) is not accepted
    assert only(engine, "SELECT count(*) FROM alarms") == 1


def test_lanes_that_wait_for_a_worker_that_is_not_heard_of(engine: sa.Engine) -> None:
    watch = Watch(office(engine))
    beat = workers.insert().values(id="w1", started_at=NOW, seen_at=NOW - timedelta(minutes=3), configuration="")
    with engine.begin() as conn:
        conn.execute(beat)
        conn.execute(lanes.insert().values(supplier_id="a", due_at=NOW - timedelta(minutes=1)))
        conn.execute(lanes.insert().values(supplier_id="b", due_at=NOW - timedelta(minutes=9), paused_by="kim"))
        conn.execute(lanes.insert().values(supplier_id="c", leased_until=NOW + timedelta(minutes=9)))
    watch.look()
    assert open_ones(engine) == {}  # nothing has waited long
    with engine.begin() as conn:
        conn.execute(lanes.update().where(lanes.c.supplier_id == "a").values(due_at=NOW - timedelta(minutes=4)))
    watch.look()
    why = "lanes that wait for a worker: 1; w1 was last heard of 2026-03-02 10:27"
    assert open_ones(engine) == {(Kind.WORKER_SILENT, HOUSE): why}
    with engine.begin() as conn:
        conn.execute(stirs.insert().values(supplier_id="d", at=NOW - timedelta(minutes=3)))
        conn.execute(lanes.update().where(lanes.c.supplier_id == "c").values(leased_until=NOW - timedelta(minutes=3)))
    watch.look()
    assert open_ones(engine)[Kind.WORKER_SILENT, HOUSE].startswith("lanes that wait for a worker: 3; w1")
    with engine.begin() as conn:
        conn.execute(workers.update().values(seen_at=NOW))
    watch.look()
    assert open_ones(engine) == {}


class Certified(Folder):
    """A folder with a certificate that ends on a day."""

    def __init__(self, ends: datetime) -> None:
        self.ends = ends

    def expiries(self, settings: object) -> list[Expiry]:
        return [
            Expiry(what="client certificate CN=a", ends=self.ends),
            Expiry(what="key", ends=datetime.max.replace(tzinfo=UTC)),
        ]


def test_what_ends_soon_is_an_alarm_until_it_is_renewed(engine: sa.Engine, tmp_path: Path) -> None:
    times, folder = [NOW], Certified(NOW + timedelta(days=30, minutes=30))
    desk = office(engine, supplier(tmp_path, "a"), transports={"folder": folder}, clock=lambda: times[0])
    watch = Watch(desk)
    for days, told in ((0, None), (1, "30 days"), (24, "7 days"), (30, "1 days"), (31, "has ended")):
        times[0] = NOW + timedelta(days=days)
        watch.look()
        assert ((Kind.EXPIRY, "a") in open_ones(engine)) is (told is not None)
        assert told is None or told in open_ones(engine)[Kind.EXPIRY, "a"]
    Watch(desk, connections=False).look()  # the pages do not see certificates, and end nothing
    assert (Kind.EXPIRY, "a") in open_ones(engine)
    folder.ends += timedelta(days=365)
    times[0] += timedelta(hours=2)
    watch.look()
    assert open_ones(engine) == {}
    assert only(engine, "SELECT count(*) FROM alarms") == 1
    assert expires([], NOW) is None


def test_every_cause_is_said_in_swedish_with_what_to_do(engine: sa.Engine, tmp_path: Path) -> None:
    causes = {
        Kind.LATE_RESPONSE: "orders without a response in the agreed time: 2; the oldest is 26-1, due 2026-03-02 10:00",
        Kind.LANE_BROKEN: "3 attempts in a row failed: no",
        Kind.POLL_FAILING: "looking for answers fails again and again: no",
        Kind.DUPLICATE: "documents refused because their id was used before with other content: 1; one is x",
        Kind.CONFIGURATION: "a new suppliers file is refused, and the last good one stands: 2 findings",
        Kind.EXPIRY: "key has ended: 2026-03-02 10:00",
        Kind.WORKER_SILENT: "lanes that wait for a worker: 1; none has ever been heard of",
        Kind.LATE_ACKNOWLEDGEMENT: "orders without any answer in the agreed time: 1; the oldest is x, due y",
        Kind.LATE_DESPATCH: "orders without a despatch advice in the agreed time: 1; the oldest is x, due y",
        Kind.LATE_GOODS: "parcels that were announced and have not come: 2; the oldest was due 2026-03-02, order 26-1",
    }
    assert causes.keys() == set(Kind)
    with engine.begin() as conn:
        for kind, cause in causes.items():
            raise_alarm(conn, kind, HOUSE, OWNER, cause, NOW)
        for one in open_alarms(conn):
            swedish, english = explain(one.finding, "sv"), explain(one.finding, "en")
            assert causes[one.kind] not in swedish.what, one
            assert english.what == causes[one.kind]
            assert swedish.todo
            assert swedish.todo != english.todo


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AVROP_ALARM_SMTP", "mail.exempelstad.example"),
        ("AVROP_ALARM_SMTP", "smtp://kim:hemligt@mail:x"),
        ("AVROP_ALARM_WEBHOOK", "ftp://x"),
        ("AVROP_ALARM_EVERY", "0"),
        ("AVROP_WORKER_METRICS_PORT", "70000"),
        ("AVROP_LOG", "xml"),
    ],
)
def test_settings_that_cannot_be_understood_are_named_and_no_password_is_shown(name: str, value: str) -> None:
    with pytest.raises(Rejected) as refused:
        read_observing({name: value})
    assert name in str(refused.value)
    assert "hemligt" not in str(refused.value)
    assert explain(refused.value.findings[0], "sv").what.startswith(f"{name} är")


def test_a_password_is_never_shown() -> None:
    environ = {"AVROP_ALARM_SMTP": "smtps://kim:hem%20ligt@mail.example", "AVROP_ALARM_FROM": FROM}
    found = read_observing(environ | {"AVROP_METRICS_TOKEN": "hemligt", "AVROP_ALARM_WEBHOOK": "https://x/hemligt"})
    assert found.mail.password == "hem ligt"
    assert (found.mail.port, found.mail.secure) == (465, True)
    assert "ligt" not in repr(found)
    with pytest.raises(Rejected, match="AVROP_ALARM_FROM"):
        read_observing({"AVROP_ALARM_SMTP": "smtp://mail.example"})
