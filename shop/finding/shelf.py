"""What stands in the index of an article: fields, and how a row of the table becomes a document."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec
import tantivy

from shop.finding import said
from shop.finding.words import Lexicon, pieces, stem, tokens
from shop.tables import articles

ID, WEIGHT, PRICE, BASE = "id", "weight", "price", "base"
ANY, WORD, CODE = "any", "word", "code"
TOP, HEAD, NAME = "top", "head", "name"
CATEGORY, SUPPLIER, AGREEMENT, LABEL, GROUP, BAND = "category", "supplier", "agreement", "label", "group", "band"
CONTRACT, STOCK, MEASURE, BARRED, FROM, TO = "contract", "stock", "measure", "barred", "from", "to"

BANDS: Final = (0, 50, 100, 250, 500, 1000, 2500)
"""Kronor from which a price band begins."""
_NUMBER = 1
"""Goes up with whatever makes old indexes unfit."""
_COLUMNS = (
    "id", "supplier_id", "seller_id", "gtin", "name", "description", "unit", "content", "content_unit", "price",
    "contract", "category", "unspsc", "brand", "manufacturer_id", "keywords", "labels", "stock", "valid_from",
    "valid_to",
)  # fmt: skip
COLUMNS: Final = tuple(articles.c[name] for name in _COLUMNS)
SOLD: Final = articles.c.active & articles.c.listed


class Row(NamedTuple):
    """An article as read for the index, in the order of `COLUMNS`."""

    id: int
    supplier_id: str
    seller_id: str
    gtin: str | None
    name: str
    description: str
    unit: str
    content: Decimal | None
    content_unit: str | None
    price: Decimal
    contract: str | None
    category: str
    unspsc: str | None
    brand: str | None
    manufacturer_id: str | None
    keywords: str
    labels: list[str]
    stock: Decimal | None
    valid_from: date | None
    valid_to: date | None


def version() -> str:
    """Another one where fields or the words that documents are built of have changed."""
    lists = (said.FORMS, sorted(said.PARTS), sorted(said.TRAPS))
    return f"{_NUMBER}-{hashlib.sha256(msgspec.json.encode(lists)).hexdigest()[:12]}"


def schema() -> tantivy.Schema:
    """The fields; all text comes in analysed, parted by blanks. Nothing is stored: pages read the table by id."""
    made = tantivy.SchemaBuilder()
    made.add_integer_field(ID, indexed=True, fast=True)  # what is not indexed cannot be deleted by
    for name in (TOP, HEAD, NAME, ANY, WORD, CODE):
        made.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in (CATEGORY, SUPPLIER, AGREEMENT, LABEL, GROUP, MEASURE):
        made.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    made.add_text_field(BARRED, tokenizer_name="raw", index_option="basic")
    for name in (BAND, CONTRACT, STOCK):
        made.add_integer_field(name, indexed=True, fast=True)
    for name in (FROM, TO):
        made.add_integer_field(name, indexed=True)
    made.add_float_field(WEIGHT, fast=True)
    made.add_float_field(PRICE, fast=True)
    made.add_float_field(BASE, fast=True)
    return made.build()


SCHEMA: Final = schema()


def document(row: Row, lexicon: Lexicon) -> tantivy.Document:
    """The row as the index takes it."""
    made = tantivy.Document()
    made.add_integer(ID, row.id)
    _add_words(made, row, lexicon)
    made.add_text(CODE, " ".join(codes(row)))
    made.add_text(CATEGORY, row.category)
    made.add_text(SUPPLIER, row.supplier_id)
    made.add_text(BARRED, row.category)
    if row.contract is not None:
        made.add_text(AGREEMENT, agreement(row.supplier_id, row.contract))
        made.add_text(BARRED, agreement(row.supplier_id, row.contract))
    for label in row.labels:
        made.add_text(LABEL, label)
    if row.unspsc:
        made.add_text(BARRED, row.unspsc)
        made.add_text(GROUP, row.unspsc[:2])
    made.add_integer(CONTRACT, int(row.contract is not None))
    made.add_integer(STOCK, int(row.stock is not None and row.stock > 0))
    if row.valid_from is not None:
        made.add_integer(FROM, row.valid_from.toordinal())
    if row.valid_to is not None:
        made.add_integer(TO, row.valid_to.toordinal())
    _add_prices(made, row)
    return made


def agreement(supplier_id: str, number: str) -> str:
    """A contract as one word."""
    return f"{supplier_id}|{number}"


def codes(row: Row) -> set[str]:
    """The numbers by which an article is known, each found exactly."""
    return {code(one) for one in (row.seller_id, row.gtin, row.manufacturer_id) if one} - {""}


def code(text: str) -> str:
    """A number as it is compared: no blanks, no signs but letters and digits; a GTIN without zeros in front."""
    bare = re.sub(r"[\W_]", "", text.lower())
    return bare.lstrip("0") if bare.isdigit() else bare


def band(price: Decimal) -> int:
    """The kronor from which the price band of a price begins."""
    return max(start for start in BANDS if start <= max(price, Decimal(0)))


def _add_words(made: tantivy.Document, row: Row, lexicon: Lexicon) -> None:
    """Each place holds the one before it: `TOP` the first word of the name, `HEAD` its parts too, `NAME` all of the
    name with brand and keywords, `ANY` the description as well."""
    name = _named(row.name, lexicon)
    more, words = _worded(f"{row.brand or ''} {row.keywords}", lexicon)
    text, _ = _worded(row.description, lexicon)
    whole = f"{name.all} {' '.join(more.keys() - name.known)}"
    made.add_text(TOP, name.top)
    made.add_text(HEAD, name.head)
    made.add_text(NAME, whole)
    made.add_text(ANY, f"{whole} {' '.join(text.keys() - name.known - more.keys())}")
    made.add_text(WORD, f"{name.words} {words}")


class _Named(NamedTuple):
    """A name's stems by place, all of them, and its words as they are written."""

    top: str
    head: str
    all: str
    known: frozenset[str]
    words: str


