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


def word_of(category: str) -> str:
    """The message id of a category; one we do not know is Other."""
    return CATEGORIES.get(category, CATEGORIES["other"])[0]


def drawing_of(category: str) -> str:
    """The name of its drawing in web/components.html."""
    return CATEGORIES.get(category, CATEGORIES["other"])[1]
