"""A form of the door as it comes over the wire: texts, photos, and the act's name and time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from fastapi import Request
from starlette.datastructures import UploadFile

from hub import photos
from hub.acts.form import act_in
from hub.handing.door import MOST_PHOTOS, Said

MOST_BYTES = MOST_PHOTOS * photos.MOST_BYTES + 500_000
_FATE = "fate-"


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """`texts` by field, the last where there are several; `act` and `at` are None without JavaScript."""

    texts: dict[str, str]
    scanned: tuple[str, ...] = ()
    pictures: tuple[bytes, ...] = ()
    act: UUID | None = None
    at: datetime | None = None

    def said(self) -> Said:
        """What it says of a handing over."""
        fates = {name.removeprefix(_FATE): value for name, value in self.texts.items() if name.startswith(_FATE)}
        told = {name: self.texts.get(name, "") for name in ("receiver", "signature", "typed", "text")}
        return Said(fates=fates, scanned=self.scanned, photos=self.pictures, **told)


async def read(request: Request) -> Sent:
    """The request's form. What cannot be read of `act` and `at` is left out: no work is lost for a phone's clock."""
    form = await request.form()
    texts = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    pictures = [raw for file in files[: MOST_PHOTOS + 1] if (raw := await file.read())]
    act = act_in(texts.get("act", ""), texts.get("at", ""))
    return Sent(
        texts=texts,
        scanned=tuple(value for value in form.getlist("scanned") if isinstance(value, str)),
        pictures=tuple(pictures),
        act=act.id,
        at=act.at,
    )
