"""YAML whose every mapping, key and value remembers its line and column, so that a mistake can be pointed at."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

import yaml

from gateway.findings import Finding, Place, Rejected, reject

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SAFE = yaml.SafeLoader("")
MAX_BYTES = 20_000_000


class Located(dict[str, Any]):
    """A YAML mapping with the place of itself (`place`) and of each of its values (`at(key)`)."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self._places: dict[str, Place] = {}

    def put(self, key: str, value: Any, place: Place) -> None:
        self[key] = value
        self._places[key] = place

    def at(self, key: str) -> Place:
        """Where the entry `key` stands; the mapping's own place for a key that is not there."""
        return self._places.get(key, self.place)


def load_located(text: str, source: str) -> Any:
    """The YAML document in `text` as Located mappings, lists and scalars. Raises `Rejected` with line and column.

    Aliases are refused (a small file could unfold to gigabytes), and so are keys that stand twice.
    """
    if len(text) > MAX_BYTES:
        raise reject(
            "yaml-size", f"the file holds {len(text)} characters; at most {MAX_BYTES} are read", Place(source=source)
        )
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent):
                raise reject(
                    "yaml-alias", "aliases (*name) are not read; write the value out", _place(event.start_mark, source)
                )
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = _place(mark, source) if mark else Place(source=source)
        raise reject("yaml-syntax", f"this is not YAML: {error.problem or error.context}", place) from None
    except (yaml.YAMLError, ValueError) as error:
        raise reject("yaml-syntax", f"this is not YAML: {error}", Place(source=source)) from None
    except RecursionError:
        raise reject("yaml-depth", "the file is nested too deeply", Place(source=source)) from None
    return None if node is None else _construct(node, source)


def _place(mark: Any, source: str) -> Place:
    return Place(source=source, line=mark.line + 1, column=mark.column + 1)


def _construct(node: yaml.Node, source: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        mapping = Located(_place(node.start_mark, source))
        for key_node, value_node in node.value:
            key = str(_construct(key_node, source))
            place = _place(key_node.start_mark, source)
            if key in mapping:
                raise reject("yaml-twice", f"{key} stands twice in one mapping", place)
            mapping.put(key, _construct(value_node, source), place)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_construct(child, source) for child in node.value]
    try:
        return _SAFE.construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        raise reject("yaml-value", f"this value cannot be read: {error}", _place(node.start_mark, source)) from None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean host?` where something known is close, otherwise what is known, shortened."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]}?"
    shown = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
    return f"; known here: {shown}" if names else ""


class Complaints:
    """Collects findings while a file is checked; `raise_if_any` ends with `Rejected` when one is fatal."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def add(self, rule: str, message: str, place: Place) -> None:
        self.findings.append(Finding(rule=rule, message=message, place=place))

    def raise_if_any(self) -> None:
        if self.findings:
            raise Rejected(self.findings)
