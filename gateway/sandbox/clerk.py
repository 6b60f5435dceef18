"""Takes orders from desks and inboxes, plans the answers, and gives each when its time has come."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from gateway.findings import Rejected
from gateway.formats import sbdh
from gateway.identifiers import ParticipantId
from gateway.model import DespatchAdvice, Document, Order, OrderCancellation, OrderChange, OrderResponse, ReceiptAdvice
from gateway.sandbox.answers import advice_number
from gateway.sandbox.behaviour import as_asked, keeps_the_goods
from gateway.sandbox.changes import answers_to_cancellation, answers_to_change
from gateway.sandbox.cxml_desk.post import CxmlPost, Refusal
from gateway.sandbox.desks import Desk, Desks
from gateway.sandbox.memory import Errand, Memory, Received, errand_id
from gateway.sandbox.speaking import say, takes_changes
from gateway.sandbox.supplier import answers

HERE = ZoneInfo("Europe/Stockholm")
_AGAIN = timedelta(seconds=1)
_UNPACKS = frozenset({"AP", "CA"})
_NAMES = {"OrderResponse": "response", "DespatchAdvice": "advice"}
_INSTANCES = uuid.UUID("8a7cbb0e-6d0c-5c3b-9f0e-27d4a5b1a001")
_HEAD = 8000
_log = logging.getLogger("avrop.sandbox")


class Clerk:
    """The work behind all doors. `deliver` hands an SBD to our own inbox, `by_cxml` a cXML document, or they raise
    `httpx.HTTPError`."""

    def __init__(
        self, desks: Desks, memory: Memory, deliver: Callable[[bytes], None], speed: float, by_cxml: CxmlPost
    ) -> None:
        self.complaints: list[tuple[str, str, str]] = []
        self._by_cxml = by_cxml
        self._desks, self._memory, self._deliver, self._speed = desks, memory, deliver, speed
        self._taking = threading.Lock()

    def take_files(self, inbox: Path) -> None:
        """Every whole file of a supplier's inbox; a file that was read moves to `taken` beside the inbox."""
        desk = self._desks.by_inbox.get(inbox)
        if desk is None:
            return
        with self._taking:
            files = {path.name for path in inbox.iterdir() if path.is_file()}
            for name in sorted(desk.rules.ready(files)):
                take = self._take_envelope if inbox in self._desks.envelopes else self.take
                take(desk, (inbox / name).read_bytes(), name)
                for taken in {name, name + desk.rules.marker}:
                    _move(inbox / taken, inbox.parent / f"{inbox.name}-taken")

    def _take_envelope(self, keeper: Desk, raw: bytes, name: str) -> None:
        """A document in a place that many share, for whoever is named in it; complaints are of the first of them."""
        try:
            header, payload = sbdh.unwrap(raw)
        except Rejected as rejected:
            self.complain(keeper, name, str(rejected))
            return
        desk = self._desks.by_participant.get(header.receiver)
        if desk is None:
            self.complain(keeper, name, f"{header.receiver} is nobody's participant")
        else:
            self.take(desk, payload, header.instance, header.sender)

    def take(self, desk: Desk, raw: bytes, key: str, buyer: ParticipantId | None = None) -> None:
        """One order or change in the supplier's dialect. What cannot be read becomes a complaint, as on the phone."""
        if _tells_what_came(desk, raw):
            return  # filed, and nobody answers it
        try:
            asked = desk.tongue.read(raw, key, None if takes_changes(desk.tongue) else "Order").document
        except Rejected as rejected:
            self.complain(desk, key, str(rejected))
            return
        if not isinstance(asked, Order | OrderChange | OrderCancellation):
            self.complain(desk, key, f"a {type(asked).__name__} is not an order")
            return
        self._memory.note(Received(desk.supplier_id, asked.number, key))
        if not self._memory.is_known(desk.supplier_id, asked.number):
            said = self._decide(desk, asked)
            self._memory.plan(desk.supplier_id, asked.number, self._errands(desk, asked.number, said, buyer))

    def give_due(self) -> int:
        """Give every answer whose time has come, and say how many; what cannot be given comes again in a second."""
        given = 0
        while (errand := self._memory.due(datetime.now(HERE))) is not None:
            try:
                self._give(errand)
            except (httpx.HTTPError, OSError) as error:
                _log.info("the answer %s could not be given yet: %s", errand.id, error)
                self._memory.put_back(errand, datetime.now(HERE) + _AGAIN)
                break
            self._memory.given(errand)
            given += 1
        return given

    def _decide(self, desk: Desk, asked: Order | OrderChange | OrderCancellation) -> list[tuple[timedelta, Document]]:
        """What is said to it. Goods that have not left wait for the outcome, and never leave a cancelled order."""
        now, behaviour = datetime.now(HERE), as_asked(asked, desk.behaviour)
        if isinstance(asked, Order):
            said = answers(asked, behaviour, now)
            return [one for one in said if not (keeps_the_goods(asked) and isinstance(one[1], DespatchAdvice))]
        waves = [errand_id(desk.supplier_id, advice_number(asked.order, wave)) for wave in (1, 2)]
        despatched = any(self._memory.was_given(wave) for wave in waves)
        said = (
            answers_to_change(asked, behaviour, despatched, now)
            if isinstance(asked, OrderChange)
            else answers_to_cancellation(asked, behaviour, despatched, now)
        )
        if any(isinstance(document, OrderResponse) and document.code in _UNPACKS for _, document in said):
            self._memory.withdraw(waves)
        return said

    def _errands(
        self, desk: Desk, number: str, said: Iterable[tuple[timedelta, Document]], buyer: ParticipantId | None
    ) -> list[Errand]:
        now = datetime.now(HERE)
        errands = []
        for delay, document in said:
            try:
                errands.append(self._errand(desk, document, now + delay / self._speed, buyer))
            except Rejected as rejected:
                self.complain(desk, number, f"the answer cannot be written: {rejected}")
        return errands

    def _errand(self, desk: Desk, document: Document, due: datetime, buyer: ParticipantId | None) -> Errand:
        kind = type(document).__name__
        content = say(desk.tongue, document)
        if desk.participant is not None and buyer is not None:
            instance = str(uuid.uuid5(_INSTANCES, f"{desk.supplier_id} {document.number}"))
            content = sbdh.wrap(content, sbdh.header_for(content, desk.participant, buyer, instance, due))
        return Errand(
            id=errand_id(desk.supplier_id, document.number),
            supplier_id=desk.supplier_id,
            due=due,
            name=f"{_NAMES[kind]}-{document.number}{desk.tongue.codec(kind).suffix}",
            content=content,
        )

    def _give(self, errand: Errand) -> None:
        desk = self._desks.by_id.get(errand.supplier_id)
        if desk is None:
            return  # a supplier that is played no more
        if desk.house is not None:
            self._give_by_cxml(desk, errand)
            return
        if desk.outbox is None:
            self._deliver(errand.content)
            return
        part = desk.outbox / f".{errand.name}.part"
        part.write_bytes(errand.content)
        part.replace(desk.outbox / errand.name)
        if desk.rules.marker:
            (desk.outbox / f"{errand.name}{desk.rules.marker}").touch()

    def _give_by_cxml(self, desk: Desk, errand: Errand) -> None:
        try:
            self._by_cxml(errand.content)
        except Refusal as refusal:
            self.complain(desk, errand.name, f"the answer was refused: {refusal}")

    def complain(self, desk: Desk, key: str, words: str) -> None:
        """Somebody at the supplier's must telephone about `key`."""
        _log.warning("%s cannot use %s: %s", desk.supplier_id, key, words)
        self.complaints.append((desk.supplier_id, key, words))


def _move(path: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    path.replace(folder / path.name)


def _tells_what_came(desk: Desk, raw: bytes) -> bool:
    """Whether these are the bytes of a receipt advice rather than of an order."""
    try:
        receipt, order = (desk.tongue.codec(name) for name in (ReceiptAdvice.__name__, Order.__name__))
    except Rejected:
        return False
    head = raw[:_HEAD]
    return receipt.resemblance(head) > order.resemblance(head)
