"""An order to a supplier with nothing but a mailbox: the letter is journaled as it goes, and never changes."""

from __future__ import annotations

import email
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.policy import default
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from gateway.exchange import journal, tasks
from gateway.exchange.alone import deliver
from gateway.exchange.journal import MessageState
from gateway.exchange.place import place
from gateway.exchange.typed import TypedAnswer, type_in
from gateway.exchange.whole import read_again
from gateway.orders import book
from gateway.orders.lifecycle import State
from gateway.suppliers.supplier import Supplier
from gateway.transports.email.settings import EmailSettings
from tests.exchange.desk import dialects, message_of, office, supplier
from tests.orders.samples import NOW, sample_order
from tests.transports.post import Office as Post
from tests.transports.post import post_office

MAILBOX = "order@blomman.example"


@contextmanager
def florist(root: Path, post: Post, dialect: str = "csv") -> Iterator[Supplier]:
    with post_office(post) as port:
        ways = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "avrop@kommun.example"}
        settings = EmailSettings(**ways, to=MAILBOX, reply_to="inkop+@kommun.example", timeout_seconds=2)
        yield supplier(root, "blomman", transport="email", dialect=dialect, settings=settings)


def sent_once(engine: sa.Engine, seller: Supplier, desk=None) -> tuple[timedelta | None, journal.Message]:
    with engine.begin() as conn:
        order_id = place(conn, sample_order(), seller, "glantan", "anna", NOW)
    wait = deliver(desk or office(engine, seller), message_of(engine, order_id))
    with engine.connect() as conn:
        message = journal.get(conn, message_of(engine, order_id))
    assert message is not None
    return wait, message


def test_the_letter_is_journaled_as_it_went_and_the_answer_typed_in(engine: sa.Engine, tmp_path: Path) -> None:
    post = Post()
    with florist(tmp_path, post) as seller:
        wait, message = sent_once(engine, seller)
    assert (wait, message.state, message.name) == (None, MessageState.SENT, f"order-26-000001-{message.key[:8]}.eml")
    ((sender, recipients, raw),) = post.taken
    assert (sender, recipients) == ("avrop@kommun.example", [MAILBOX])
    letter = email.message_from_bytes(raw, policy=default)
    assert letter["From"] == "Exempelstads kommun <avrop@kommun.example>"
    assert letter["Message-ID"] == f"<{message.key}@kommun.example>"
    assert "inkop+26-000001@kommun.example" in letter["Reply-To"]
    (file,) = letter.iter_attachments()
    assert file.get_filename() == message.name.replace(".eml", ".csv")
    assert dialects()["csv"].read(file.get_payload(decode=True), "file").document.number == "26-000001"
    with engine.begin() as conn:
        assert journal.raw(conn, message.id) == raw
        row = book.get(conn, message.order_id)
        assert row.state is State.SENT
        type_in(conn, row, TypedAnswer(code="AP"), seller, dialects(), "alex", NOW)
        assert book.get(conn, message.order_id).state is State.CONFIRMED
    assert read_again(raw, "sent", dialects()["csv"])[0].number == "26-000001"


def test_a_lost_answer_sends_the_same_letter_again(engine: sa.Engine, tmp_path: Path) -> None:
    post = Post(hangs_up="DOT")
    with florist(tmp_path, post) as seller:
        wait, message = sent_once(engine, seller)
        assert (wait is not None, message.state) == (True, MessageState.WAITING)
        post.hangs_up = ""
        moved = msgspec.structs.replace(seller.settings, to="annan@blomman.example")
        later = office(engine, msgspec.structs.replace(seller, settings=moved), clock=lambda: NOW + timedelta(days=1))
        assert deliver(later, message.id) is None
    first, second = post.taken
    assert first[2] == second[2]


def test_a_mailbox_that_is_not_there_becomes_a_task_with_their_words(engine: sa.Engine, tmp_path: Path) -> None:
    with florist(tmp_path, Post({"RCPT": "550 5.1.1 no such mailbox"})) as seller:
        _, message = sent_once(engine, seller)
    assert message.state is MessageState.HELD
    with engine.connect() as conn:
        (task,) = tasks.open_tasks(conn)
    assert task.kind is tasks.Kind.REFUSED
    assert "no such mailbox" in task.finding


@pytest.mark.parametrize("dialect", ["peppol", "skogsbagaren"])
def test_any_dialect_can_be_attached(engine: sa.Engine, tmp_path: Path, dialect: str) -> None:
    post = Post()
    with florist(tmp_path, post, dialect) as seller:
        sent_once(engine, seller)
    (file,) = email.message_from_bytes(post.taken[0][2], policy=default).iter_attachments()
    assert dialects()[dialect].read(file.get_payload(decode=True), "file").document.number == "26-000001"
