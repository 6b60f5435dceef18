"""Units of measure as catalogues spell them, brought to UN/ECE Recommendation 20 and 21."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.mapping.codes import code_list

_SPOKEN: Final = {
    "ST": "C62", "STK": "C62", "STYCK": "C62", "PCE": "C62", "EA": "C62", "KG": "KGM", "G": "GRM", "L": "LTR",
    "LIT": "LTR", "ML": "MLT", "CL": "CLT", "M": "MTR", "M2": "MTK", "M3": "MTQ", "PAR": "PR", "H": "HUR", "TIM": "HUR",
    "FP": "XPK", "FRP": "XPK", "PKT": "XPK", "KRT": "XCT", "KART": "XCT", "RL": "XRO", "RLE": "XRO", "FLASKA": "XBO",
}  # fmt: skip


class Units:
    """The codes that may stand; `of(text)` is the code, or None where nobody knows the word."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        path = "codelists/units.yaml"
        self._codes = frozenset(code_list(texts[path], path).to_wire)
        self._known: dict[str, str | None] = {}

    def of(self, text: str) -> str | None:
        """Recommendation 21 codes come with and without the X that Peppol wants before them."""
        if text not in self._known:
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[text] = self._found(text.strip().upper())
        return self._known[text]

    def _found(self, word: str) -> str | None:
        if word in self._codes and word not in _SPOKEN:
            return word
        return _SPOKEN.get(word) or (f"X{word}" if f"X{word}" in self._codes else None)
