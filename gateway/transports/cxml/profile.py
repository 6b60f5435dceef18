"""The self-test of a cXML house: it is asked what it takes, which moves nothing there (ProfileRequest)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr
from zoneinfo import ZoneInfo

from gateway.findings import Rejected
from gateway.transports.contract import Check, Failure
from gateway.transports.cxml.client import ask
from gateway.transports.cxml.settings import Peer
from gateway.transports.cxml.status import OUTCOMES, status_in
from gateway.transports.https.settings import shown
from gateway.xml import parse

_HERE: Final = ZoneInfo("Europe/Stockholm")
_NOT_BUILT: Final = {404, 405, 450}
_DTD: Final = "http://xml.cxml.org/schemas/cXML/{version}/cXML.dtd"


def checks(peer: Peer) -> Iterator[Check]:
    """One step: reached, trusted, known by our names and secret, and what they say that they take."""
    try:
        answer = ask(peer, profile_request(peer, str(uuid.uuid4()), datetime.now(_HERE)))
    except Failure as failure:
        yield Check(step="connect", good=False, evidence=str(failure))
        return
    where, status = shown(peer.url), status_in(answer)
    if status is None:
        why = f"{where}: the answer to a ProfileRequest is no cXML; check the setting url"
        yield Check(step="connect", good=False, evidence=why)
        return
    said = f"{where}: {status.code} {status.said}".rstrip()
    if status.code in _NOT_BUILT:
        said += "; they answer in cXML and tell no profile, so log-in and documents are not tried"
    elif status.code >= 300:
        why = OUTCOMES.get(status.code, OUTCOMES["4xx"])[1]
        yield Check(step="connect", good=False, evidence=f"{said}; {why}")
        return
    else:
        said += f"; they take {', '.join(offered(answer)) or 'nothing that they name'}"
    yield Check(step="connect", good=True, evidence=said)


def profile_request(peer: Peer, payload_id: str, now: datetime) -> bytes:
    """The smallest document of cXML; it holds the reference of the secret, as every document of ours. `now` is aware.

    It is written here because transports know no formats.
    """
    mode = ' deploymentMode="test"' if peer.mode == "test" else ""
    sender = _credential(peer.sender or peer.ours, f"<SharedSecret>{escape(peer.secret)}</SharedSecret>")
    about = f"payloadID={quoteattr(payload_id + '@profile.avrop')} timestamp={quoteattr(now.isoformat('T', 'seconds'))}"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE cXML SYSTEM "{_DTD.format(version=_version(peer))}">\n'
        f"<cXML {about}><Header><From>{_credential(peer.ours)}</From><To>{_credential(peer.theirs)}</To>"
        f"<Sender>{sender}<UserAgent>{escape(peer.user_agent)}</UserAgent></Sender></Header>"
        f"<Request{mode}><ProfileRequest/></Request></cXML>\n"
    ).encode()


def offered(answer: bytes) -> list[str]:
    """The requests that a ProfileResponse names, each once."""
    try:
        root = parse(answer, "", doctype=True)
    except Rejected:
        return []
    named = (one.get("requestName", "").strip()[:60] for one in root.iterfind("Response/ProfileResponse/Transaction"))
    return list(dict.fromkeys(name for name in named if name))[:40]


def _version(peer: Peer) -> str:
    return peer.versions.get("ProfileRequest", peer.version)


def _credential(text: str, secret: str = "") -> str:
    domain, _, identity = text.partition(":")
    inside = f"<Identity>{escape(identity.strip())}</Identity>{secret}"
    return f"<Credential domain={quoteattr(domain.strip())}>{inside}</Credential>"
