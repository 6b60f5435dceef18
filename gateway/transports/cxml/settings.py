"""Who two cXML houses are to each other, and where documents go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Final, Literal

import msgspec

from gateway.transports.https.settings import unusable

Reference = Annotated[str, msgspec.Meta(extra={"secret": True})]
"""`env:NAME` or `file:PATH`; the loader refuses anything else."""

_CREDENTIAL: Final = r"^\s*[^\s:]([^:]*[^\s:])?\s*:\s*\S.*$"
Known = Annotated[
    str, msgspec.Meta(pattern=_CREDENTIAL, description="DOMAIN:identity, such as DUNS:123456789 or NetworkID:AN01")
]
"""A credential, which must be stated."""
Sender = Annotated[
    str, msgspec.Meta(pattern=f"{_CREDENTIAL}|^$", description="DOMAIN:identity, such as DUNS:123456789")
]
_VERSION: Final = r"^1\.[0-2]\.[0-9]{3}$"
Version = Annotated[str, msgspec.Meta(pattern=_VERSION, description="the version of a DTD, such as 1.2.014")]
REQUESTS: Final = (
    *("PunchOutSetupRequest", "OrderRequest", "ReceiptRequest", "ProfileRequest", "StatusUpdateRequest"),
    *("ConfirmationRequest", "ShipNoticeRequest", "InvoiceDetailRequest", "CatalogUploadRequest"),
)
"""What documents of cXML are called in `versions`."""
_Named = Annotated[str, msgspec.Meta(pattern=f"^({'|'.join(REQUESTS)})$")]
Versions = Annotated[
    dict[_Named, Annotated[str, msgspec.Meta(pattern=_VERSION)]],
    msgspec.Meta(description="versions of DTDs by request, such as {ReceiptRequest: 1.2.036}"),
]


class Peer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address that takes cXML, and both houses' names. A credential is `DOMAIN:identity`, such as `DUNS:123456789`.

    `ours` and `theirs` are who it is from and to; `sender` is who hands it over where that is not `ours`. `secret` is
    the SharedSecret that we show; `their_secret` the one that they show (ours where it is not stated), and
    `their_secret_before` the one from before, while it is changed. `mode` is the deploymentMode. `version` is that of
    the DTD they read, `versions` where it is another for some requests (`{ReceiptRequest: 1.2.036}`). Raises ValueError
    where settings cannot go together.
    """

    url: str
    ours: Known
    theirs: Known
    sender: Sender = ""
    secret: Reference
    their_secret: Reference = ""
    their_secret_before: Reference = ""
    mode: Literal["production", "test"] = "production"
    version: Version = "1.2.014"
    versions: Versions = {}
    user_agent: str = "Avrop"
    language: str = "sv"
    timeout_seconds: float = 30.0
    client_certificate: Reference = ""
    private_key: str = ""
    passphrase: str = ""
    ca: Reference = ""

    def __post_init__(self) -> None:
        if reason := next(_conflicts(self), ""):
            raise ValueError(reason)


class CxmlSettings(Peer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Orders are posted to `url`; answers come to our own address, /inbox/cxml, in their own time."""


def _conflicts(peer: Peer) -> Iterator[str]:
    yield from unusable("url", peer.url)
    for name in ("ours", "theirs", "sender"):
        if not re.search(f"{_CREDENTIAL}|^$" if name == "sender" else _CREDENTIAL, getattr(peer, name)):
            yield f"{name} is not a credential; write DOMAIN:identity, such as DUNS:123456789"
    if bool(peer.client_certificate) != bool(peer.private_key):
        yield "client_certificate and private_key go together; state both or none"
    if not 0 < peer.timeout_seconds <= 600:
        yield "timeout_seconds is a number of seconds above 0, at most 600"
