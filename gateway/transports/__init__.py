"""The ways of sending. To add one: a module with a class that keeps `contract.Transport`, and its line below."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.transports.access_point import AccessPoint, AccessPointFolder, AccessPointSftp, Phase4
from gateway.transports.contract import Failure, NotSent, Parcel, Receipt, Refused, Transport, Unsure
from gateway.transports.cxml.transport import Cxml
from gateway.transports.email.transport import Email
from gateway.transports.folder import Folder
from gateway.transports.https.transport import Https
from gateway.transports.sftp.transport import Sftp


def by_name(transports: Iterable[Transport]) -> dict[str, Transport]:
    """The registry; raises ValueError where two have one name."""
    found: dict[str, Transport] = {}
    for transport in transports:
        if transport.name in found:
            raise ValueError(f"two transports are called {transport.name!r}; rename one")
        found[transport.name] = transport
    return found


TRANSPORTS: dict[str, Transport] = by_name(
    (AccessPoint(), Phase4(), AccessPointFolder(), AccessPointSftp(), Sftp(), Https(), Cxml(), Email(), Folder()),
)

__all__ = ["TRANSPORTS", "Failure", "NotSent", "Parcel", "Receipt", "Refused", "Transport", "Unsure", "by_name"]
