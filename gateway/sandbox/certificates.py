"""Keys and certificates of the sandbox, made when it starts: an authority, and whoever it vouches for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

_DAYS = 365


@dataclass(frozen=True)
class Holder:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey


def authority(cn: str) -> Holder:
    """Vouches for itself, and may vouch for others."""
    key = _key()
    name = _name(cn)
    return Holder(_built(name, key, True).issuer_name(name).sign(key, hashes.SHA256()), key)


def issued(cn: str, by: Holder) -> Holder:
    """May sign, and nothing else."""
    key = _key()
    built = _built(_name(cn), key, False).issuer_name(by.certificate.subject)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key())
    return Holder(built.add_extension(identifier, critical=False).sign(by.key, hashes.SHA256()), key)


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def _name(cn: str) -> x509.Name:
    parts = {NameOID.COUNTRY_NAME: "SE", NameOID.ORGANIZATION_NAME: "Avrop sandbox", NameOID.COMMON_NAME: cn}
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts.items()])


def _built(name: x509.Name, key: rsa.RSAPrivateKey, vouches: bool) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    no = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    usage = x509.KeyUsage(digital_signature=not vouches, key_cert_sign=vouches, crl_sign=vouches, **no)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=vouches, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
