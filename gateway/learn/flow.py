"""YAML as people write it here: one key a line, what stands below it in braces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

_WIDTH = 110


def dumped(data: Mapping[str, Any]) -> list[str]:
    """The lines of a mapping; a section whose values are mappings or lists is opened by one more level."""
    lines: list[str] = []
    for key, value in data.items():
        nested = isinstance(value, dict) and any(isinstance(inner, dict | list) for inner in value.values())
        if nested and key != "columns":
            lines.append(f"{key}:")
            for name, inner in value.items():
                lines.extend(f"  {line}" for line in _flow(name, inner))
        else:
            lines.extend(_flow(key, value))
    return lines


class _Dumper(yaml.SafeDumper):
    """Line ends and tabs are written as \\n and \\t, and numbers that are text in double quotes."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = '"' if any(ord(sign) < 32 for sign in value) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def _flow(key: str, value: Any) -> list[str]:
    plain = yaml.safe_dump(key, allow_unicode=True).splitlines()[0]
    text = yaml.dump(value, Dumper=_Dumper, default_flow_style=True, allow_unicode=True, sort_keys=False, width=_WIDTH)
    first, *rest = text.removesuffix("...\n").splitlines()
    return [f"{plain}: {first}", *(f"  {line.strip()}" for line in rest)]
