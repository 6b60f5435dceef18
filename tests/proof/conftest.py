"""A place for each proof that the database's own user can reach: pytest closes its folders to others."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proof.town import TOKEN


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("AVROP_SANDBOX_TOKEN", TOKEN)
    made = Path(tempfile.mkdtemp(prefix="avrop-proof-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)
