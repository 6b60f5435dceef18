"""Where the official material lies, and what happens to a test that needs it where it is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"


def shared(path: str) -> Path:
    """A file or folder of the official material; skips with the reason, or fails under CI=true, where it is missing."""
    found = SHARED / path
    if not found.exists():
        reason = f"needs the official material: {path} in ../shared/data"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def mapping_texts() -> dict[str, str]:
    folder = ROOT / "mappings"
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in folder.rglob("*.yaml")}
