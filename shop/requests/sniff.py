"""What a file is by its first bytes, whatever it is called; and a name that harms nobody. Pure.

Sources: PDF 32000-1 7.5.2, PNG 5.2, JFIF, GIF89a, WebP container, ISO 14496-12 `ftyp`.
"""

from __future__ import annotations

import re
from typing import Final

MOST_BYTES: Final = 10 * 1024 * 1024
_LONGEST: Final = 100
PDF, PNG, JPEG, GIF, WEBP, HEIC = (
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/heic",
)
ENDINGS: Final = {PDF: "pdf", PNG: "png", JPEG: "jpg", GIF: "gif", WEBP: "webp", HEIC: "heic"}
SHOWN: Final = frozenset({PNG, JPEG, GIF, WEBP})
"""What a browser may show in the page's place; all else is saved to disk."""
ACCEPT: Final = ".pdf,.png,.jpg,.jpeg,.gif,.webp,.heic"


def type_of(content: bytes) -> str | None:
    """The media type, None for what we do not take (drawings with scripts, pages, programs, office files)."""
    if content.startswith(b"%PDF-1.") or content.startswith(b"%PDF-2."):
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"mif1", b"heim"}:
        return HEIC
    return None


def clean_name(name: str, media_type: str) -> str:
    """The file's own name without its folders, signs that no disk takes, or another ending than its type's."""
    last = re.split(r"[/\\]", name)[-1]
    stem = "".join(sign if sign.isprintable() and sign not in '<>:"|?*\0' else "_" for sign in last).strip(" .")
    ending = ENDINGS[media_type]
    known = {ending, "jpeg"} if media_type == JPEG else {ending}
    parts = stem.rsplit(".", 1)
    if len(parts) == 2 and parts[1].lower() in known:
        stem = parts[0]
    return f"{stem[:_LONGEST].strip(' .') or 'bilaga'}.{ending}"
