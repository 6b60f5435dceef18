"""The suppliers of the sandbox with what each needs at its desk: dialect, behaviour, folders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from gateway.identifiers import ParticipantId
from gateway.sandbox.behaviour import Behaviour, behaviour_of
from gateway.sandbox.cxml_desk.book import Book
from gateway.sandbox.cxml_desk.tongue import CxmlTongue
from gateway.sandbox.cxml_house import House
from gateway.sandbox.sftp_files import Account
from gateway.sandbox.shopfront.goods import BOXES
from gateway.sandbox.shopfront.quirks import NO_QUIRKS, Quirk
from gateway.sandbox.speaking import Tongue, takes_changes
from gateway.suppliers.supplier import Supplier
from gateway.transports import TRANSPORTS
from gateway.transports.contract import Refused
from gateway.transports.cxml.settings import CxmlSettings, Peer
from gateway.transports.email.settings import EmailSettings
from gateway.transports.file_rules import FileRules
from gateway.transports.folder import FolderSettings
from gateway.transports.https.settings import HttpsSettings
from gateway.transports.secrets import secret
from gateway.transports.sftp.identity import private_key
from gateway.transports.sftp.settings import SftpSettings


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """Where a supplier sits. `inbox` is where orders arrive, `outbox` where answers go; None: over HTTP.

    `rules`: how files are known to be whole, in both. A supplier with a `mailbox` answers in words only. A `house`
    speaks cXML, both ways over HTTP.
    """

    supplier_id: str
    tongue: Tongue
    behaviour: Behaviour
    participant: ParticipantId | None = None
    inbox: Path | None = None
    outbox: Path | None = None
    rules: FileRules = FileRules()
    mailbox: str = ""
    house: House | None = None


class Desks:
    """Every supplier that can be played, by what a message is addressed to, and why the others cannot (`left_out`).

    Files come into the inboxes in `unannounced` without our SFTP server knowing of them. In those in `envelopes` lie
    whole Standard Business Documents, for whoever is named in them.
    """

    def __init__(
        self,
        folder: Path,
        suppliers: Iterable[Supplier],
        dialects: Mapping[str, Tongue],
        behaviours: Mapping[str, Behaviour],
        quirks: Mapping[str, frozenset[Quirk]] = NO_QUIRKS,
    ) -> None:
        self.by_inbox: dict[Path, Desk] = {}
        self.by_participant: dict[ParticipantId, Desk] = {}
        self.by_mailbox: dict[str, Desk] = {}
        self.by_id: dict[str, Desk] = {}
        self.accounts: dict[str, Account] = {}
        self.left_out: dict[str, str] = {}
        self.unannounced: set[Path] = set()
        self.envelopes: set[Path] = set()
        self.by_cxml: dict[str, Desk] = {}
        self.book = Book(folder / "cxml.jsonl")
        self._root = folder / "sftp"
        for supplier in suppliers:
            if supplier.by_hand or supplier.settings is None:
                continue
            tongue = dialects.get(supplier.dialect)
            if tongue is None:
                self.left_out[supplier.id] = f"the dialect {supplier.dialect!r} is not known"
                continue
            if isinstance(supplier.settings, CxmlSettings):
                self._seat_by_cxml(supplier, supplier.settings, behaviours, quirks.get(supplier.id, frozenset()))
                continue
            behaviour = behaviours.get(supplier.id) or behaviour_of(
                supplier.id, takes_changes(tongue), tongue.acknowledges
            )
            self._seat(supplier, Desk(supplier_id=supplier.id, tongue=tongue, behaviour=behaviour))

    def _seat(self, supplier: Supplier, desk: Desk) -> None:
        """At its inbox, by its participant, or both; what keeps it from sitting there stands in `left_out`."""
        settings, enveloped = supplier.settings, _is_enveloped(supplier)
        try:
            places = self._places(settings)
            if isinstance(settings, EmailSettings):
                desk = self._with_mailbox(desk, settings.to.lower())
            elif places is None or enveloped:
                desk = msgspec.structs.replace(desk, participant=self._address(supplier))
            if places is not None:
                desk = self._with_folders(desk, *places, settings, shared=enveloped)
        except Refused as refusal:
            self.left_out[supplier.id] = str(refusal)
            return
        self.by_id[desk.supplier_id] = desk
        if desk.participant is not None:
            self.by_participant[desk.participant] = desk

    def _seat_by_cxml(
        self,
        supplier: Supplier,
        settings: CxmlSettings,
        behaviours: Mapping[str, Behaviour],
        quirks: frozenset[Quirk],
    ) -> None:
        """At its own address; it hears and speaks without our tables."""
        try:
            house = house_of(settings)
        except Refused as refusal:
            self.left_out[supplier.id] = str(refusal)
            return
        tongue = CxmlTongue(supplier.id, house, self.book, BOXES if Quirk.BOX_OPENED in quirks else {})
        behaviour = behaviours.get(supplier.id, behaviour_of(supplier.id))
        desk = Desk(supplier_id=supplier.id, tongue=tongue, behaviour=behaviour, house=house)
        self.by_id[supplier.id] = self.by_cxml[supplier.id] = desk

    def _places(self, settings: object) -> tuple[Path, Path] | None:
        """Inbox and outbox on our disk, None where there are none."""
        if isinstance(settings, SftpSettings):
            folder = self._account(settings).folder
            return folder / settings.inbox.strip("/"), folder / settings.outbox.strip("/")
        if isinstance(settings, FolderSettings):
            self.unannounced.add(Path(settings.inbox).absolute())
            return Path(settings.inbox), Path(settings.outbox or settings.inbox)
        if isinstance(settings, HttpsSettings):
            raise Refused("suppliers with an address of their own on the web are not played")
        return None

    def _address(self, supplier: Supplier) -> ParticipantId:
        if supplier.participant is None:
            raise Refused("it is reached by access point but has no participant")
        if supplier.participant in self.by_participant:
            raise Refused(f"{supplier.participant} is another supplier's participant")
        return supplier.participant

    def _with_mailbox(self, desk: Desk, mailbox: str) -> Desk:
        if mailbox in self.by_mailbox:
            raise Refused(f"{mailbox} is {self.by_mailbox[mailbox].supplier_id}'s mailbox already")
        desk = msgspec.structs.replace(desk, mailbox=mailbox, behaviour=Behaviour.SILENT)
        self.by_mailbox[mailbox] = desk
        return desk

    def _with_folders(self, desk: Desk, inbox: Path, outbox: Path, rules: FileRules, *, shared: bool) -> Desk:
        desk = msgspec.structs.replace(desk, inbox=inbox.absolute(), outbox=outbox.absolute(), rules=rules)
        other = self.by_inbox.get(inbox.absolute())
        if other is not None and not (shared and inbox.absolute() in self.envelopes):
            raise Refused(f"{inbox} is {other.supplier_id}'s inbox already")
        if shared:
            self.envelopes.add(inbox.absolute())
        for path in (inbox, outbox):
            path.mkdir(parents=True, exist_ok=True)
        self.by_inbox.setdefault(inbox.absolute(), desk)
        return desk

    def _account(self, settings: SftpSettings) -> Account:
        """The account of a supplier, opened by the password or key that its own settings name."""
        account = self.accounts.get(settings.user)
        if account is None:
            folder = self._root / settings.user.replace("/", "_").lstrip(".")
            folder.mkdir(parents=True, exist_ok=True)
            key = private_key(settings)
            password = secret(settings.password, "password")
            account = Account(settings.user, folder, password=password, public_key=key)
            self.accounts[settings.user] = account
        return account


def house_of(peer: Peer) -> House:
    """The other side of what suppliers.yaml says of a house. Raises `Refused` where a secret cannot be read."""
    shown = secret(peer.their_secret, "their_secret") if peer.their_secret else ""
    return House(ours=peer.theirs, theirs=peer.ours, secret=secret(peer.secret, "secret"), shown=shown, mode=peer.mode)


def _is_enveloped(supplier: Supplier) -> bool:
    transport = TRANSPORTS.get(supplier.transport)
    return transport is not None and transport.envelope == "sbdh"
