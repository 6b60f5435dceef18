"""Which column of a CSV file is what: proposed from headings and values, decided by a person. Pure."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

import msgspec

from web.languages import N_

FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "day": (N_("Date"), ("datum", "date", "fakturadatum", "bokforingsdatum", "verdatum", "day")),
    "supplier": (N_("Supplier's name"), ("leverantor", "leverantorsnamn", "motpart", "supplier", "vendor", "namn")),
    "org_number": (N_("Supplier's org. number"), ("orgnr", "organisationsnummer", "orgnummer", "leverantorsorgnr")),
    "text": (N_("Text"), ("text", "benamning", "beskrivning", "artikel", "radtext", "vara", "description", "vertext")),
    "quantity": (N_("Quantity"), ("antal", "kvantitet", "mangd", "quantity", "qty")),
    "net": (
        N_("Amount without VAT"),
        ("belopp", "nettobelopp", "exklmoms", "beloppexklmoms", "netto", "amount", "net"),
    ),
    "gross": (N_("Amount with VAT"), ("brutto", "inklmoms", "beloppinklmoms", "bruttobelopp", "totalt", "gross")),
    "centre": (N_("Unit or cost centre"), ("ansvar", "kostnadsstalle", "enhet", "kst", "verksamhet", "costcentre")),
    "account": (N_("Account"), ("konto", "kontonr", "account")),
}
"""Field: its word, and headings that mean it, small letters without signs, å and ä as a, ö as o."""
DELIMITERS = (";", "\t", ",", "|")
_DAYS = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)|(\d\d?)[./](\d\d?)[./](\d{4})|(\d\d)(\d\d)(\d\d)")
_PLAIN = str.maketrans("åäöéÅÄÖ", "aaoeaao")


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """How to read a file. `columns` are places from 0 by field; `vat` is the rate that `gross` holds, per cent.

    `accounts` are beginnings of the accounts that are purchases, as `4, 6`; empty: all rows.
    """

    encoding: str
    delimiter: str = ""
    columns: dict[str, int] = {}
    headings: tuple[str, ...] = ()
    vat: Decimal = Decimal(25)
    accounts: str = ""

    @property
    def digest(self) -> str:
        """What files with the same headings share."""
        return digest(*self.headings)

    def counts(self, account: str) -> bool:
        """Whether rows of this account are purchases."""
        wanted = [part for part in re.split(r"[\s,;]+", self.accounts) if part]
        return not wanted or account.startswith(tuple(wanted))


def digest(*texts: str) -> str:
    """MD5 of texts: a short key, no secret."""
    return hashlib.md5("\x1f".join(texts).encode(), usedforsecurity=False).hexdigest()


def plain(heading: str) -> str:
    """`Belopp (exkl. moms)` is `beloppexklmoms`."""
    return re.sub(r"[^a-z0-9]", "", heading.lower().translate(_PLAIN))


def delimiter_of(lines: Sequence[str]) -> str:
    """The sign that parts most, and the same way in every line."""
    counts = {sign: [len(row) for row in csv.reader(lines, delimiter=sign)] for sign in DELIMITERS}
    return max(DELIMITERS, key=lambda sign: (min(counts[sign], default=0), -len(set(counts[sign]))))


def propose(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Columns by field: by heading first, the longest match; then by what stands in them."""
    found: dict[str, int] = {}
    free = dict(enumerate(map(plain, headings)))
    for exact in (True, False):
        for field, (_, words) in FIELDS.items():
            hit = next(
                (place for word in words for place, heading in free.items() if _means(heading, word, exact)), None
            )
            if field not in found and hit is not None:
                found[field] = hit
                del free[hit]
    for field, fits in _VALUES.items():
        if field not in found:
            hit = next((place for place in free if _share(rows, place, fits) >= 0.8), None)
            if hit is not None:
                found[field] = hit
                del free[hit]
    return found


def _means(heading: str, word: str, exact: bool) -> bool:
    return heading == word if exact else len(word) > 3 and word in heading


def _share(rows: Sequence[Sequence[str]], place: int, fits: Callable[[str], object]) -> float:
    values = [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
    return sum(fits(value) is not None for value in values) / len(values) if values else 0.0


def number(text: str) -> Decimal | None:
    """`1 234,50`, `1.234,50`, `1,234.50`, `-12`, `12-`, `(12)`; None for anything else, and from 1e12 on."""
    digits = re.sub(r"(?i)[\s\u00a0\u202f']|kr$|sek$|:-$", "", text.strip())
    minus = digits.startswith(("-", "−", "(")) or digits.endswith("-")
    digits = digits.strip("-−()+")
    if "," in digits and "." in digits:
        thousands = "." if digits.rfind(",") > digits.rfind(".") else ","
        digits = digits.replace(thousands, "")
    digits = digits.replace(",", ".")
    if digits.count(".") > 1:
        digits = digits.replace(".", "")
    if not re.fullmatch(r"[0-9]*\.?[0-9]*", digits) or not any(sign.isdigit() for sign in digits):
        return None
    try:
        found = Decimal(digits)
    except InvalidOperation:
        return None
    return None if found >= Decimal("1e12") else -found if minus else found


def day(text: str) -> date | None:
    """`2026-11-20`, `20261120`, `20/11/2026`, `20.11.2026`, `261120`; None for anything else."""
    found = _DAYS.match(text.strip())
    if not found or (found.end() < len(text.strip()) and text.strip()[found.end()] not in "T "):
        return None
    parts = found.groups()
    if parts[0]:
        numbers = parts[:3]
    elif parts[3]:
        numbers = (parts[5], parts[4], parts[3])
    else:
        numbers = (f"20{parts[6]}", parts[7], parts[8])
    try:
        made = date(*(int(part or 0) for part in numbers))
    except ValueError:
        return None
    return made if 1990 <= made.year < 2100 else None


def org_number(text: str) -> str | None:
    """Ten digits of a company; None where there are none, or they could be a person's: born in a month."""
    for found in re.finditer(r"(?<!\d)(?:16)?(\d{6})-?(\d{4})(?!\d)", text):
        digits = found[1] + found[2]
        if not 1 <= int(digits[2:4]) <= 12 and _luhn(digits):
            return digits
    return None


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


_VALUES: dict[str, Callable[[str], object]] = {
    "day": day,
    "org_number": org_number,
    "net": lambda text: number(text) if re.search(r"[.,]\d\d$", text) else None,
}


def problems(mapping: Mapping) -> Iterable[tuple[str, str]]:
    """What must be chosen before a file can be read: pairs of field and message."""
    if "day" not in mapping.columns:
        yield "day", N_("Choose the column with the date.")
    if not {"supplier", "org_number"} & mapping.columns.keys():
        yield "supplier", N_("Choose the column with the supplier's name or org. number.")
    if not {"net", "gross"} & mapping.columns.keys():
        yield "net", N_("Choose the column with the amount.")
