"""The official packages beside the repository, and which of them judge which folder of examples."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from gateway.rules.schematron import Schematron

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
_BILLING = ("CEN-EN16931-UBL",)
_FOR = {
    "T10-billing": ("PEPPOL-EN16931-UBL", *_BILLING),
    "T10-self-billing": ("PEPPOL-EN16931-UBL-SB", *_BILLING),
}


def need_data() -> None:
    """Skip where the official files are not beside the repository; in CI that is a failure."""
    if DATA.is_dir():
        return
    reason = f"the official rules and examples are not at {DATA}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def folders() -> list[Path]:
    """The folders of official examples, one for each transaction."""
    return sorted(DATA.glob("peppol-*/examples/*"))


def packages_for(folder: Path) -> list[Schematron]:
    """The rules that documents of `folder` must obey."""
    names = _FOR.get(folder.name, (f"PEPPOLBIS-{folder.name}",))
    return [loaded(folder.parent.parent / "schematron" / f"{name}.sch") for name in names]


@cache
def loaded(path: Path) -> Schematron:
    """Compiled once for each test process."""
    return Schematron.load(path.read_text("utf-8"), path.name)
