"""How well the values of a column fit a term: -1 they cannot be it, 0 they do not tell, 1 they can be nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable

from gateway.learn.column import Column
from gateway.learn.spoken import coding, list_name
from gateway.mapping.table import Leaf

NEVER, AGAINST, OPEN, GOOD, STRONG, ONLY = -1.0, -0.4, 0.0, 0.5, 0.8, 1.0
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
_PHONE = re.compile(r"[+(]?\d[\d\s()/-]{5,}")
_POSTAL = re.compile(r"(SE-?)?\d{3} ?\d{2}")
_SCHEMED = re.compile(r"[^:]+:.+", re.DOTALL)
_TIME = re.compile(r"\d\d:\d\d:\d\d")
_RATES = {0.0, 6.0, 12.0, 25.0}


def fit(column: Column, name: str, leaf: Leaf, on_line: bool) -> float:
    """Whether `column` can be the standard column `name`."""
    if not column.distinct:
        return OPEN
    if column.varies and not on_line:
        return NEVER
    if leaf.hook:
        return ONLY if column.ssccs == 1 else GOOD if column.ssccs > 0.8 else NEVER
    if leaf.codes is not None:
        return _coded(column, leaf)
    return _BY_TYPE[leaf.type](column, name, leaf)


def _coded(column: Column, leaf: Leaf) -> float:
    assert leaf.codes is not None
    found = coding(column.distinct, leaf.codes)
    share = len(found.meant) / len(column.distinct)
    if share >= 0.5:
        return STRONG + 0.1 if share == 1 else GOOD
    short = len(column.distinct) <= 16 and all(len(value) <= 20 for value in column.distinct)
    small = list_name(leaf.codes) in {"units", "uncl1229", "uncl4343-t76"}
    return AGAINST / 2 if short and small and not column.days and not column.order_numbers else NEVER


def _number(column: Column, name: str, leaf: Leaf) -> float:
    if not column.numbers or column.gtins == 1 or (column.ssccs == 1 and column.long > 15):
        return NEVER
    if name == "vat_percent":
        return STRONG if column.all(lambda value: _rate(value) in _RATES) else AGAINST
    if any(len(value) > 1 and value.startswith("0") and value.isdigit() for value in column.distinct):
        return AGAINST
    return GOOD


def _rate(value: str) -> float:
    return float(value.replace(",", ".").replace(" ", "")) if re.fullmatch(r"\d+([.,]\d+)?", value) else -1.0


def _date(column: Column, name: str, leaf: Leaf) -> float:
    return 0.7 if column.days else NEVER


def _time(column: Column, name: str, leaf: Leaf) -> float:
    return STRONG if column.all(lambda value: _TIME.fullmatch(value) is not None) else NEVER


def _boolean(column: Column, name: str, leaf: Leaf) -> float:
    return 0.3 if column.all(lambda value: value in {"true", "false", "0", "1"}) else NEVER


def _identifier(column: Column, name: str, leaf: Leaf) -> float:
    scheme = leaf.options.get("scheme")
    if scheme == "0160":
        if column.gtins == 1:
            return ONLY
        digits = column.share(lambda value: value.isdigit() and 8 <= len(value) <= 14)
        return AGAINST if digits > 0.9 else NEVER
    if scheme == "0088":
        return ONLY if column.glns else NEVER
    if column.all(lambda value: _SCHEMED.fullmatch(value) is not None):
        return STRONG
    return 0.6 if column.glns or column.organisations else NEVER


def _text(column: Column, name: str, leaf: Leaf) -> float:
    return _TEXTS.get(name, _plain)(column)


def _plain(column: Column) -> float:
    return AGAINST if column.gtins == 1 and len(column.distinct) > 1 else OPEN


def _reference(column: Column) -> float:
    """The number of a document."""
    if column.order_numbers:
        return STRONG
    if column.long > 30 or (column.numbers and any(sign in value for value in column.distinct for sign in ",.")):
        return NEVER
    return OPEN if column.codelike > 0.9 else AGAINST


def _own_reference(column: Column) -> float:
    return AGAINST if column.order_numbers else _reference(column)


def _row(column: Column) -> float:
    if column.small:
        return STRONG if column.distinct[0] in {"1", "10", "01", "001", "100"} else GOOD
    return NEVER if column.long > 12 or column.worded > 0.5 else AGAINST


def _article(column: Column) -> float:
    if column.gtins == 1 and column.long >= 12:
        return AGAINST
    if column.days and not column.small:
        return AGAINST
    return 0.4 if column.codelike == 1 else OPEN if column.codelike > 0.5 else AGAINST


def _words(column: Column) -> float:
    if column.worded == 0 or column.numbers:
        return NEVER
    return GOOD if column.worded > 0.9 else OPEN


def _matching(pattern: re.Pattern[str], otherwise: float) -> Callable[[Column], float]:
    return lambda column: STRONG if column.all(lambda value: pattern.fullmatch(value) is not None) else otherwise


_TEXTS: dict[str, Callable[[Column], float]] = {
    "order_number": _reference,
    "response_number": _own_reference,
    "sales_order": _own_reference,
    "advice_number": _own_reference,
    "list_number": _own_reference,
    "line": _row,
    "order_line": _row,
    "substitute_line": _row,
    "article": _article,
    "substitute_article": _article,
    "description": _words,
    "substitute_description": _words,
    "unit_name": _words,
    "hub_name": _words,
    "buyer_name": _words,
    "seller_name": _words,
    "supplier_name": _words,
    "hub_city": _words,
    "contact_email": _matching(_EMAIL, NEVER),
    "unit_email": _matching(_EMAIL, NEVER),
    "contact_telephone": _matching(_PHONE, AGAINST),
    "unit_telephone": _matching(_PHONE, AGAINST),
    "hub_postal_code": _matching(_POSTAL, AGAINST),
}
_BY_TYPE: dict[str, Callable[[Column, str, Leaf], float]] = {
    "decimal": _number,
    "amount": _number,
    "integer": _number,
    "date": _date,
    "time": _time,
    "boolean": _boolean,
    "identifier": _identifier,
    "text": _text,
}
