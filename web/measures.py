"""Units of measure in words people use; the codes are UN/ECE Recommendation 20 and 21 (with prefix X)."""

from __future__ import annotations

from web.languages import N_

# Short words without a plural of their own, so that "1 %s" and "5 %s" are both right.
UNITS: dict[str, str] = {
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
    "XCS": N_("case"),
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
    return UNITS.get(code or "", code or "")
