"""A server that repeats the whole request in its answer, as some do in their errors."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def repeats_the_request(status: int) -> Iterator[str]:
    """Answers everything with `status` and every header it was sent, in words, JSON and the Location; its url."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            said = "; ".join(f"{name}: {value}" for name, value in self.headers.items())
            facts = {"status": "failed", "error": said, "errorDetails": said, "sendingException": said}
            body = json.dumps(facts, ensure_ascii=False).encode("latin-1", "replace")
            self.send_response(status, "No")
            self.send_header("Location", f"/elsewhere?{self.headers.get('X-Token')}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_HEAD = _answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
