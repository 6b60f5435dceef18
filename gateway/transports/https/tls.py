"""Who we are and whom we trust on a connection, and one client for each such identity."""

from __future__ import annotations

import hashlib
import os
import ssl
import tempfile
import threading
from collections.abc import Iterator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Protocol

import httpx
import msgspec
from cryptography import x509

from gateway.transports.contract import Expiry, Refused
from gateway.transports.https.bounded import bounded
from gateway.transports.secrets import secret, stated

_MOST_CLIENTS = 200
# A proxy of the house cannot reach this machine's own addresses.
_DIRECT = {"all://127.0.0.1": None, "all://localhost": None}


class Papers(Protocol):
    """The settings that say where certificate, key and authorities stand: a path or reference each, "" for none."""

    @property
    def ca(self) -> str: ...
    @property
    def client_certificate(self) -> str: ...
    @property
    def private_key(self) -> str: ...
    @property
    def passphrase(self) -> str: ...


class Identity(msgspec.Struct, frozen=True):
    """PEM texts, "" for none: whom we trust instead of the public authorities, our certificate, its key."""

    ca: str = ""
    certificate: str = ""
    key: str = ""
    passphrase: str = ""

    @property
    def digest(self) -> str:
        """Tells identities apart without holding them."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()


def identity_of(settings: Papers) -> Identity:
    """Read anew each time, so that a renewed certificate is used at once. Raises Refused naming the setting."""
    return Identity(
        ca=stated(settings.ca, "ca"),
        certificate=stated(settings.client_certificate, "client_certificate"),
        key=secret(settings.private_key, "private_key"),
        passphrase=secret(settings.passphrase, "passphrase"),
    )


class Clients:
    """One httpx client per identity, made when first needed; most suppliers share the one without any."""

    def __init__(self) -> None:
        self._known: dict[str, httpx.Client] = {}
        self._lock = threading.Lock()

    def of(self, identity: Identity) -> httpx.Client:
        """Raises Refused where certificate, key or authorities cannot be used."""
        digest = identity.digest
        with self._lock:
            found = self._known.pop(digest, None) or _client(_context(identity))
            self._known[digest] = found
            if len(self._known) > _MOST_CLIENTS:
                del self._known[next(iter(self._known))]
            return found


def _client(context: ssl.SSLContext) -> httpx.Client:
    return httpx.Client(
        verify=context,
        limits=httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=15),
        follow_redirects=False,
        mounts=_DIRECT,
        headers={"User-Agent": "Avrop", "Accept-Encoding": "identity"},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        event_hooks={"response": [bounded]},
    )


def _context(identity: Identity) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cadata=identity.ca) if identity.ca else httpx.create_ssl_context()
    except (ssl.SSLError, ValueError) as error:
        raise Refused(f"setting ca: it holds no certificates in PEM ({error}); nothing was sent") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if identity.certificate:
        try:
            _load(context, identity)
        except (ssl.SSLError, ValueError, OSError) as error:
            why = "they are not PEM, do not belong together, or the passphrase is wrong"
            raise Refused(f"settings client_certificate and private_key: {why} ({_reason(error)})") from None
    return context


def _load(context: ssl.SSLContext, identity: Identity) -> None:
    """OpenSSL reads files only: one that is ours alone and is gone at once."""
    handle, path = tempfile.mkstemp(prefix="avrop-", suffix=".pem")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{identity.certificate}\n{identity.key}\n")
        # Without a passphrase OpenSSL would ask at the terminal.
        context.load_cert_chain(path, password=identity.passphrase or "-")
    finally:
        os.unlink(path)


def _reason(error: Exception) -> str:
    return getattr(error, "reason", None) or type(error).__name__


def expiries_of(settings: Papers) -> Iterator[Expiry]:
    """The end of our own certificate and of the authorities that are named; what cannot be read is left out."""
    for name, what in (("client_certificate", "client certificate"), ("ca", "certificate authority")):
        try:
            found = x509.load_pem_x509_certificates(stated(getattr(settings, name), name).encode())
        except (ValueError, Refused):
            continue
        for certificate in found[:1] if name == "client_certificate" else found:
            subject = certificate.subject.rfc4514_string()
            yield Expiry(what=f"{what} {subject}", ends=certificate.not_valid_after_utc)
