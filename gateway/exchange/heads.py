"""Documents that are read line by line later, by whoever handles them: of these only the head is read at once."""

from __future__ import annotations

from typing import Any

from gateway.formats import Dialect, Reading
from gateway.formats.rows import RowsCodec
from gateway.formats.ubl import UblCodec

_SLICE = 65_536


def head_of(dialect: Dialect, payload: bytes, source: str, document: str) -> Reading | None:
    """The document without its lines, where it is a `document` that can be streamed. Raises `Rejected`.

    A line that cannot be read is then no reason to refuse the whole.
    """
    codec = dialect.identify(payload)
    if codec is None or codec.document != document:
        return None
    slices = (payload[start : start + _SLICE] for start in range(0, len(payload), _SLICE))
    stream: Any
    if isinstance(codec, UblCodec):
        stream = codec.stream(slices, source)
        return Reading(document=stream.head, findings=tuple(stream.findings))
    if isinstance(codec, RowsCodec):
        stream = codec.stream(slices, source)
        return Reading(document=stream.head, findings=stream.findings_of_head)
    return None
