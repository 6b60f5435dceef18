"""paramiko's SFTP client with two repairs: the status number of an answer is kept, and losing the line is one error."""

from __future__ import annotations

import errno
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import paramiko
from paramiko.message import Message
from paramiko.sftp import SFTP_EOF, SFTP_OK, SFTPError

from gateway.transports.contract import Failure, NotSent, Refused

NO_SUCH_FILE, PERMISSION, UNSUPPORTED, NO_SPACE, QUOTA = 2, 3, 8, 14, 15
# draft-ietf-secsh-filexfer-13, section 9.1; version 3 servers know the first nine and say 4 for nearly everything.
_REFUSALS = {
    PERMISSION: "permission denied; the supplier must let our account write there",
    NO_SUCH_FILE: "there is no such folder; correct the setting, or let the supplier create it",
    UNSUPPORTED: "their server does not support this operation",
    10: "there is no such folder; correct the setting, or let the supplier create it",
    12: "the folder is write-protected; the supplier must let our account write there",
}
_FULL = "their disk or quota is full; the supplier must make room"
LOST = (paramiko.SSHException, SFTPError, EOFError, OSError, struct.error, UnicodeError)
"""What paramiko raises when the line breaks, goes quiet or carries nonsense."""


class Answer(OSError):
    """The server answered a request with a status that is not OK; `code` is that status."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(errno.ENOENT if code == NO_SUCH_FILE else errno.EIO, text)
        self.code = code
        self.text = text


class Client(paramiko.SFTPClient):
    """As paramiko's, but an answer with a bad status is an `Answer`."""

    def _convert_status(self, msg: Message) -> None:
        code, text = msg.get_int(), msg.get_text()
        if code == SFTP_EOF:
            raise EOFError(text)
        if code != SFTP_OK:
            raise Answer(code, text)


@contextmanager
def told(what: str, *, lost: type[Failure]) -> Iterator[None]:
    """Every error of a step in our words: an answer by its status, a lost line as `lost`; `what` is step and path."""
    try:
        yield
    except Failure:
        raise
    except Answer as answer:
        raise _failure(what, answer) from answer
    except TimeoutError as error:
        raise lost(f"{what}: no answer in time") from error
    except LOST as error:
        raise lost(f"{what}: the connection broke ({_words(error)})") from error


def is_full(answer: Answer) -> bool:
    """Whether their disk or quota is full, by number or by words."""
    words = answer.text.lower()
    return answer.code in {NO_SPACE, QUOTA} or any(word in words for word in ("no space", "quota", "disk full"))


def _failure(what: str, answer: Answer) -> Failure:
    if is_full(answer):
        return NotSent(f"{what}: {_FULL}")
    if answer.code in _REFUSALS:
        return Refused(f"{what}: {_REFUSALS[answer.code]}")
    said = answer.text or "no reason given"
    return NotSent(f"{what}: their server says {said!r} (status {answer.code}); many say so when disk or quota is full")


def _words(error: Exception) -> str:
    return str(error).strip() or type(error).__name__
