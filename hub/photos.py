"""Photos from the dock and the door: made smaller, and rid of where and by which phone they were taken."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from PIL import Image, ImageOps

from hub.tables import photos

MOST_BYTES = 12_000_000
_LARGEST_SIDE = 1600
_MOST_PIXELS = 50_000_000
_QUALITY = 82


def keep(conn: sa.Connection, raw: bytes, who: str, now: datetime) -> UUID:
    """Keeps the photo as JPEG of at most 1,600 pixels a side. Raises ValueError for what is not a photo."""
    jpeg = _as_jpeg(raw)
    photo_id = uuid4()
    digest = hashlib.sha256(jpeg).hexdigest()
    conn.execute(photos.insert().values(id=photo_id, jpeg=jpeg, sha256=digest, at=now, who=who))
    return photo_id


def jpeg_of(conn: sa.Connection, photo_id: UUID) -> bytes | None:
    """The picture, or None."""
    found: bytes | None = conn.scalar(sa.select(photos.c.jpeg).where(photos.c.id == photo_id))
    return found


def _as_jpeg(raw: bytes) -> bytes:
    if len(raw) > MOST_BYTES:
        raise ValueError(f"a photo has at most {MOST_BYTES:,} bytes, this one has {len(raw):,}")
    try:
        with Image.open(io.BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise ValueError(f"a photo has at most {_MOST_PIXELS:,} pixels")
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("this is not a photo that can be read: JPEG, PNG or WebP") from error
    upright.thumbnail((_LARGEST_SIDE, _LARGEST_SIDE))
    made = io.BytesIO()
    upright.save(made, "JPEG", quality=_QUALITY, optimize=True)
    return made.getvalue()
