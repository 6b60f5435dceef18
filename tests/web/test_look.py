"""The tokens of the look keep their contrast, by day and by night (WCAG 2.2: 4.5 for text, 3 for controls)."""

from __future__ import annotations

import re

import pytest

from tests.web.test_words import ROOT

CSS = (ROOT / "web" / "static" / "avrop.css").read_text()
DAY = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", CSS.split("@media (prefers-color-scheme: dark)")[0]))
NIGHT = DAY | dict(
    re.findall(r"--([\w-]+): (#[0-9a-f]{6})", CSS.split("@media (prefers-color-scheme: dark)")[1].split("/*")[0])
)
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft", "accent", "bad") for ground in ("paper", "card")),
    *((ink, "accent-soft") for ink in ("ink", "accent", "accent-deep")),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-deep"),
    *((tone, f"{tone}-soft") for tone in ("good", "wait", "bad", "info")),
    *(("ink", f"{tone}-soft") for tone in ("good", "wait", "bad", "info")),
]
CONTROLS = [(edge, ground) for edge in ("edge", "accent", "focus", "bad") for ground in ("paper", "card")]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [DAY, NIGHT], ids=["day", "night"])
def test_contrast(tokens: dict[str, str]) -> None:
    assert DAY["paper"] != NIGHT["paper"]
    weak = [(pair, 4.5) for pair in TEXT if contrast(tokens[pair[0]], tokens[pair[1]]) < 4.5]
    weak += [(pair, 3) for pair in CONTROLS if contrast(tokens[pair[0]], tokens[pair[1]]) < 3]
    assert weak == []
