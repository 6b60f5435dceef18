"""Suppliers to send to: one process that speaks an access point's HTTP, and is well or ill as the address says.

`/well/…` takes everything, `/hang/…` takes the request and says nothing for 30 s, `/refuse/…` says no, `/drop/…` cuts
the line in the middle of the upload.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import re
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Final

HANG_SECONDS: Final = 30.0
_TAKEN: Final = json.dumps({"overallSuccess": True, "status": "sent", "transactionID": "bench"}).encode()
_REFUSED: Final = json.dumps({"errorDetails": "the account is closed"}).encode()
_LENGTH = re.compile(rb"content-length: *(\d+)", re.I)


@contextmanager
def receivers() -> Iterator[str]:
    """The address of a running receiver."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join(5)


def _run(ready: Connection) -> None:
    asyncio.run(_serve(ready))


async def _serve(ready: Connection) -> None:
    server = await asyncio.start_server(_talk, "127.0.0.1", 0, backlog=512)
    ready.send(server.sockets[0].getsockname()[1])
    async with server:
        await server.serve_forever()


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            method, path = head.split(b" ", 2)[:2]
            length = int(found[1]) if (found := _LENGTH.search(head)) else 0
            if not await _behave(path.split(b"/")[1], method, length, reader, writer):
                break
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _behave(
    kind: bytes, method: bytes, length: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    """Answers one request; whether the line stays open."""
    if kind == b"drop" and method == b"POST":
        await reader.read(length // 2)
        return False
    await reader.readexactly(length)
    if kind == b"hang":
        await asyncio.sleep(HANG_SECONDS)
        return False
    status, body = (b"200 OK", _TAKEN) if kind == b"well" else (b"422 Unprocessable Content", _REFUSED)
    if method == b"GET":
        status, body = b"404 Not Found", b"{}"
    head = b"HTTP/1.1 " + status + b"\r\ncontent-type: application/json\r\ncontent-length: "
    writer.write(head + str(len(body)).encode() + b"\r\n\r\n" + body)
    await writer.drain()
    return True
