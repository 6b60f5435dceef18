"""One question in cXML and the bytes of the answer: the secret is put in on the wire only."""

from __future__ import annotations

import re
from functools import cache
from typing import Final
from xml.sax.saxutils import escape

import httpx

from gateway.transports.contract import Failure, NotSent, Refused
from gateway.transports.cxml.settings import Peer
from gateway.transports.cxml.status import status_in
from gateway.transports.https.answers import OUTCOMES, words_of
from gateway.transports.https.asking import asked
from gateway.transports.https.bounded import LOCATION
from gateway.transports.https.login import carried
from gateway.transports.https.settings import shown
from gateway.transports.https.tls import Clients, identity_of
from gateway.transports.secrets import secret

PLAIN: Final = "text/xml; charset=UTF-8"
_WHOLE: Final = b"MIME-Version:"
_SECRET: Final = re.compile(rb"(<SharedSecret>)[^<]*(</SharedSecret>)")
_FAILED: Final = 400


def ask(peer: Peer, content: bytes) -> bytes:
    """Posts a whole cXML document, alone or in a MIME whole with its parts, and gives the body of the answer: at most
    64 KiB, whatever it is. What an HTTP error says in cXML is an answer too. Raises NotSent, Refused or Unsure.
    """
    head, body = taken_apart(with_secret(content, secret(peer.secret, "secret")))
    client = clients().of(identity_of(peer))
    headers = {
        "Content-Type": carried(head, "the document's media type"),
        "User-Agent": carried(peer.user_agent, "user_agent"),
    }
    answer = asked(client, "POST", peer.url, seconds=peer.timeout_seconds, content=body, headers=headers)
    if not answer.is_success and not _says_why(answer):
        raise _failure(peer, answer)
    return answer.content


@cache
def clients() -> Clients:
    """One pool of connections for all cXML: orders and visits to shops."""
    return Clients()


def with_secret(content: bytes, value: str) -> bytes:
    """The document with the secret where the reference to it stands: in the header, and nowhere below it."""
    shown_as = escape(value).encode()
    return _SECRET.sub(lambda found: found[1] + shown_as + found[2], content, count=1)


def taken_apart(content: bytes) -> tuple[str, bytes]:
    """Media type and body, as HTTP wants them apart: a MIME whole begins with its own headers."""
    if not content.startswith(_WHOLE):
        return PLAIN, content
    head, _, body = content.partition(b"\r\n\r\n")
    lines = re.sub(rb"\r\n[ \t]+", b" ", head).split(b"\r\n")
    named = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    return named.get(b"content-type", b"").decode("ascii", "replace"), body


def _says_why(answer: httpx.Response) -> bool:
    """Whether an HTTP error is told in cXML as well; one that tells of success in there is not believed."""
    status = status_in(answer.content)
    return status is not None and status.code >= _FAILED


def _failure(peer: Peer, answer: httpx.Response) -> Failure:
    """cXML says no in a Status: an error of HTTP is one on the way there, and passes. A redirect is no error."""
    status = answer.status_code
    kind, why = OUTCOMES.get(status) or OUTCOMES.get(f"{status // 100}xx", OUTCOMES["5xx"])
    if answer.extensions.get(LOCATION):
        why = f"{why} (to {shown(answer.extensions[LOCATION])})"
    if kind is Refused and not 300 <= status < _FAILED:
        kind, why = NotSent, f"{why}; it is tried again"
    return kind(f"{shown(peer.url)}: {status} {words_of(answer)}; {why}")
