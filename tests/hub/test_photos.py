"""Photos: what is kept of them, and what is not one."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from uuid import UUID

import pytest
from PIL import Image

from hub import photos
from hub.acts.once import answer_of, keep, once

NOW = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)


@pytest.fixture
def conn(engine):
    with engine.begin() as connection:
        yield connection


def picture(width: int = 3000, height: int = 1000) -> bytes:
    made = io.BytesIO()
    image = Image.new("RGB", (width, height), "#808080")
    exif = image.getexif()
    exif[0x010F] = "Phone of somebody"
    exif[0x0112] = 6  # lies on its side
    image.save(made, "JPEG", exif=exif)
    return made.getvalue()


def test_a_photo_is_made_smaller_upright_and_rid_of_its_owner(conn):
    raw = picture()
    assert b"Phone of somebody" in raw
    kept = photos.jpeg_of(conn, photos.keep(conn, raw, "Alva Exempel", NOW))
    assert b"Phone" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (533, 1600)
        assert not image.getexif()


@pytest.mark.parametrize("raw", [b"", b"GIF89a", b"\xff\xd8\xff\xe0 half a picture", picture()[:4000], b"<svg/>"])
def test_what_is_not_a_photo_is_refused(conn, raw):
    with pytest.raises(ValueError, match="photo"):
        photos.keep(conn, raw, "Alva Exempel", NOW)


def test_one_act_is_taken_once(conn):
    act = UUID(int=7)
    assert once(conn, act, "scan", "Alva", NOW)
    keep(conn, act, {"kind": "received"})
    assert not once(conn, act, "scan", "Alva", NOW)
    assert answer_of(conn, act) == {"kind": "received"}
    assert once(conn, None, "scan", "Alva", NOW)
    assert once(conn, None, "scan", "Alva", NOW)
