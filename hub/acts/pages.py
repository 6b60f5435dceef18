"""What the scripts of the dock and the van are served with: the service worker, the reader, the page without a network.

A service worker is in charge of the folder it comes from, so it cannot lie under /static. The reader runs in a worker
of its own: WebAssembly is allowed there and on no page (CSP Level 3, 'wasm-unsafe-eval').
"""

from __future__ import annotations

import hashlib
import json

from fastapi import APIRouter, Request
from starlette.responses import Response

from web.access import ADMIN, DOCK, allow
from web.pages import render
from web.security import CONTENT_SECURITY_POLICY
from web.static_files import StaticFiles

router = APIRouter()
_READER = "/hub/reader.js"
_SCRIPT = "text/javascript; charset=utf-8"
_WASM_POLICY = CONTENT_SECURITY_POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")


@router.get("/hub/worker.js")
@allow(DOCK, ADMIN)
def service_worker(request: Request) -> Response:
    """Keeps pages and files on the phone. Its version is made of its files', so that a new program renews it."""
    static = request.app.state.static
    files = [static.address(name) for name in static.files if _is_ours(name)]
    version = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:16]
    return _script(static, "hub/worker.js", {"version": version, "files": [*files, _READER], "page": "/hub/offline"})


@router.get(_READER)
@allow(DOCK, ADMIN)
def reader(request: Request) -> Response:
    """Reads codes from the camera's pictures."""
    static = request.app.state.static
    vendored = {"detector": "hub/vendor/barcode-detector.js", "wasm": "hub/vendor/zxing_reader.wasm"}
    answer = _script(static, "hub/reader.js", {what: static.address(name) for what, name in vendored.items()})
    answer.headers["Content-Security-Policy"] = _WASM_POLICY
    return answer


@router.get("/hub/offline")
@allow(DOCK, ADMIN)
def offline(request: Request) -> Response:
    """Shown in place of a page that is not on the phone while there is no network."""
    return render(request, "hub/offline.html")


def _is_ours(name: str) -> bool:
    """Files of the web and of the hub; not another room's."""
    return "/" not in name or name.startswith("hub/")


def _script(static: StaticFiles, name: str, given: dict[str, object]) -> Response:
    """A script that is told where things are, as its `GIVEN`."""
    told = f"const GIVEN = {json.dumps(given)};\n".encode()
    return Response(told + static.files[name].content, media_type=_SCRIPT, headers={"Cache-Control": "no-cache"})
