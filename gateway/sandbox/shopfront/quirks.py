"""What goes wrong at real suppliers, to be switched on one by one. Each name says what then happens on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Quirk(StrEnum):
    """A fault of a supplier's system; the reference of punchout (what goes wrong in practice) has met all of them."""

    BASE64 = "base64"
    UPPER_CASE_FIELD = "upper-case-field"
    RAW_BODY = "raw-body"
    LATIN1_DECLARED = "latin1-declared"
    WRONG_ORDER = "wrong-order"
    WRONG_TOTAL = "wrong-total"
    MIXED_CURRENCIES = "mixed-currencies"
    UNMAPPED_UNITS = "unmapped-units"
    NEW_AUXILIARY_ID = "new-auxiliary-id"
    OPERATION_IGNORED = "operation-ignored"
    STALE_COOKIE = "stale-cookie"
    HTML_ERROR = "html-error"
    ALREADY_PROCESSED = "already-processed"
    POSTED_TWICE = "posted-twice"
    MANY_LINES = "many-lines"
    EMPTY_CART = "empty-cart"
    LONG_DESCRIPTION = "long-description"
    DOTTED_UNSPSC = "dotted-unspsc"
    ENTITIES = "entities"
    BOX_OPENED = "box-opened"
    NO_ADDRESS = "no-address"


ABOUT: dict[Quirk, str] = {
    Quirk.BASE64: "the cart comes in the field cxml-base64",
    Quirk.UPPER_CASE_FIELD: "the field is called CXML-URLENCODED (or CXML-BASE64)",
    Quirk.RAW_BODY: "the document itself is the body of the post, as text/plain",
    Quirk.LATIN1_DECLARED: "the document declares ISO-8859-1, and the form is UTF-8",
    Quirk.WRONG_ORDER: "elements stand in another order than the DTD has them",
    Quirk.WRONG_TOTAL: "Total is 10.00 more than the lines make",
    Quirk.MIXED_CURRENCIES: "the last line is priced in EUR",
    Quirk.UNMAPPED_UNITS: "units are EACH and 100/BX",
    Quirk.NEW_AUXILIARY_ID: "on edit every line gets a new SupplierPartAuxiliaryID, beside the old line",
    Quirk.OPERATION_IGNORED: "edit and inspect begin with an empty cart, as if it were create",
    Quirk.STALE_COOKIE: "the BuyerCookie is that of the visit before",
    Quirk.HTML_ERROR: "the setup request, or the order, is answered with a page in HTML",
    Quirk.ALREADY_PROCESSED: "what was taken before is answered 500 already processed; a setup request always is",
    Quirk.POSTED_TWICE: "the page posts the cart twice",
    Quirk.MANY_LINES: "the cart has 5,000 lines",
    Quirk.EMPTY_CART: "the cart is empty, whatever was chosen",
    Quirk.LONG_DESCRIPTION: "the first line is described with 4,000 characters",
    Quirk.DOTTED_UNSPSC: "UNSPSC codes are written 44.12.17.08",
    Quirk.ENTITIES: "the document declares an entity and uses it",
    Quirk.BOX_OPENED: "a box is ordered, and its 30 pieces are shipped as EA",
    Quirk.NO_ADDRESS: "the setup request is answered 200, without a StartPage",
}


NONE: frozenset[Quirk] = frozenset()
NO_QUIRKS: Mapping[str, frozenset[Quirk]] = {}


def quirks_of(words: Iterable[str]) -> frozenset[Quirk]:
    """Quirks by name; a word may hold several with commas between. Raises ValueError for a name that is none."""
    names = [name.strip() for word in words for name in word.split(",") if name.strip()]
    return frozenset(Quirk(name) for name in names)
