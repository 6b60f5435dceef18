"""Which file names may travel: one rule for every transport that writes or lists files."""

from __future__ import annotations

from gateway.transports.contract import Refused

_UNFINISHED = (".part", ".tmp", ".filepart", ".partial")
LONGEST = 200


def sendable(name: str) -> str:
    """`name`, where it is a plain file name; Refused where it would leave the folder or be hidden from the supplier."""
    if not is_plain(name):
        raise Refused(
            f"{name!r} is not a file name we can send: "
            f"no folders, no control signs, no leading dot, at most {LONGEST} bytes"
        )
    return name


def is_plain(name: str) -> bool:
    """Whether `name` is one visible file in one folder; others are somebody's tricks or somebody's work in progress."""
    return (
        bool(name)
        and name.isprintable()
        and not name.startswith(".")
        and not set("/\\") & set(name)
        and len(name.encode("utf-8", "surrogatepass")) <= LONGEST
    )


def is_waiting(name: str) -> bool:
    """Whether a listed file is meant for us now: plain, and not under a name that says it is still being written."""
    return is_plain(name) and not name.lower().endswith(_UNFINISHED)


def hidden(name: str) -> str:
    """The name under which a file is written before it is whole."""
    return f".{name}.part"
