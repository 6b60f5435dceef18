"""The document inside an envelope, so that its lines are those of the file."""

from __future__ import annotations

import re

from gateway.findings import Rejected
from gateway.formats import sbdh
from gateway.formats.cxml import multipart, uploads
from gateway.formats.mail import attached_to, is_mail
from gateway.xml import parse

_MOST_LINES = 1000  # of a header; who recognises a document looks at its first bytes only
_HEADER_END = re.compile(rb"</(?:[\w.-]+:)?StandardBusinessDocumentHeader\s*>")
_END = re.compile(rb"</(?:[\w.-]+:)?StandardBusinessDocument\s*>\s*\Z")


def bare(raw: bytes) -> bytes:
    """What is inside the envelope or letter, where there is one. One that cannot be opened stays as it is.

    A cXML document stays in its envelope, which says what the document itself does not; files beside it are left out,
    but for a catalogue: that is the document.
    """
    if is_mail(raw):
        return attached_to(raw)
    if multipart.is_whole(raw):
        return _beside_files(raw)
    if not sbdh.is_wrapped(raw[:1000]):
        return raw
    try:
        return _in_place(raw) or sbdh.unwrap(raw)[1]
    except Rejected:
        return raw


def _beside_files(raw: bytes) -> bytes:
    try:
        return uploads.in_place(*multipart.taken_apart(raw))
    except Rejected:
        return raw


def _in_place(raw: bytes) -> bytes | None:
    """The payload as it stands, with an empty line for each line above it; None where it leans on its envelope."""
    start, end = _HEADER_END.search(raw), _END.search(raw)
    if start is None or end is None:
        return None
    above = raw.count(b"\n", 0, start.end())
    if above > _MOST_LINES:
        return None
    inside = b"\n" * above + raw[start.end() : end.start()].rstrip()
    try:
        parse(inside)
    except Rejected:
        return None
    return inside
