"""Names of elements as a person writes them: `cbc:ID` instead of `{urn:…}ID` or `Q{urn:…}ID`."""

from __future__ import annotations

import re
from collections.abc import Mapping

_BRACED = re.compile(r"Q?\{([^{}]*)\}")


def shortened(text: str, prefixes: Mapping[str, str | None]) -> str:
    """`text` with each namespace as its prefix of `prefixes` (namespace to prefix); an unknown one is left away."""

    def prefixed(found: re.Match[str]) -> str:
        prefix = prefixes.get(found[1])
        return f"{prefix}:" if prefix else ""

    return _BRACED.sub(prefixed, text)
