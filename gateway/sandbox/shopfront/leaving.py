"""The form that takes the cart home: where it is posted, its fields, how it is encoded. Pure."""

from __future__ import annotations

import base64
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from gateway.sandbox.shopfront import cxml, oci, t77
from gateway.sandbox.shopfront.quirks import Quirk
from gateway.sandbox.shopfront.shop import Shop
from gateway.sandbox.shopfront.visits import Visit

_PLAIN, _USUAL = "text/plain", "application/x-www-form-urlencoded"


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What the page posts by itself, or by its button; `twice`: and once more."""

    action: str
    fields: list[tuple[str, str]]
    charset: str = "utf-8"
    enctype: str = _USUAL
    twice: bool = False

    @property
    def origin(self) -> str:
        """As a Content-Security-Policy names it."""
        parts = urlsplit(self.action)
        return f"{parts.scheme}://{parts.netloc}"


def home(shop: Shop, visit: Visit, now: datetime, cancelled: bool = False) -> Form:
    """The form for this visit; `cancelled`: nothing was bought, and nothing is to be changed."""
    twice = Quirk.POSTED_TWICE in visit.quirks
    if visit.kind == "oci":
        fields = oci.cart(shop, _emptied(visit) if cancelled else visit)
        return Form(action=visit.hook, fields=fields, charset=oci.CHARSET, twice=twice)
    if visit.kind == "peppol":
        document = t77.cart(shop, visit, now, [] if cancelled else None)
        return Form(action=visit.hook, fields=[("punchout", _base64(document))], twice=twice)
    document = cxml.nothing(shop, visit, now) if cancelled else cxml.cart(shop, visit, now)
    return _cxml(visit, document, twice)


def _cxml(visit: Visit, document: bytes, twice: bool) -> Form:
    if Quirk.RAW_BODY in visit.quirks:
        # A form of text/plain posts `name=value`: the first equals sign of the document is that one.
        name, _, value = document.decode().partition("=")
        return Form(action=visit.hook, fields=[(name, value)], enctype=_PLAIN, twice=twice)
    coded = Quirk.BASE64 in visit.quirks
    name = "cxml-base64" if coded else "cxml-urlencoded"
    if Quirk.UPPER_CASE_FIELD in visit.quirks:
        name = name.upper()
    return Form(action=visit.hook, fields=[(name, _base64(document) if coded else document.decode())], twice=twice)


def _emptied(visit: Visit) -> Visit:
    return msgspec.structs.replace(visit, cart={}, quirks=frozenset())


def _base64(document: bytes) -> str:
    return base64.b64encode(document).decode()
