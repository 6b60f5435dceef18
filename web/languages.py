"""Words. Message ids are English; Swedish stands in each room's `locale/sv.po`, read when the program starts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from fastapi import Request
from markupsafe import Markup

from web.security import LANGUAGE_COOKIE

LANGUAGES = {"sv": "Svenska", "en": "English"}
DEFAULT = "sv"
Messages = dict[str, tuple[str, ...]]


def N_(message: str) -> str:
    """Marks a message id that is translated later, where it is shown."""
    return message


def read_messages(path: Path) -> Messages:
    """The messages of one .po file: singular id to its one or two forms."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale="sv", abort_invalid=True)
    found: Messages = {}
    for message in catalogue:
        if message.id:
            forms = (message.string,) if isinstance(message.string, str) else tuple(message.string)
            found[message.id if isinstance(message.id, str) else message.id[0]] = forms
    return found


class Words:
    """One language: `text` and `plural` give marked-up text, values escaped; `say` gives plain text."""

    def __init__(self, language: str, messages: Messages) -> None:
        self.language = language
        self.messages = messages

    def say(self, message: str, /, **values: Any) -> str:
        """A message as plain text; `%(name)s` is filled in."""
        found = self.messages.get(message, (message,))[0] or message
        return found % values if values else found

    def text(self, message: str, /, **values: Any) -> Markup:
        """A message as HTML: the message may hold marks such as <b>, the values are escaped."""
        found = Markup(self.messages.get(message, (message,))[0] or message)  # noqa: S704 - our own words
        return found % values if values else found

    def plural(self, one: str, many: str, count: int, /, **values: Any) -> Markup:
        """The form for `count`, which is also filled in as `%(num)s` unless given."""
        forms = self.messages.get(one, (one, many))
        form = forms[0] if count == 1 or len(forms) == 1 else forms[1]
        return Markup(form) % {"num": count, **values}  # noqa: S704 - our own words


class Catalogues:
    """All languages, put together from the rooms."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self.files = [file for folder in folders if (file := folder / "locale" / "sv.po").is_file()]

    @cached_property
    def words(self) -> dict[str, Words]:
        """By language code."""
        swedish: Messages = {}
        for file in self.files:
            swedish.update(read_messages(file))
        return {"sv": Words("sv", swedish), "en": Words("en", {})}


def language_of(request: Request) -> str:
    """The language a reader chose, Swedish until then."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, DEFAULT)
    return chosen if chosen in LANGUAGES else DEFAULT


def words_of(request: Request) -> Words:
    """The words of the reader's language."""
    catalogues: Catalogues = request.app.state.catalogues
    return catalogues.words[language_of(request)]
