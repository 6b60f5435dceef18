"""Keys and certificates of an invented authority for SMPs, and of a server's TLS on this machine."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
_KEYS: dict[str, rsa.RSAPrivateKey] = {}


@dataclass(frozen=True)
class Holder:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def subject(self) -> str:
        return self.certificate.subject.rfc4514_string()

    def write(self, path: Path) -> Path:
        """Certificate and key in one file, as a TLS server wants them."""
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(self.pem.encode() + key)
        return path


def _key(name: str) -> rsa.RSAPrivateKey:
    """One key for each name in a test run: making them is slow."""
    if name not in _KEYS:
        _KEYS[name] = rsa.generate_private_key(65537, 2048)
    return _KEYS[name]


def _name(cn: str) -> x509.Name:
    parts = ((NameOID.COUNTRY_NAME, "SE"), (NameOID.ORGANIZATION_NAME, "Exempelstads SMP"), (NameOID.COMMON_NAME, cn))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


@cache
def issue(
    cn: str,
    issuer: Holder | None = None,
    begins: datetime = NOW - DAY,
    ends: datetime = NOW + 400 * DAY,
    ca: bool = False,
) -> Holder:
    """A certificate for `cn`, by `issuer` or by itself; also good for TLS on this machine."""
    key = _key(cn)
    signer = issuer or Holder(None, key)  # type: ignore[arg-type]
    here = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(cn))
        .issuer_name(issuer.certificate.subject if issuer else _name(cn))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(_usage(ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()), critical=False)
        .add_extension(here, critical=False)
    )
    return Holder(builder.sign(signer.key, hashes.SHA256()), key)


def _usage(ca: bool) -> x509.KeyUsage:
    no = (
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, **dict.fromkeys(no, False))


def authority(cn: str = "Exempel SMP-utfärdare") -> Holder:
    return issue(cn, begins=NOW - 800 * DAY, ends=NOW + 4000 * DAY, ca=True)


def smp(cn: str = "PSE000001") -> Holder:
    """The SMP's certificate, by the authority."""
    return issue(cn, authority())
