"""An order as an e-mail: what a person reads, what a program finds, and nothing that anybody could slip in."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from decimal import Decimal
from email.message import EmailMessage
from email.policy import default

import pytest
from msgspec.structs import replace

from gateway.formats.letter import letter, subject
from gateway.formats.mail import Attachment, Envelope, attached_to, mail_for
from gateway.formats.swedish import UNITS
from gateway.model.item import Price
from gateway.model.party import Quantity
from gateway.orders.amend import cancellation_of, change_of, with_quantities
from tests.data import ROOT
from tests.orders.samples import NOW, kronor, order_line, sample_order
from web.languages import Catalogues
from web.measures import UNITS as WEB_UNITS

KEY = "7f9d1c1e-0000-4000-8000-000000000001"
FILE = Attachment(name="order-26-000001.csv", content="nr;åäö\r\n.\r\n".encode("cp1252"), media_type="text/csv")
ENVELOPE = Envelope(sender="avrop@kommun.example", to="order@pappret.example", house="Exempelstads kommun")


def mail(document=None, **changes) -> tuple[bytes, EmailMessage]:
    raw = mail_for(document or sample_order(), changes.pop("attached", FILE), replace(ENVELOPE, **changes), KEY, NOW)
    return raw, email.message_from_bytes(raw, policy=default)


def test_the_message_is_addressed_readable_and_carries_the_document_untouched():
    raw, message = mail(reply_to="inkop@kommun.example")
    assert message["From"] == "Exempelstads kommun <avrop@kommun.example>"
    assert message["To"] == "order@pappret.example"
    assert message["Reply-To"] == "Exempelstads kommun 26-000001 <inkop@kommun.example>"
    assert message["Subject"] == "Beställning 26-000001 från Exempelstads kommun"
    assert message["Message-ID"] == f"<{KEY}@kommun.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOW
    text = message.get_body(("plain",)).get_content()
    assert "2. 2 st Kopieringspapper A4, art.nr PA-100, 20.00 SEK" in text
    assert "Mottagande enhet (skriv den på kollit): Förskolan Gläntan" in text
    assert "två gånger är det samma sak" in text
    (file,) = message.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("text/csv", FILE.name)
    assert file.get_payload(decode=True) == FILE.content == attached_to(raw)


def test_the_same_facts_give_the_same_bytes_of_seven_bits_in_short_lines():
    raw = mail()[0]
    assert raw == mail()[0]
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.replace(b"\r\n", b"").count(b"\n") == 0


def test_answers_find_their_order_by_the_address_where_it_takes_a_plus():
    assert "<inkop+26-000001@kommun.example>" in mail(reply_to="inkop+@kommun.example")[1]["Reply-To"]


EVIL = "x\r\nBcc: tjuv@elsewhere.example\r\n\r\nNy text\x00\u2028"


@pytest.mark.parametrize(
    "document",
    [
        sample_order(EVIL),
        replace(sample_order(), note=EVIL, contract=EVIL, customer_reference=EVIL),
        replace(sample_order(), buyer=replace(sample_order().buyer, name=EVIL)),
        replace(sample_order(), lines=(replace(order_line(1), item=replace(order_line(1).item, name=EVIL)),)),
    ],
)
def test_nothing_in_an_order_makes_a_header_or_a_second_message(document):
    usual = set(mail()[1].keys())
    raw, message = mail(document, house=EVIL, attached=replace(FILE, name=EVIL))
    assert set(message.keys()) == usual
    assert [message.get_all(name) for name in usual if len(message.get_all(name)) > 1] == []
    assert len(list(message.iter_attachments())) == 1
    assert message["To"] == ENVELOPE.to
    assert attached_to(raw) == FILE.content


def test_an_address_that_is_none_is_refused():
    with pytest.raises(ValueError, match="addr"):
        mail(to="a@b.example\r\nBcc: c@d.example")


def test_other_bytes_stay_as_they_are():
    for raw in (b"", b"<Order/>", b"From: x\r\nMessage-ID: <y>\r\n\r\nno attachment", b"From: \xff\r\nMessage-ID: "):
        assert attached_to(raw) == raw


def test_a_change_and_a_cancellation_are_letters_of_their_own():
    order = sample_order()
    change = change_of(order, with_quantities(order, {"1": Decimal(7), "2": Decimal(0)}), "26-000001-C1", 1, NOW)
    lines = list(letter(change))
    assert subject(change) == "Ändring av beställning 26-000001"
    assert "1. 7 st Kopieringspapper A4, art.nr PA-100, 20.00 SEK (ÄNDRAD)" in lines
    assert any(line.startswith("2. ") and line.endswith("(STRUKEN)") for line in lines)
    taken_back = cancellation_of(order, "26-000001-X1", "Felbeställt", datetime(2026, 3, 3, tzinfo=UTC))
    assert "Hela beställningen 26-000001 tas tillbaka. Skäl: Felbeställt" in list(letter(taken_back))


def test_a_price_for_a_hundred_says_so_and_numbers_are_swedish():
    hundred = Price(amount=kronor("35.00"), base_quantity=Quantity(value=Decimal(100)))
    line = replace(order_line(1), quantity=Quantity(value=Decimal("1.50"), unit="KGM"), price=hundred, note="Utan nöt")
    said = list(letter(replace(sample_order(), lines=(line,))))
    assert "1. 1,5 kg Kopieringspapper A4, art.nr PA-100, 35.00 SEK per 100 kg" in said
    assert "   Utan nöt" in said


def test_units_are_said_as_on_the_pages():
    swedish = Catalogues([ROOT / "web"]).words["sv"].say
    assert {code: swedish(word) for code, word in WEB_UNITS.items()} == UNITS
