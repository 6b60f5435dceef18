"""A finding explained: our own English messages stay as they are, everything else is said anew."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from gateway.findings import Finding
from gateway.wording.book import Book, Entry, Words, book
from gateway.wording.template import fill

Language = Literal["sv", "en"]
_TAGGED = re.compile(r"^\s*\[[\w.-]+\]\s*-?\s*")
_NAMESPACE = re.compile(r"\{[^{}\s]*[:/][^{}\s]*\}")
_TAILS = (
    (re.compile(r"; did you mean ([^?]*)\?"), "; menade du {0}?"),
    (re.compile(r"; known here: (.*?)(?= \(\d+ supplier|$)", re.DOTALL), "; här finns: {0}"),
    (re.compile(r" \(1 supplier is left out\)$"), " (1 leverantör är utelämnad)"),
    (re.compile(r" \((\d+) suppliers are left out\)$"), " ({0} leverantörer är utelämnade)"),
)
_TODO = {
    "sv": "Rätta det som regeln nämner. Kom dokumentet utifrån: be avsändaren om ett nytt.",
    "en": "Correct what the rule names. If the document came from outside, ask its sender for a new one.",
}


class Explained(msgspec.Struct, frozen=True):
    """`what` is wrong, in plain words without place and rule; `todo` is what a person does about it."""

    what: str
    todo: str


def explain(finding: Finding, language: Language) -> Explained:
    """The finding in `language`. What nobody has words for is the publisher's text, in Swedish with a lead-in."""
    known = book()
    text = _NAMESPACE.sub("", _TAGGED.sub("", finding.message))
    todo: Words = {}
    for entry, holes in known.about(finding.rule):
        todo = todo or entry.todo
        if entry.own:
            what = text if language == "en" else _swedish(known, entry, text)
            if what:
                return Explained(what, _filled(known, todo, language, holes))
            continue
        if (said := _said(known, entry, text, language, holes)) is not None:
            what, more = said
            return Explained(what, _filled(known, more or todo, language, holes))
    what = f"Regel {finding.rule} säger: {text}" if language == "sv" else text
    return Explained(what, _filled(known, todo, language, {}))


def _swedish(known: Book, entry: Entry, text: str) -> str:
    """One of our own messages, its end (what was probably meant, what it costs) translated apart."""
    body, tail = text, ""
    for pattern, words in _TAILS:
        if found := pattern.search(body):
            tail += words.format(*found.groups())
            body = body[: found.start()] + body[found.end() :]
    for saying in entry.says:
        if (holes := saying.message.match(body)) is not None:
            return fill(saying.what["sv"], holes, known.spoken) + tail
    said = known.spoken("text", body)
    if said != body:
        return said + tail
    return fill(entry.what.get("sv", ""), {"text": text}, lambda _, value: value)


def _said(known: Book, entry: Entry, text: str, language: Language, rule: dict[str, str]) -> tuple[str, Words] | None:
    """What a publisher's message means, and what to do where that depends on the message."""
    spoken = known.spoken if language == "sv" else _as_it_is
    for saying in entry.says:
        if (holes := saying.message.match(text)) is not None and language in saying.what:
            return fill(saying.what[language], holes | rule, spoken), saying.todo
    if language in entry.what:
        return fill(entry.what[language], {"text": text} | rule, spoken), {}
    return None


def _filled(known: Book, words: Words, language: Language, holes: dict[str, str]) -> str:
    return fill(words.get(language) or _TODO[language], holes, known.spoken if language == "sv" else _as_it_is)


def _as_it_is(_: str, text: str) -> str:
    return text
