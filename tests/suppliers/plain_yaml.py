"""YAML as editors read it: the core schema of YAML 1.2, in which 2024-11-08 is a text and yes is one too."""

from __future__ import annotations

import re
from typing import Any

import yaml


class _Core(yaml.SafeLoader):
    """Null, booleans and numbers only."""


_Core.yaml_implicit_resolvers = {}
for _tag, _shape, _first in (
    ("null", r"~|null|Null|NULL|", [*"~nN", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    ("int", r"[-+]?[0-9]+", [*"-+0123456789"]),
    ("float", r"[-+]?([0-9]*\.[0-9]+|[0-9]+\.)([eE][-+]?[0-9]+)?", [*"-+.0123456789"]),
):
    _Core.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_shape})$"), _first)
# 0123 is the number 123 there, not an octal one.
_Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node)))


def plain(text: str) -> Any:
    """The values of `text`, as a language server hands them to the schema."""
    return yaml.load(text, Loader=_Core)
