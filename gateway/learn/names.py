"""What a column's name says: the words of `words/columns.yaml`, exactly or nearly."""

from __future__ import annotations

import difflib
import functools
import re
import unicodedata
from importlib import resources
from typing import Any

import msgspec
import yaml

EXACT, TRIMMED, PERHAPS, NEAR = 1.0, 0.95, 0.8, 0.75
_NOISE = {
    "exkl",
    "excl",
    "exklusive",
    "moms",
    "vat",
    "kr",
    "sek",
    "st",
    "kronor",
    "i",
    "the",
    "of",
    "utan",
    "ex",
    "styck",
    "netto",
    "no1",
}
_TAXED = {"inkl", "inklusive", "incl", "including", "med"}
_CLOSE = 0.87
_LONGEST = 60
_NORDIC = str.maketrans({"ø": "o", "æ": "a"})


class Said(msgspec.Struct, frozen=True):
    """How surely a name means a column: `score` and the word that it is, or is close to."""

    score: float
    word: str


def plain(name: str) -> str:
    """`Art.nr` and `ART NR` are one name: small letters and digits only, å ä ö as a and o."""
    bare = unicodedata.normalize("NFKD", name.casefold().translate(_NORDIC)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9%]", "", bare)


@functools.cache
def words() -> dict[str, dict[str, Any]]:
    """The file of columns, by document; what is common to all stands under `common`."""
    text = (resources.files(__package__) / "words" / "columns.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return found


@functools.cache
def _lexicon(document: str) -> dict[str, tuple[tuple[str, str, float], ...]]:
    """Standard column → its words in plain letters, the word, and what it counts; the document's own words go first."""
    common, mine = words()["common"], words()[document]
    found: dict[str, tuple[tuple[str, str, float], ...]] = {}
    for column in (common | mine).keys() - {"nowhere"}:
        lists = [mine.get(column, {}), {} if mine.get(column) == {} else common.get(column, {})]
        exact = [(plain(word), word, EXACT) for said in lists for word in said.get("is", ())]
        perhaps = [(plain(word), word, PERHAPS) for said in lists for word in said.get("may", ())]
        found[column] = (*exact, *perhaps)
    return found


@functools.cache
def nowhere(document: str) -> frozenset[str]:
    """Names that are known and mean nothing that the standard file of a document has."""
    own = {
        word for column, said in _lexicon(document).items() for word, _, score in said if column in words()[document]
    }
    common = {plain(word) for word in words()["common"]["nowhere"]} - own
    return frozenset(common | {plain(word) for word in words()[document].get("nowhere", ())})


@functools.lru_cache(maxsize=50_000)
def says(document: str, column: str, name: str) -> Said:
    """Whether `name` means the standard `column` of `document` (order, order_response …)."""
    spelled = plain(name)
    if not spelled or len(name) > _LONGEST or spelled in nowhere(document):
        return Said(0, "")
    if spelled == plain(column):
        return Said(PERHAPS if _of_another(document, column, spelled) else EXACT, column)
    known = _lexicon(document).get(column, ())
    if found := max((score for word, _, score in known if word == spelled), default=0.0):
        return Said(found, name)
    bare = _trimmed(name)
    if bare and (found := max((score for word, _, score in known if word == bare), default=0.0)):
        return Said(min(found, TRIMMED) - (0 if found == EXACT else 0.05), name)
    return _near(spelled, known)


def _of_another(document: str, column: str, spelled: str) -> bool:
    """Whether the standard's own name is also an everyday word for something else: `text`, `supplier`."""
    return any(spelled == word for other, said in _lexicon(document).items() if other != column for word, _, _ in said)


def _trimmed(name: str) -> str:
    """The name without what stands beside it: `Pris (SEK exkl moms)`. A price with tax is another thing."""
    tokens = [plain(token) for token in re.split(r"[^\w%]+", name)]
    if _TAXED & set(tokens):
        return ""
    kept = [token for token in tokens if token and token not in _NOISE]
    return "".join(kept) if len(kept) < len([token for token in tokens if token]) else ""


def _near(spelled: str, known: tuple[tuple[str, str, float], ...]) -> Said:
    best = Said(0, "")
    for word, shown, score in known:
        if min(len(word), len(spelled)) < 5 or abs(len(word) - len(spelled)) > 3:
            continue
        matcher = difflib.SequenceMatcher(None, word, spelled)
        if matcher.real_quick_ratio() < _CLOSE or matcher.quick_ratio() < _CLOSE:
            continue
        ratio = matcher.ratio()
        if ratio >= _CLOSE and ratio * NEAR * score > best.score:
            best = Said(ratio * NEAR * score, shown)
    return best


def known(name: str) -> bool:
    """Whether any document knows the name of the column."""
    return any(
        plain(name) in nowhere(document) or any(says(document, column, name).score >= PERHAPS for column in columns)
        for document, columns in _columns().items()
    )


@functools.cache
def _columns() -> dict[str, tuple[str, ...]]:
    return {document: tuple(_lexicon(document)) for document in words() if document != "common"}
