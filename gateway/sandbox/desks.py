"""The suppliers of the sandbox with what each needs at its desk: dialect, behaviour, folders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from gateway.identifiers import ParticipantId
from gateway.sandbox.behaviour import Behaviour, behaviour_of
from gateway.sandbox.sftp_files import Account
from gateway.sandbox.speaking import Tongue, takes_changes
from gateway.suppliers.supplier import Supplier
from gateway.transports.contract import Refused
from gateway.transports.folder import FolderSettings
from gateway.transports.secrets import secret
from gateway.transports.sftp.connect import private_key
from gateway.transports.sftp.settings import SftpSettings


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """Where a supplier sits. `inbox` is where orders arrive and `outbox` where answers go; None: by access point."""

    supplier_id: str
    tongue: Tongue
    behaviour: Behaviour
    participant: ParticipantId | None = None
    inbox: Path | None = None
    outbox: Path | None = None


class Desks:
    """Every supplier that can be played, by what a message is addressed to, and why the others cannot (`left_out`).

    Files come into the inboxes in `unannounced` without our SFTP server knowing of them.
    """

    def __init__(
        self,
        folder: Path,
        suppliers: Iterable[Supplier],
        dialects: Mapping[str, Tongue],
        behaviours: Mapping[str, Behaviour],
    ) -> None:
        self.by_inbox: dict[Path, Desk] = {}
        self.by_participant: dict[ParticipantId, Desk] = {}
        self.by_id: dict[str, Desk] = {}
        self.accounts: dict[str, Account] = {}
        self.left_out: dict[str, str] = {}
        self.unannounced: set[Path] = set()
        self._root = folder / "sftp"
        for supplier in suppliers:
            if supplier.by_hand or supplier.settings is None:
                continue
            tongue = dialects.get(supplier.dialect)
            if tongue is None:
                self.left_out[supplier.id] = f"the dialect {supplier.dialect!r} is not known"
                continue
            behaviour = behaviours.get(supplier.id, behaviour_of(supplier.id, takes_changes(tongue)))
            self._seat(supplier, Desk(supplier_id=supplier.id, tongue=tongue, behaviour=behaviour))

    def _seat(self, supplier: Supplier, desk: Desk) -> None:
        settings = supplier.settings
        if isinstance(settings, SftpSettings):
            try:
                account = self._account(settings)
            except Refused as refusal:
                self.left_out[supplier.id] = str(refusal)
                return
            self._with_folders(
                desk, account.folder / settings.inbox.strip("/"), account.folder / settings.outbox.strip("/")
            )
        elif isinstance(settings, FolderSettings):
            self.unannounced.add(Path(settings.inbox).absolute())
            self._with_folders(desk, Path(settings.inbox), Path(settings.outbox or settings.inbox))
        elif supplier.participant is None:
            self.left_out[supplier.id] = "it is reached by access point but has no participant"
        elif supplier.participant in self.by_participant:
            self.left_out[supplier.id] = f"{supplier.participant} is another supplier's participant"
        else:
            desk = msgspec.structs.replace(desk, participant=supplier.participant)
            self.by_id[desk.supplier_id] = self.by_participant[supplier.participant] = desk

    def _with_folders(self, desk: Desk, inbox: Path, outbox: Path) -> None:
        desk = msgspec.structs.replace(desk, inbox=inbox.absolute(), outbox=outbox.absolute())
        if inbox.absolute() in self.by_inbox:
            self.left_out[desk.supplier_id] = (
                f"{inbox} is {self.by_inbox[inbox.absolute()].supplier_id}'s inbox already"
            )
            return
        for path in (inbox, outbox):
            path.mkdir(parents=True, exist_ok=True)
        self.by_id[desk.supplier_id] = self.by_inbox[inbox.absolute()] = desk

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
