"""One SFTP connection: address, host key, log-in, channel. Each step has its time limit and its own words."""

from __future__ import annotations

import contextlib
import logging
import socket
import time

import paramiko
import tenacity
from paramiko.ssh_exception import IncompatiblePeer

from gateway.transports.contract import Failure, NotSent, Refused
from gateway.transports.secrets import secret
from gateway.transports.sftp import pinning
from gateway.transports.sftp.client import LOST, Client
from gateway.transports.sftp.identity import private_key
from gateway.transports.sftp.settings import SftpSettings

# paramiko logs whole tracebacks for what we report in one sentence.
_WIRE = "avrop.sftp.wire"
logging.getLogger(_WIRE).setLevel(logging.CRITICAL)
_SILENT = "Authentication timeout.", "transport shut down or saw EOF"


class Dropped(NotSent):
    """They took the connection and dropped it at once, as busy servers do: worth a second try within the attempt."""


class Link:
    """An open connection and its SFTP channel; `used` is when it was last free (monotonic seconds)."""

    def __init__(self, transport: paramiko.Transport, client: Client) -> None:
        self.transport = transport
        self.client = client
        self.used = time.monotonic()

    def close(self) -> None:
        with contextlib.suppress(*LOST):
            self.transport.close()

    def alive(self) -> bool:
        """Whether the other side still answers."""
        try:
            self.client.normalize(".")
        except LOST:
            return False
        return self.transport.is_active()


@tenacity.retry(
    retry=tenacity.retry_if_exception_type(Dropped),
    stop=tenacity.stop_after_attempt(2),
    wait=tenacity.wait_fixed(0.3),
    reraise=True,
)
def connect(settings: SftpSettings) -> Link:
    """A new connection. NotSent where nobody answers in time; Refused for a wrong host key or log-in."""
    wanted = pinning.pins(settings.host_key)
    key = private_key(settings)
    password = secret(settings.password, "password")
    transport = _transport(settings, _socket(settings))
    try:
        _greet(transport, settings, wanted)
        _log_in(transport, settings, password, key)
        return Link(transport, _channel(transport, settings))
    except BaseException:
        transport.close()
        raise


def _socket(settings: SftpSettings) -> socket.socket:
    place = f"{settings.host}:{settings.port}"
    try:
        return socket.create_connection((settings.host, settings.port), timeout=settings.timeout_seconds)
    except socket.gaierror as error:
        raise NotSent(
            f"the name {settings.host!r} cannot be resolved ({error.strerror}); check it and our DNS"
        ) from error
    except TimeoutError as error:
        raise NotSent(
            f"{place} does not answer within {settings.timeout_seconds:g} s; is a firewall between?"
        ) from error
    except ConnectionRefusedError as error:
        raise NotSent(f"nobody listens on {place}; the supplier's server is down or the port is wrong") from error
    except OSError as error:
        raise NotSent(f"{place} cannot be reached: {error.strerror or error}") from error
    except (ValueError, OverflowError) as error:
        raise Refused(f"{place} is not an address: {error}; correct host and port") from error


def _transport(settings: SftpSettings, sock: socket.socket) -> paramiko.Transport:
    try:
        transport = paramiko.Transport(sock)
    except LOST as error:
        sock.close()
        raise Dropped(f"{settings.place}: no SSH connection ({error})") from error
    transport.set_log_channel(_WIRE)
    transport.banner_timeout = settings.timeout_seconds
    transport.auth_timeout = settings.timeout_seconds
    return transport


def _greet(transport: paramiko.Transport, settings: SftpSettings, wanted: dict[str, str]) -> None:
    began = time.monotonic()
    pinning.prefer(transport, wanted)
    try:
        transport.start_client(timeout=settings.timeout_seconds)
        key = transport.get_remote_server_key()
    except IncompatiblePeer as error:
        raise Refused(
            f"{settings.place}: no method of encryption in common ({error}); their server is too old"
        ) from error
    except LOST as error:
        if time.monotonic() - began >= settings.timeout_seconds * 0.9:
            raise NotSent(
                f"{settings.place} takes the connection but does not answer as SSH; is it hanging?"
            ) from error
        raise Dropped(f"{settings.place} dropped the connection before log-in ({error or 'no reason'})") from error
    pinning.check(key, wanted, settings.place)


def _log_in(transport: paramiko.Transport, settings: SftpSettings, password: str, key: paramiko.PKey | None) -> None:
    ways = "key and password" if key and password else "key" if key else "password"
    refusal = Refused(f"{settings.place}: log-in by {ways} refused; check user and {ways} with the supplier")
    try:
        more = transport.auth_publickey(settings.user, key) if key else []
        if password and not transport.is_authenticated():
            more = transport.auth_password(settings.user, password)
    except paramiko.BadAuthenticationType as error:
        taken = ", ".join(error.allowed_types) or "nothing we know"
        raise Refused(f"{settings.place}: log-in by {ways} is not accepted there; they take {taken}") from error
    except paramiko.AuthenticationException as error:
        if any(words in str(error) for words in _SILENT):
            raise NotSent(f"{settings.place}: the server went silent during log-in") from error
        raise refusal from error
    except LOST as error:
        raise NotSent(f"{settings.place}: the connection broke during log-in ({error})") from error
    if not transport.is_authenticated():
        raise refusal if not more else Refused(f"{settings.place}: after {ways} they also want {', '.join(more)}")


def _channel(transport: paramiko.Transport, settings: SftpSettings) -> Client:
    try:
        channel = transport.open_session(timeout=settings.timeout_seconds)
        channel.settimeout(settings.timeout_seconds * 3)
        channel.invoke_subsystem("sftp")
        return Client(channel)
    except Failure:
        raise
    except LOST as error:
        raise NotSent(f"{settings.place}: logged in, but no SFTP channel was opened ({error or 'closed'})") from error
