"""Pictures and data sheets of articles: those inside a catalogue are kept and served by us, others stay addresses."""

from __future__ import annotations

import hashlib
from typing import Final
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.model.article import Article, ItemDocument
from shop.catalogue.tables import catalogue_pictures

MOST: Final = 1_000_000
_BEGINS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_LONGEST: Final = 2_000


def sniffed(content: bytes) -> str | None:
    """What the first bytes say it is; None for what we do not serve. SVG can carry script, so it is none of these."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for begin, kind in _BEGINS if content.startswith(begin)), None)


def address_of(digest: bytes) -> str:
    return f"/pictures/{digest.hex()}"


def read(conn: sa.Connection, digest: bytes) -> tuple[str, bytes] | None:
    """The media type and the bytes."""
    wanted = sa.select(catalogue_pictures.c.media_type, catalogue_pictures.c.data)
    row = conn.execute(wanted.where(catalogue_pictures.c.sha256 == digest)).first()
    return (row[0], bytes(row[1])) if row else None


def web_address(text: str | None) -> str | None:
    """An address that a link may go to: http or https, and of bearable length."""
    address = (text or "").strip()
    if not address or len(address) > _LONGEST or not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in {"http", "https"} and parts.netloc else None


class Keeper:
    """Called with an article: where its picture and its data sheet are; what stood inside is kept.

    COPY holds the connection while lines are read, so what is to be kept goes by one of its own.
    """

    def __init__(self, conn: sa.Connection) -> None:
        self._engine = conn.engine
        self._known: set[bytes] = set()

    def __call__(self, item: Article) -> tuple[str | None, str | None]:
        image = sheet = None
        for document in item.documents:
            kind, address = self._placed(document)
            if address is None:
                continue
            if kind.startswith("image/"):
                image = image or address
            else:
                sheet = sheet or address
        return image, sheet

    def _placed(self, document: ItemDocument) -> tuple[str, str | None]:
        content = document.content
        if content is not None and len(content) <= MOST and (kind := sniffed(content)) is not None:
            return kind, self._keep(content, kind)
        said = (document.media_type or "").lower()
        address = web_address(document.uri)
        path = urlsplit(address).path.lower() if address else ""
        looks = document.kind == "PRODUCT_IMAGE" or said.startswith("image/")
        looks = looks or path.endswith((".png", ".jpg", ".jpeg", ".gif", ".webp"))
        return ("image/" if looks else "application/"), address

    def _keep(self, content: bytes, kind: str) -> str:
        digest = hashlib.sha256(content).digest()
        if digest not in self._known:
            with self._engine.begin() as conn:
                row = insert(catalogue_pictures).values(sha256=digest, media_type=kind, data=content)
                conn.execute(row.on_conflict_do_nothing())
            if len(self._known) < 100_000:
                self._known.add(digest)
        return address_of(digest)
