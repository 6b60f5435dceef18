"""Parts of documents as buyers fill them in: texts in all scripts, identifiers with right check digits, parties."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st

from gateway.mapping.codes import code_list
from gateway.model.party import Address, Amount, Contact, Identifier, Location, Party, Period, Quantity, TaxRegistration
from tests.data import mapping_texts

_TEXTS = mapping_texts()


@cache
def known(name: str) -> frozenset[str]:
    """The codes of a list in mappings/codelists/."""
    return frozenset(code_list(_TEXTS[f"codelists/{name}.yaml"], name).to_wire)


@cache
def codes(name: str) -> st.SearchStrategy[str]:
    """Any code of a list in mappings/codelists/."""
    return st.sampled_from(sorted(known(name)))


def maybe(strategy):
    return st.none() | strategy


_LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="￾￿﻿")
_WORDS = (
    "Åsa & Örjan",
    "<hej>",
    "]]>",
    "\"'",
    "Förskolan Björken",
    "学校",
    "مدرسة",
    "школа",
    "शाला",
    "👩🏽‍🚒",
    "ǆ",
    "a\u0301",
)
text = (st.sampled_from(_WORDS) | st.text(_LETTERS | st.sampled_from(" \t\n<>&\"'"), min_size=1, max_size=12)).filter(
    lambda text: not text.isspace()
)
name = text.map(lambda text: " ".join(text.split())).filter(bool)
days = st.dates(date(2020, 1, 1), date(2060, 12, 31))
times = st.times(time(0), time(23, 59, 59)).map(lambda moment: moment.replace(microsecond=0))


def money(low: int = 0, high: int = 10**8, places: int = 2) -> st.SearchStrategy[Decimal]:
    """Between `low` and `high` units of the last place."""
    return st.integers(low, high).map(lambda units: Decimal(units).scaleb(-places))


def amount(value: Decimal, currency: str) -> Amount:
    return Amount(value=value, currency=currency)


quantities = st.builds(Quantity, value=money(0, 10**7, 3), unit=codes("units"))
positive = st.builds(Quantity, value=money(1, 10**5, 2), unit=codes("units"))


# --- identifiers: what a scheme demands of its values (PEPPOL-COMMON-R040 to R057) ----------------------------------


def _digits(count: int) -> st.SearchStrategy[str]:
    return st.integers(1, 10**count - 1).map(lambda number: f"{number:0{count}d}")


def _luhn(body: str) -> str:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(body)]
    return body + str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def _gs1(body: str) -> str:
    return body + str(-sum(int(digit) * (3 - place % 2 * 2) for place, digit in enumerate(reversed(body))) % 10)


def _mod11(body: str) -> str:
    """ "" where no digit will do."""
    check = -sum(int(digit) * (place % 6 + 2) for place, digit in enumerate(reversed(body))) % 11
    return body + str(check) if check < 10 else ""


def _australian(body: str) -> str:
    weights = (3, 5, 7, 9, 11, 13, 15, 17, 19)
    rest = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return next(f"{head}{body}" for head in range(10, 100) if ((head // 10 - 1) * 10 + head % 10 + rest) % 89 == 0)


_VALUES = {
    "0007": _digits(9).map(_luhn),
    "0088": _digits(12).map(_gs1),
    "0096": _digits(10),
    "0106": _digits(8),
    "0151": _digits(9).map(_australian),
    "0184": _digits(8) | _digits(8).map(lambda number: f"DK{number}"),
    "0190": _digits(20),
    "0192": _digits(8).map(_mod11).filter(bool),
    "0198": _digits(8).map(lambda number: f"DK{number}"),
    "0201": st.text("ABCXYZabcxyz0123456789", min_size=6, max_size=6),
    "0208": _digits(8).map(lambda number: f"{number}{97 - int(number) % 97:02d}"),
    "0210": _digits(11),
    "0211": _digits(11).map(lambda number: f"SM{number}"),
    "0217": _digits(12),
    "9944": st.tuples(_digits(9), _digits(2)).map(lambda parts: f"NL{parts[0]}B{parts[1]}"),
}


@cache
def identifiers(schemes: str = "icd", bare: bool = False) -> st.SearchStrategy[Identifier]:
    """Half of them are GLN and organisation numbers; `bare` ones may come without a scheme."""
    checked = st.sampled_from(sorted(known(schemes) & set(_VALUES)))
    scheme = st.sampled_from(["0088", "0007"]) | checked | codes(schemes)
    coded = scheme.flatmap(
        lambda scheme: st.builds(Identifier, value=_VALUES.get(scheme, name), scheme=st.just(scheme))
    )
    return coded | st.builds(Identifier, value=name) if bare else coded


# --- who and where --------------------------------------------------------------------------------------------------

addresses = st.builds(
    Address,
    street=maybe(text),
    additional_street=maybe(text),
    city=maybe(name),
    postal_code=maybe(name),
    region=maybe(text),
    line=maybe(text),
    country=codes("countries"),
)
seats = st.builds(Address, city=maybe(name), country=codes("countries"))
contacts = st.builds(Contact, name=name, telephone=maybe(name), email=maybe(name))
periods = st.builds(Period, start_date=days, start_time=maybe(times), end_date=maybe(days), end_time=maybe(times))
_vat = st.tuples(st.sampled_from(["SE", "DK", "FI", "NO", "DE", "EE"]), name).map("".join)
_dutch = st.tuples(_digits(9), _digits(2)).map(lambda parts: f"NL{parts[0]}B{parts[1]}")
_registrations = st.builds(
    TaxRegistration, company_id=st.builds(Identifier, value=_vat | _dutch), scheme=st.just("VAT")
) | st.builds(TaxRegistration, company_id=identifiers(bare=True), scheme=st.just("TAX"))


def one_or_none(strategy):
    """A field of many that the wire has room for one of."""
    return st.lists(strategy, max_size=1).map(tuple)


named = {"ids": one_or_none(identifiers(bare=True)), "name": maybe(name)}
_legal = {
    "legal_name": name,
    "legal_id": maybe(identifiers(bare=True)),
    "legal_address": maybe(seats),
    "contact": maybe(contacts),
}
buyers = st.builds(
    Party,
    endpoint=identifiers("eas"),
    address=maybe(addresses),
    taxes=one_or_none(_registrations),
    **named,
    **_legal,
)
sellers = st.builds(Party, endpoint=identifiers("eas"), address=addresses, **named, **_legal)
invoicees = st.builds(
    Party, endpoint=maybe(identifiers("eas")), address=addresses, taxes=one_or_none(_registrations), **named, **_legal
)
originators = st.builds(Party, ids=named["ids"], name=name, contact=maybe(contacts))
line_originators = st.builds(Party, ids=named["ids"], name=name)
recipients = st.builds(Party, ids=named["ids"], name=name, address=maybe(addresses), contact=maybe(contacts))
hubs = st.builds(Location, id=maybe(identifiers(bare=True)), name=maybe(name), address=addresses)
