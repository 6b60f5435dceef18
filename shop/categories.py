"""What kinds of goods there are: code, word, and the drawing that stands for a picture."""

from __future__ import annotations

from web.languages import N_

CATEGORIES: dict[str, tuple[str, str]] = {
    "care": (N_("Care"), "care"),
    "food": (N_("Food"), "food"),
    "office": (N_("Office"), "paper"),
    "cleaning": (N_("Cleaning"), "soap"),
    "hygiene": (N_("Hygiene"), "gloves"),
    "building": (N_("Building"), "screw"),
    "electrical": (N_("Electrical"), "bulb"),
    "it": (N_("Computers"), "computer"),
    "school": (N_("School and play"), "toy"),
    "garden": (N_("Garden"), "leaf"),
    "transport": (N_("Packing and transport"), "truck"),
    "laundry": (N_("Clothes and linen"), "wear"),
    "furniture": (N_("Furniture"), "chair"),
    "safety": (N_("Safety"), "lock"),
    "other": (N_("Other"), "box"),
}


UNSPSC: dict[str, str] = {
    "care": "42000000",
    "food": "50000000",
    "office": "44000000",
    "cleaning": "47000000",
    "hygiene": "53130000",
    "building": "30000000",
    "electrical": "39000000",
    "it": "43000000",
    "school": "60000000",
    "garden": "10000000",
    "transport": "24000000",
    "laundry": "53100000",
    "furniture": "56000000",
    "safety": "46000000",
    "other": "80000000",
}
"""The UNSPSC segment or family that most of a category belongs to."""


def word_of(category: str) -> str:
    """The message id of a category; one we do not know is Other."""
    return CATEGORIES.get(category, CATEGORIES["other"])[0]


# Some goods have a drawing of their own, whatever kind they are sorted under.
_BY_WORD = {"kaffe": "coffee", "blöja": "baby", "handske": "gloves", "papper": "paper", "tvål": "soap", "lampa": "bulb"}


def drawing_of(category: str, name: str = "") -> str:
    """The name of the drawing in web/components.html."""
    own = next((drawing for word, drawing in _BY_WORD.items() if word in name.lower()), None)
    return own or CATEGORIES.get(category, CATEGORIES["other"])[1]
