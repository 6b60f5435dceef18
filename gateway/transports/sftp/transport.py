"""Upload under another name, then rename; pick up what stands still, then move it to the archive.

Until the rename is asked for, whatever goes wrong leaves nothing a supplier's program would read: NotSent or Refused.
When the line breaks while the rename is asked for, only a later look can tell: Unsure.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from gateway.transports.contract import Check, Expiry, NotSent, Parcel, Receipt, Refused, Standing, Unsure
from gateway.transports.file_rules import on_day
from gateway.transports.listing import Mark, good_ones_first, settled
from gateway.transports.names import sendable
from gateway.transports.sftp import remote
from gateway.transports.sftp.client import NO_SUCH_FILE, Answer, Client, told
from gateway.transports.sftp.expiring import expiries
from gateway.transports.sftp.pool import Pool
from gateway.transports.sftp.probe import probe
from gateway.transports.sftp.settings import SftpSettings


class Sftp:
    """The transport `sftp`. Safe to use from many threads."""

    name = "sftp"
    envelope = ""
    polled = True
    follows = False
    Settings: type[msgspec.Struct] = SftpSettings

    def __init__(self, pool: Pool | None = None) -> None:
        self.pool = Pool() if pool is None else pool

    def send(self, settings: SftpSettings, parcel: Parcel) -> Receipt:
        """Deliver into the inbox; a file of that name with the same content is this parcel, delivered before."""
        final = posixpath.join(settings.inbox, sendable(parcel.name))
        what = f"{settings.place}: {final}"
        with self.pool.lease(settings) as link:
            how = self._delivered(link.client, settings, final, parcel, what)
            if settings.marker and not how.startswith("was taken"):
                with told(f"{what} is there, its marker {settings.marker} not", lost=Unsure):
                    link.client.open(final + settings.marker, "wb").close()
        return Receipt(evidence=f"{what}, {len(parcel.content)} bytes{', ' if how else ''}{how}")

    def fetch(self, settings: SftpSettings) -> Iterator[Parcel]:
        """Every whole, visible file of the outbox, by name; what is too large or unreadable is refused at the end."""
        if not settings.outbox:
            return
        yield from good_ones_first(self._waiting(settings), lambda name, mark: self._take(settings, name, mark))

    def done(self, settings: SftpSettings, parcel: Parcel) -> None:
        """Move a fetched file and its marker to the archive, unless it is gone or has changed since."""
        source = posixpath.join(settings.outbox, parcel.name)
        archive = on_day(settings.archive, datetime.now(UTC).date())
        what = f"{settings.place}: {source} not moved to {archive}"
        with self.pool.lease(settings) as link, told(what, lost=NotSent):
            found = remote.found_at(link.client, source)
            if found is not None and remote.mark(found).key(parcel.name) == parcel.key:
                remote.put_away(link.client, source, archive, settings.marker)

    def status(self, settings: SftpSettings, key: str) -> Standing:
        """A file that was renamed is delivered; a receipt says so at once."""
        return Standing(state="unknown", said="SFTP tells nothing of what was taken away")

    def probe(self, settings: SftpSettings) -> Iterator[Check]:
        """Logs in anew; writes a hidden file, reads it back and removes it; looks what waits."""
        return probe(settings)

    def expiries(self, settings: SftpSettings) -> Iterator[Expiry]:
        """The last day of a key by agreement, and of a certificate as it says itself."""
        return expiries(settings)

    def _delivered(self, client: Client, settings: SftpSettings, final: str, parcel: Parcel, what: str) -> str:
        """The file is in the inbox; how it came there, where it was there before."""
        part = settings.unfinished(settings.inbox, parcel.name)
        with told(f"{what} not uploaded", lost=NotSent):
            there = remote.size_of(client, final)
            if there is None and parcel.resent and _taken(client, settings, parcel):
                return f"was taken to {settings.taken}"
            if there is not None and remote.holds(client, final, parcel.content):
                return "was already there"
            if there is not None and not settings.overwrite:
                cure = "the supplier must move it away"
                raise Refused(f"{what} is already there with other content ({there} bytes); {cure}")
            remote.upload(client, part, parcel.content)
        with told(f"{what} uploaded as {posixpath.basename(part)}, not renamed", lost=Unsure):
            remote.finish(client, part, final, len(parcel.content), overwrite=settings.overwrite)
        return ""

    def _waiting(self, settings: SftpSettings) -> dict[str, Mark]:
        what = f"{settings.place}: {settings.outbox} not listed"
        with self.pool.lease(settings) as link, told(what, lost=NotSent):
            return settled(lambda: remote.listing(link.client, settings.outbox, settings), settings.settle_seconds)

    def _take(self, settings: SftpSettings, name: str, mark: Mark) -> Parcel | None:
        path = posixpath.join(settings.outbox, name)
        if mark.size > settings.max_bytes:
            raise Refused(
                f"{settings.place}: {path} holds {mark.size} bytes; at most {settings.max_bytes} are read "
                "(setting max_bytes). Ask the supplier to split it, or raise the limit"
            )
        with self.pool.lease(settings) as link, told(f"{settings.place}: {path} not read", lost=NotSent):
            try:
                content = remote.read(link.client, path, mark.size)
            except Answer as answer:
                if answer.code == NO_SUCH_FILE:
                    return None  # somebody took it back
                raise
        return Parcel(key=mark.key(name), name=name, content=content) if len(content) == mark.size else None


def _taken(client: Client, settings: SftpSettings, parcel: Parcel) -> bool:
    """Whether the supplier's program has taken it already, where it says so: a rename may have gone well unheard."""
    return bool(settings.taken) and remote.holds(client, posixpath.join(settings.taken, parcel.name), parcel.content)
