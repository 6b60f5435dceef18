"""By what an SFTP server knows us: a private key, with or without a certificate."""

from __future__ import annotations

import contextlib
import io

import paramiko

from gateway.transports.contract import Refused
from gateway.transports.secrets import secret, stated
from gateway.transports.sftp.settings import SftpSettings


def private_key(settings: SftpSettings) -> paramiko.PKey | None:
    """The key to log in with, None where none is set; Refused where it cannot be read."""
    text = secret(settings.private_key, "private_key")
    passphrase = secret(settings.passphrase, "passphrase") or None
    if not text:
        return None
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        with contextlib.suppress(paramiko.SSHException, ValueError, TypeError, IndexError):
            return _certified(kind.from_private_key(io.StringIO(text), passphrase), settings)
    raise Refused("setting private_key: no Ed25519, ECDSA or RSA key can be read there; check it and its passphrase")


def _certified(key: paramiko.PKey, settings: SftpSettings) -> paramiko.PKey:
    if certificate := stated(settings.certificate, "certificate"):
        try:
            key.load_certificate(certificate.strip())
        except (ValueError, paramiko.SSHException, IndexError, OSError) as error:
            raise Refused(f"setting certificate: it cannot be used with the private key ({error})") from error
    return key
