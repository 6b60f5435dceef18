"""Which of the texts below mappings/ are tables."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NO_TABLES = {"codelists", "examples", "dialects"}


def table_names(texts: Mapping[str, str]) -> list[str]:
    """The tables in `texts` (path below mappings/ → text), each as FOLDER/NAME; fragments are none."""
    found = []
    for path in sorted(texts):
        folder, _, file = path.partition("/")
        if (
            file
            and "/" not in file
            and folder not in _NO_TABLES
            and re.search(r"^document:", texts[path], re.MULTILINE)
        ):
            found.append(path.removesuffix(".yaml"))
    return found
