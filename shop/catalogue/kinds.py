"""From a UNSPSC code to a kind of goods of ours: the longest beginning that is known."""

from __future__ import annotations

import functools
from typing import Final

_BEGINS: Final = {
    "42": "care", "51": "care", "4213": "hygiene", "5310": "laundry", "5311": "laundry", "5312": "laundry",
    "5313": "hygiene", "53": "hygiene", "50": "food", "9010": "food", "44": "office", "14": "office", "1411": "office",
    "141117": "hygiene", "47": "cleaning", "30": "building", "31": "building", "27": "building", "72": "building",
    "39": "electrical", "26": "electrical", "43": "it", "4410": "office", "4521": "it", "60": "school", "49": "school",
    "55": "school", "10": "garden", "21": "garden", "24": "transport", "78": "transport", "25": "transport",
    "52": "laundry", "91": "laundry", "56": "furniture", "46": "safety", "48": "food", "80": "other", "12": "cleaning",
}  # fmt: skip


@functools.lru_cache(maxsize=20_000)
def category_of(unspsc: str) -> str | None:
    """The kind of goods; None where nothing of the code is known."""
    for length in (6, 4, 2):
        if (known := _BEGINS.get(unspsc[:length])) is not None:
            return known
    return None
