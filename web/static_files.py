"""Static files: read once, addressed by the hash of their content, so that browsers may keep them for ever."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import msgspec
from fastapi import APIRouter, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from web.room import Room

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}
FOR_EVER = "public, max-age=31536000, immutable"

router = APIRouter()


class StaticFile(msgspec.Struct, frozen=True, kw_only=True):
    content: bytes
    packed: bytes
    media_type: str
    digest: str


class StaticFiles:
    """All rooms' files by name: `avrop.css` of the web, `<room>/<file>` of another room."""

    def __init__(self, rooms: Iterable[Room]) -> None:
        self.files: dict[str, StaticFile] = {}
        for room in rooms:
            prefix = "" if room.name == "web" else f"{room.name}/"
            folder = room.folder / "static"
            for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
                if path.suffix in MEDIA_TYPES:
                    self.files[prefix + path.relative_to(folder).as_posix()] = _read(path, path.stat().st_mtime_ns)

    def address(self, name: str) -> str:
        """Where a file is served; raises KeyError for a file that is not there."""
        return f"/static/{self.files[name].digest}/{name}"


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> StaticFile:
    """Packed once for all the apps of a process."""
    content = path.read_bytes()
    return StaticFile(
        content=content,
        packed=gzip.compress(content, mtime=0),
        media_type=MEDIA_TYPES[path.suffix],
        digest=hashlib.sha256(content).hexdigest()[:16],
    )


@router.get("/static/{digest}/{name:path}")
def static_file(request: Request, digest: str, name: str) -> Response:
    """A file; one asked for under an older hash is given as it is now, and not kept."""
    file = request.app.state.static.files.get(name)
    if file is None:
        raise HTTPException(404)
    headers = {"Cache-Control": FOR_EVER if digest == file.digest else "no-cache", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, media_type=file.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(file.content, media_type=file.media_type, headers=headers)
