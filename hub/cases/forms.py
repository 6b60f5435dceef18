"""What people write in the forms about deviations: amounts, days, acts of a phone, photos."""

from __future__ import annotations

from datetime import date, timedelta

from fastapi import Request
from starlette.datastructures import UploadFile

from hub import photos
from hub.acts.form import Act, act_in

FORM_BYTES = photos.MOST_BYTES + 100_000
"""A form with one photo as large as a phone makes them."""


class Filled:
    """A form that was sent: its texts, and the bytes of its photo where one was taken."""

    def __init__(self, texts: dict[str, str], photo: bytes | None) -> None:
        self.texts, self.photo = texts, photo

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    def act(self) -> Act:
        """What the phone calls this act, and when it was done by the phone's clock; both None without JavaScript."""
        return act_in(self.text("act"), self.text("at"))


async def filled_in(request: Request) -> Filled:
    """The form, read only as far as a photo may reach."""
    form = await request.form()
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile) and value.filename]
    photo = await files[0].read(photos.MOST_BYTES + 1) if files else None
    return Filled(texts, photo or None)


def day_in(text: str, today: date) -> date:
    """A day from today to a year ahead. Raises ValueError."""
    found = date.fromisoformat(text.strip())
    if not today <= found <= today + timedelta(days=366):
        raise ValueError(text)
    return found
