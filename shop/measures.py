"""Units of measure in words people use; the codes are UN/ECE Recommendation 20 and 21 (with prefix X)."""

from __future__ import annotations

from decimal import Decimal

from web.languages import N_

# Short words without a plural of their own, so that "1 %s" and "5 %s" are both right.
WORDS: dict[str, str] = {
    "C62": N_("pcs"),
    "EA": N_("pcs"),
    "H87": N_("pcs"),
    "PR": N_("pr"),
    "SET": N_("set"),
    "KGM": N_("kg"),
    "GRM": N_("g"),
    "LTR": N_("l"),
    "MLT": N_("ml"),
    "MTR": N_("m"),
    "MTK": N_("m²"),
    "HUR": N_("h"),
    "XPK": N_("pack"),
    "XCT": N_("ctn"),
    "XBX": N_("box"),
    "XBG": N_("bag"),
    "XRO": N_("roll"),
    "XBO": N_("bottle"),
    "XCA": N_("can"),
    "XPA": N_("packet"),
    "XPX": N_("pallet"),
    "XJR": N_("jar"),
    "XTU": N_("tube"),
    "XPU": N_("tray"),
}


def unit_word(code: str | None) -> str:
    """The message id of a unit; a code we have no word for stands for itself."""
    return WORDS.get(code or "", code or "")


def base_price(price: Decimal, content: Decimal | None) -> Decimal | None:
    """The price per base unit (jämförpris) in öre, below ten öre with four decimals; None where content is unknown."""
    if content is None or content <= 0:
        return None
    each = price / content
    return each.quantize(Decimal("0.01") if each >= Decimal("0.1") else Decimal("0.0001"))


def plain(value: Decimal) -> Decimal:
    """The same number without idle zeros and never in powers of ten: 10.000 is 10, 2.50 is 2.5."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def price_decimals(value: Decimal) -> Decimal:
    """A price with two decimals, or as many as it needs."""
    short = value.quantize(Decimal("0.01"))
    return short if short == value else value.normalize()
