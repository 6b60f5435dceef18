"""A certificate authority for tests, real in every way but that nobody trusts it."""

from __future__ import annotations

import functools
import ipaddress
import ssl
import tempfile
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.now(UTC)
PASSPHRASE = b"losen-for-nyckeln"


class Pair:
    """A certificate and its key, as PEM text."""

    def __init__(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self.made, self._key = certificate, key
        self.certificate = certificate.public_bytes(serialization.Encoding.PEM).decode()
        self.key = self._pem(serialization.NoEncryption())
        self.locked_key = self._pem(serialization.BestAvailableEncryption(PASSPHRASE))

    def _pem(self, encryption: serialization.KeySerializationEncryption) -> str:
        form = serialization.PrivateFormat.PKCS8
        return self._key.private_bytes(serialization.Encoding.PEM, form, encryption).decode()

    def sign(self, name: str, days: int = 30) -> Pair:
        return _made(name, self, days)

    def context(self, clients: str = "") -> ssl.SSLContext:
        """A server's context; `clients` is the authority of the clients it insists on."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=clients or None)
        context.verify_mode = ssl.CERT_REQUIRED if clients else ssl.CERT_NONE
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(self.certificate + self.key)
            file.flush()
            context.load_cert_chain(file.name)
        return context


def _made(name: str, issuer: Pair | None, days: int) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.made.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=60))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer is not None:
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return Pair(made.sign(issuer._key if issuer else key, hashes.SHA256()), key)


@functools.cache
def authority(name: str = "Test CA") -> Pair:
    return _made(name, None, 3650)


@functools.cache
def server() -> Pair:
    return authority().sign("localhost")


@functools.cache
def expired() -> Pair:
    return authority().sign("localhost", days=-1)


@functools.cache
def client() -> Pair:
    return authority().sign("avrop", days=20)


@functools.cache
def stranger() -> Pair:
    return authority("Another CA").sign("avrop")
