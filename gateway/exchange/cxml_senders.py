"""Who a cXML document that came is from: a house that suppliers.yaml knows, and that shows its secret."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator

import msgspec

from gateway.exchange import log
from gateway.formats.cxml.envelope import Credential, Opened
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.transports.contract import Refused
from gateway.transports.cxml.settings import Peer
from gateway.transports.secrets import secret

_MOST_SHOWN = 4
_NAMES = ("their_secret", "their_secret_before")


class Sender(msgspec.Struct, frozen=True):
    """A supplier, and what is agreed with it: for its orders, or for its shop."""

    supplier: Supplier
    peer: Peer


def sender_of(suppliers: Suppliers, document: Opened) -> Sender | None:
    """The house that the document is from, where one of the secrets that it shows is that house's.

    From decides; Sender, which may be a network between us, does where From names nobody we know. A house with two
    agreements (orders and shop, test and production) is known by the one that fits: with us as the receiver, in the
    same mode.
    """
    everybody = list(_houses(suppliers))
    known = [one for one in everybody if _is_named(one, document.senders)]
    known = known or [one for one in everybody if _is_named(one, document.relays)]
    genuine = [one for one, good in ((one, _shows(one, document)) for one in known) if good]
    if not known:
        _compared(document.secrets, [secrets.token_hex()])
    return max(genuine, key=lambda one: (is_for_us(one, document), one.peer.mode == document.mode), default=None)


def is_for_us(sender: Sender, document: Opened) -> bool:
    """Whether To is the name that we have with them."""
    ours = Credential.parse(sender.peer.ours)
    return any(ours.same(one) for one in document.receivers)


def _houses(suppliers: Suppliers) -> Iterator[Sender]:
    for supplier in suppliers.as_of_now():
        for stated in (supplier.settings, supplier.shop):
            if isinstance(stated, Peer):
                yield Sender(supplier, stated)


def _is_named(one: Sender, named: Iterable[Credential]) -> bool:
    theirs = Credential.parse(one.peer.theirs)
    return any(theirs.same(credential) for credential in named)


def _shows(one: Sender, document: Opened) -> bool:
    return _compared(document.secrets, list(_secrets_of(one)) or [secrets.token_hex()])


def _compared(shown: Iterable[str], wanted: Iterable[str]) -> bool:
    """Every pair is looked at, whatever was found before."""
    given = tuple(shown)[:_MOST_SHOWN]
    found = [secrets.compare_digest(one.encode(), other.encode()) for other in wanted for one in given]
    return any(found)


def _secrets_of(one: Sender) -> Iterator[str]:
    for name in _NAMES if one.peer.their_secret else ("secret", "their_secret_before"):
        try:
            known = secret(getattr(one.peer, name), name)
        except Refused as refusal:
            log.warn("inbox_no_secret", supplier=one.supplier.id, cause=str(refusal))
            continue
        if known:
            yield known