@lru_cache(maxsize=50_000)
def _named(name: str, lexicon: Lexicon) -> _Named:
    taken = [taken_apart(word, lexicon) for word in tokens(name)]
    known = dict.fromkeys(one for whole, parts in taken for one in (whole, *parts))
    top, parts = taken[0] if taken else ("", ())
    return _Named(top, " ".join(dict.fromkeys((top, *parts))), " ".join(known), frozenset(known), _plain(name))


@lru_cache(maxsize=50_000)
def _worded(text: str, lexicon: Lexicon) -> tuple[dict[str, None], str]:
    """The stems of a text and of its compounds' parts in their order, and its words as they are written."""
    taken = (taken_apart(word, lexicon) for word in tokens(text))
    return dict.fromkeys(one for whole, parts in taken for one in (whole, *parts)), _plain(text)


def _plain(text: str) -> str:
    return " ".join(dict.fromkeys(word for word in tokens(text) if len(word) > 1 and not word[0].isdigit()))


def taken_apart(word: str, lexicon: Lexicon) -> tuple[str, tuple[str, ...]]:
    """The stem of a word, its hyphens taken out, and what it is made of."""
    if "-" not in word:
        return stem(word), lexicon.parts(word)
    parts = pieces(word)
    return stem("".join(parts)), tuple(one for part in parts for one in (stem(part), *lexicon.parts(part)))


def _add_prices(made: tantivy.Document, row: Row) -> None:
    price = float(row.price)
    base = price / float(row.content) if row.content and row.content_unit else None
    made.add_float(PRICE, price)
    made.add_integer(BAND, band(row.price))
    if base is not None and row.content_unit:
        made.add_float(BASE, base)
        made.add_text(MEASURE, row.content_unit)
    made.add_float(WEIGHT, weight(row.contract is not None, base if base is not None else price))


def weight(on_contract: bool, base: float) -> float:
    """Puts like hits in order, the greatest first: on contract, then the cheaper by its base unit.

    Prices per kilo and per piece cannot be compared; those who answer alike to the words mostly have the same unit.
    """
    cheap = 1 / (1 + max(base, 0.0))
    return (1.0 if on_contract else 0.0) + cheap
