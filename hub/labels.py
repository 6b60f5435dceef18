"""What a handheld scanner types, or a person: read as a label. Pure.

Sources: GS1 General Specifications 3 (application identifiers) and 5.1 (symbology identifiers, FNC1 as ASCII 29).
"""

from __future__ import annotations

import re
from datetime import date

import biip
import msgspec
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message

from gateway.identifiers import Gtin, gs1_check_digit

_SEPARATOR = "\x1d"
_LONGEST = 512
_SPELT_SEPARATOR = re.compile(r"<GS>|\{GS\}|\^\]|\\x1[dD]|\\u001[dD]", re.IGNORECASE)
# A scanner set for a US keyboard on a Swedish computer types ")00=" where the label says "(00)".
_SHIFTED_BRACKETS = re.compile(r"\)(\d{2,4})=")
_BRACKETS = re.compile(r"\((\d{2,4})\)")
_LEADING_GTIN = re.compile(r"(?:\][A-Za-z]\d)?0[12](\d{14})")
_LEADING_SSCC = re.compile(r"(?:\][A-Za-z]\d)?00(\d{18})")


class WrongDigit(msgspec.Struct, frozen=True, kw_only=True):
    """A check digit that does not add up: the last of `digits`, at `place` from 1."""

    digits: str
    place: int
    expected: str
    found: str


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """A label as read. `sscc` is 18 digits, also where the check digit is wrong: a parcel may be announced with it.

    `destination` is AI (410), `forward_to` (413), `gtin` (01) or (02), `count` (37), `lot` (10), dates (15) and (17),
    `order` (400). `foreign` is the first AI of a code that is right but names neither parcel, article nor order.
    """

    text: str
    sscc: str | None = None
    wrong_digit: WrongDigit | None = None
    digits: int = 0
    destination: str | None = None
    forward_to: str | None = None
    gtin: str | None = None
    count: int | None = None
    lot: str | None = None
    best_before: date | None = None
    use_by: date | None = None
    order: str | None = None
    foreign: str | None = None
    foreign_value: str = ""


def read_label(text: str) -> Label:
    """The label in `text`; whatever is typed gives a Label, at worst one with nothing but its text."""
    cleaned = _clean(text)
    elements = _elements(cleaned)
    values = {element.ai.ai: element for element in elements}
    sscc = values["00"].value if "00" in values else _bare_sscc(cleaned)
    gtin = _bare_gtin(_value(values, "01") or _value(values, "02") or cleaned)
    order = _value(values, "400")
    ours = sscc or order or "01" in values or "02" in values or gtin
    foreign = elements[0] if elements and not ours else None
    return Label(
        text=cleaned.replace(_SEPARATOR, " "),
        sscc=sscc,
        wrong_digit=_wrong_digit(sscc) if sscc else None if gtin else _wrong_gtin(cleaned),
        digits=len(cleaned) if cleaned.isascii() and cleaned.isdigit() else 0,
        destination=_value(values, "410"),
        forward_to=_value(values, "413"),
        gtin=gtin,
        count=int(values["37"].value) if "37" in values else None,
        lot=_value(values, "10"),
        best_before=values["15"].date if "15" in values else None,
        use_by=values["17"].date if "17" in values else None,
        order=order,
        foreign=foreign.ai.ai if foreign else None,
        foreign_value=foreign.value if foreign else "",
    )


def _clean(text: str) -> str:
    """One spelling of brackets and separators; spaces go where the rest is a code, and stay within free text."""
    spelt = _SPELT_SEPARATOR.sub(_SEPARATOR, text[:_LONGEST].strip(" \t\r\n"))
    spelt = _SHIFTED_BRACKETS.sub(r"(\1)", spelt)
    packed = re.sub(r"[ \t\u00a0]", "", spelt)
    is_code = re.match(r"(?:\][A-Za-z]\d)?[(\d]", packed) and not re.search(r"[a-zåäö]{3}", packed, re.IGNORECASE)
    return packed if is_code else spelt


def _elements(text: str) -> list[GS1ElementString]:
    if _BRACKETS.match(re.sub(r"^\][A-Za-z]\d", "", text)):
        bracketed = re.sub(r"^\][A-Za-z]\d", "", text).replace(_SEPARATOR, "")
        try:
            return GS1Message.parse_hri(bracketed).element_strings
        except biip.ParseError:
            return []
    text = text.strip()  # as biip does, separators included
    if text.startswith("]") and not re.match(r"\][A-Za-z]\d", text):
        return []  # biip reads past the end of half a symbology identifier
    try:
        result = biip.parse(text)
    except biip.ParseError:
        return []
    found = result.gs1_digital_link_uri or result.gs1_message
    return found.element_strings if found else []


def _bare_sscc(text: str) -> str | None:
    """18 digits without any AI, or the (00) of a label whose remaining fields cannot be read."""
    digits = re.sub(r"[()-]", "", text)
    if re.fullmatch(r"\d{18}", digits):
        return digits
    leading = _LEADING_SSCC.match(digits)
    return leading.group(1) if leading else None


def _bare_gtin(text: str) -> str | None:
    """The barcode of an article; on its own as in a shop's till, or taken from a label."""
    try:
        return Gtin(text)
    except ValueError:
        return None


def _wrong_digit(digits: str) -> WrongDigit | None:
    """The last digit where it does not add up."""
    expected = str(gs1_check_digit(digits[:-1]))
    return (
        None
        if digits[-1] == expected
        else WrongDigit(digits=digits, place=len(digits), expected=expected, found=digits[-1])
    )


def _wrong_gtin(text: str) -> WrongDigit | None:
    """Of an article's barcode, bare or under (01) or (02); 8 or 12 digits alone may be a number of somebody's."""
    coded = _LEADING_GTIN.match(re.sub(r"[()]", "", text))
    digits = coded.group(1) if coded else text
    return _wrong_digit(digits) if re.fullmatch(r"\d{13,14}", digits) else None


def _value(values: dict[str, GS1ElementString], ai: str) -> str | None:
    return values[ai].value if ai in values else None
