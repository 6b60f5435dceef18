"""Eco labels, allergens and danger signs, as suppliers spell them, brought to one code each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from gateway.model.item import Certificate, Hazard, ItemProperty

# Words that stand in a certificate's name or code, in small letters without signs, and the label that they mean.
_LABELS: Final = {
    "svanen": "svanen",
    "nordicswan": "svanen",
    "swanecolabel": "svanen",
    "nordicecolabel": "svanen",
    "euecolabel": "eu_ecolabel",
    "euflower": "eu_ecolabel",
    "europeanecolabel": "eu_ecolabel",
    "ecolabel": "eu_ecolabel",
    "krav": "krav",
    "bramiljoval": "bra_miljoval",
    "bramiljöval": "bra_miljoval",
    "goodenvironmentalchoice": "bra_miljoval",
    "euorganic": "eu_organic",
    "organic": "eu_organic",
    "euleaf": "eu_organic",
    "fairtrade": "fairtrade",
    "marinestewardshipcouncil": "msc",
    "msc": "msc",
    "aquaculturestewardshipcouncil": "asc",
    "asc": "asc",
    "foreststewardshipcouncil": "fsc",
    "fsc": "fsc",
    "pefc": "pefc",
    "rainforestalliance": "rainforest_alliance",
    "tco": "tco",
    "energystar": "energy_star",
    "oekotex": "oeko_tex",
    "gots": "gots",
    "asthma": "astma_allergi",
    "astma": "astma_allergi",
}
_SHORT: Final = frozenset({"msc", "asc", "fsc", "pefc", "tco", "krav", "gots", "organic", "ecolabel"})
"""These must stand alone: they are parts of other words."""

# Annex II of regulation (EU) No 1169/2011.
_ALLERGENS: Final = {
    "gluten": "gluten", "vete": "gluten", "wheat": "gluten", "råg": "gluten", "rye": "gluten", "korn": "gluten",
    "barley": "gluten", "havre": "gluten", "oats": "gluten", "aw": "gluten",
    "crustacean": "crustaceans", "kräftdjur": "crustaceans", "skaldjur": "crustaceans", "ac": "crustaceans",
    "ägg": "eggs", "egg": "eggs", "eggs": "eggs", "ae": "eggs",
    "fisk": "fish", "fish": "fish", "af": "fish",
    "jordnöt": "peanuts", "peanut": "peanuts", "ap": "peanuts",
    "soja": "soy", "soy": "soy", "ay": "soy",
    "mjölk": "milk", "milk": "milk", "laktos": "milk", "lactose": "milk", "am": "milk",
    "nötter": "nuts", "nuts": "nuts", "mandel": "nuts", "hasselnöt": "nuts", "an": "nuts",
    "selleri": "celery", "celery": "celery", "bc": "celery",
    "senap": "mustard", "mustard": "mustard", "bm": "mustard",
    "sesam": "sesame", "sesame": "sesame", "as": "sesame",
    "sulfit": "sulphites", "sulphite": "sulphites", "svaveldioxid": "sulphites", "au": "sulphites",
    "lupin": "lupin", "nl": "lupin",
    "blötdjur": "molluscs", "mollusc": "molluscs", "um": "molluscs",
}  # fmt: skip
ALLERGENS: Final = tuple(dict.fromkeys(_ALLERGENS.values()))
LABELS: Final = tuple(dict.fromkeys(_LABELS.values()))
# The class of the carriage of dangerous goods (ADR) and the picture of regulation (EC) No 1272/2008 most like it.
_BY_CLASS: Final = {
    "1": "GHS01", "2.1": "GHS02", "2.2": "GHS04", "2.3": "GHS06", "3": "GHS02", "4.1": "GHS02", "4.2": "GHS02",
    "4.3": "GHS02", "5.1": "GHS03", "5.2": "GHS02", "6.1": "GHS06", "8": "GHS05", "9": "GHS09",
}  # fmt: skip
_GHS = re.compile(r"GHS[ -]?0?([1-9])\b", re.IGNORECASE)
_SIGNS = re.compile(r"[\W_]+")


def label_of(text: str) -> str | None:
    """The label that a text names, None where it is none that we know."""
    words = [word for word in _SIGNS.split(text.lower()) if word]
    joined = "".join(words)
    for spelled, label in _LABELS.items():
        if spelled in words or (spelled in joined and spelled not in _SHORT):
            return label
    return None


def labels_of(certificates: Iterable[Certificate]) -> tuple[list[str], list[str]]:
    """The labels, and those texts of certificates that are none we know."""
    found: dict[str, None] = {}
    strange: list[str] = []
    for one in certificates:
        said = next((name for text in (one.id, one.kind, one.kind_code) if (name := label_of(text or ""))), None)
        if said is not None:
            found[said] = None
        else:
            strange.append(one.id if one.id and one.id.upper() != "NA" else one.kind)
    return list(found), strange


def is_mark(prop: ItemProperty) -> bool:
    """Whether it is shown as an allergen or a danger sign, and not as words."""
    return is_about_allergens(prop) or "ghs" in prop.name.lower()


def is_about_allergens(prop: ItemProperty) -> bool:
    return "allerg" in prop.name.lower()


def allergens_of(properties: Iterable[ItemProperty]) -> list[str]:
    """What the properties named after allergens say that there is in it."""
    found: dict[str, None] = {}
    for prop in properties:
        if is_about_allergens(prop):
            for code in _allergens_in(prop.value):
                found[code] = None
    return list(found)


def _allergens_in(text: str) -> Iterator[str]:
    for word in re.findall(r"[^\W\d_]+", text.lower()):
        for spelled, code in _ALLERGENS.items():
            if word == spelled or (len(spelled) > 3 and word.startswith(spelled)):
                yield code
                break


def hazards_of(hazards: Iterable[Hazard], properties: Iterable[ItemProperty]) -> list[str]:
    """The danger signs GHS01 to GHS09 that are named, or that go with a class of dangerous goods."""
    found: dict[str, None] = {}
    for prop in properties:
        for digit in _GHS.findall(f"{prop.name} {prop.value}"):
            found[f"GHS0{digit}"] = None
    for hazard in hazards:
        known = (hazard.hazard_class or "").strip()
        sign = _BY_CLASS.get(known) or _BY_CLASS.get(known[:3]) or _BY_CLASS.get(known[:1])
        if sign:
            found[sign] = None
    return sorted(found)
