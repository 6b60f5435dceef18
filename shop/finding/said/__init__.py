"""How people speak of goods, in word lists of ours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

_FOLDER = Path(__file__).parent / "words"


def _read(name: str) -> Any:
    return yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))


_build, _speech = _read("compounds.yaml"), _read("speech.yaml")

FORMS: Final[Mapping[str, str]] = _build["forms"]
"""Words that bend otherwise than by endings, and the word that they are a form of."""
PARTS: Final = frozenset(word for line in _build["parts"] for word in line.split())
"""Words that compounds are made of, beside those that are found in names."""
TRAPS: Final = frozenset(" ".join(_build["traps"]).split())
"""Words that stand at the end of many others without being their head."""

SAME: Final[tuple[tuple[str, ...], ...]] = tuple(tuple(group) for group in _speech["same"])
"""Groups of expressions of which each finds the others."""
MEANT: Final[Mapping[str, tuple[str, ...]]] = {said: tuple(meant) for said, meant in _speech["meant"].items()}
"""What is said, and what it finds beside itself; not the other way round."""
KINDS: Final[Mapping[str, str]] = _speech["kinds"]
"""Words for a whole category of ours."""
IDLE: Final = frozenset(" ".join(_speech["idle"]).split())
"""Words that say nothing of the goods."""
