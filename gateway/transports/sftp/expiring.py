"""What of an SFTP connection ends on a day. Keys end only where that was agreed; certificates say it themselves."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime

from cryptography.hazmat.primitives.serialization import SSHCertificate, load_ssh_public_identity

from gateway.transports.contract import Expiry, Refused
from gateway.transports.expiring import on_day
from gateway.transports.secrets import stated
from gateway.transports.sftp.settings import SftpSettings


def expiries(settings: SftpSettings) -> Iterator[Expiry]:
    """Both, where they are stated; a certificate without an end or that cannot be read is left out."""
    if settings.key_expires is not None:
        what = "SSH key" if settings.private_key else "password"
        yield Expiry(what=f"{what} of {settings.place}", ends=on_day(settings.key_expires))
    with contextlib.suppress(Refused, ValueError, OverflowError, OSError):
        if text := stated(settings.certificate, "certificate"):
            found = load_ssh_public_identity(text.strip().encode())
            if isinstance(found, SSHCertificate):
                ends = datetime.fromtimestamp(found.valid_before, UTC)
                yield Expiry(what=f"SSH certificate {found.key_id.decode(errors='replace')}", ends=ends)
