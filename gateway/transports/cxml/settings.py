"""Who two cXML houses are to each other, and where documents go."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Reference = Annotated[str, msgspec.Meta(extra={"secret": True})]
"""`env:NAME` or `file:PATH`; the loader refuses anything else."""


class Peer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address that takes cXML, and both houses' names. A credential is `DOMAIN:identity`, such as `DUNS:123456789`.

    `ours` and `theirs` are who it is from and to; `sender` is who hands it over where that is not `ours`. `secret` is
    the SharedSecret that we show; `their_secret` the one that they show (ours where it is not stated), and
    `their_secret_before` the one from before, while it is changed. `mode` is the deploymentMode. `version` is that of
    the DTD they read, `versions` where it is another for some requests (`{ReceiptRequest: 1.2.036}`).
    """

    url: str
    ours: str
    theirs: str
    sender: str = ""
    secret: Reference
    their_secret: Reference = ""
    their_secret_before: Reference = ""
    mode: Literal["production", "test"] = "production"
    version: str = "1.2.014"
    versions: dict[str, str] = {}
    user_agent: str = "Avrop"
    language: str = "sv"
    timeout_seconds: float = 30.0
    client_certificate: Reference = ""
    private_key: Reference = ""
    passphrase: Reference = ""
    ca: Reference = ""


class CxmlSettings(Peer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Orders are posted to `url`; answers come to our own address, /inbox/cxml, in their own time."""
