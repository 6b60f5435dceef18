"""Whom we believe: trust anchors from a folder, and whether a certificate leads to one of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from gateway.findings import Place, reject

_SUFFIXES = {".pem", ".crt", ".cer", ".der"}
_SPACED = re.compile(r",\s+")


def anchors_in(folder: Path) -> tuple[x509.Certificate, ...]:
    """The certificates in a folder, PEM or DER. Raises `Rejected` for one that cannot be read, and where none is."""
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
        found = [certificate for path in files for certificate in _read(path)]
    except OSError as error:
        raise reject(
            "lookup-trust", f"trust anchors cannot be read: {error.strerror}", Place(source=str(folder))
        ) from None
    if not found:
        message = (
            "no trust anchor is here; put the certificate of the authority for SMPs here, as .pem, .crt, .cer or .der"
        )
        raise reject("lookup-trust", message, Place(source=str(folder)))
    return tuple(found)


def _read(path: Path) -> list[x509.Certificate]:
    raw = path.read_bytes()
    try:
        if b"-----BEGIN" in raw:
            return x509.load_pem_x509_certificates(raw)
        return [x509.load_der_x509_certificate(raw)]
    except ValueError as error:
        raise reject("lookup-trust", f"this is not a certificate: {error}", Place(source=str(path))) from None


def issued_by(
    leaf: x509.Certificate, others: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate], now: datetime
) -> bool:
    """Whether a chain leads from `leaf`, which may sign, through `others` to one of `anchors`, all valid at `now`."""
    may_sign = ExtensionPolicy.permit_all().require_present(x509.KeyUsage, Criticality.AGNOSTIC, _signs)
    policies = {"ee_policy": may_sign, "ca_policy": ExtensionPolicy.webpki_defaults_ca()}
    builder = PolicyBuilder().store(Store(list(anchors))).time(now).extension_policies(**policies)
    try:
        builder.build_client_verifier().verify(leaf, list(others))
    except (VerificationError, ValueError):
        return False
    return True


def _signs(policy: Policy, certificate: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is None or not usage.digital_signature:
        raise ValueError("the certificate may not sign")


def is_named(certificate: x509.Certificate, uid: str) -> bool:
    """Whether a redirect's CertificateUID means this certificate: its whole subject, in any order, or its CN."""
    names = {str(part.value) for part in certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)}
    if uid in names:
        return True
    try:
        said = x509.Name.from_rfc4514_string(_SPACED.sub(",", uid))
    except ValueError:
        return False
    return bool(list(said)) and {_part(part) for part in said} == {_part(part) for part in certificate.subject}


def _part(part: x509.NameAttribute[str | bytes]) -> tuple[str, str]:
    return part.oid.dotted_string, str(part.value)
