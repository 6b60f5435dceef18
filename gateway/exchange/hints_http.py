"""The door where the access point tells that something became of a document. It is a hint: we ask what that is."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from gateway.exchange import log
from gateway.exchange.doors import answer, body_of, is_signed, shows_token
from gateway.exchange.inbox_http import TRANSPORT
from gateway.exchange.journal import MessageState
from gateway.exchange.office import utc_now
from gateway.exchange.tables import messages

PATH = "/inbox/access-point/status"
_LIMIT = 64 * 1024
_MOST = 100


class Hint(msgspec.Struct, frozen=True):
    """All that is taken from it: which document. Everything else that it says is left aside."""

    instance: str = msgspec.field(name="sbdhInstanceID")


def hints_router(engine: sa.Engine, token: str) -> APIRouter:
    """`POST /inbox/access-point/status`: `{"sbdhInstanceID": …}` or a list of such, with X-Token or X-Signature.

    202 `asked`: how many documents are asked for at once · 400 no hint · 401 neither token nor signature · 413 too
    large. An empty `token` closes the door.
    """
    router = APIRouter()

    @router.post(PATH)
    async def take(request: Request) -> Response:
        raw = await body_of(request, _LIMIT)
        if raw is None:
            return answer(413, error=f"at most {_LIMIT} bytes are taken")
        if not shows_token(request, token) and not is_signed(request, raw, token):
            log.warn("hint_wrong_token", source=request.client.host if request.client else None)
            return answer(401, error="neither X-Token nor X-Signature is right")
        try:
            hints = msgspec.json.decode(raw, type=Hint | list[Hint])
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return answer(400, error=f"this is no hint: {error}")
        keys = [hint.instance for hint in (hints if isinstance(hints, list) else [hints])]
        return answer(202, asked=await run_in_threadpool(ask_soon, engine, keys[:_MOST]))

    return router


def ask_soon(engine: sa.Engine, keys: list[str]) -> int:
    """The status of these documents is asked for now; how many there are. What was final stays so.

    An access point forgets what it sent long ago, and what it does not know would be sent again.
    """
    ours = (messages.c.direction == "out") & (messages.c.transport == TRANSPORT) & messages.c.key.in_(keys)
    sent = (messages.c.state == MessageState.SENT.value) & messages.c.follow_at.is_not(None)
    change = messages.update().where(ours, sent).values(follow_at=utc_now())
    with engine.begin() as conn:
        return conn.execute(change).rowcount
