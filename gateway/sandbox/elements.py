"""Elements of XML written as they will stand: `E.Total(E.Money("9.50", currency="SEK"))`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Protocol

from lxml import etree

Inside = etree._Element | str | Mapping[str, str]


class Making(Protocol):
    """Makes one element of the text, the children and the attributes that it is given."""

    def __call__(self, *inside: Inside, **attributes: str) -> etree._Element: ...


class Maker:
    """Elements of one namespace, or of none. A mapping among the children holds attributes that are no Python names."""

    def __init__(self, namespace: str = "", nsmap: Mapping[str | None, str] | None = None) -> None:
        self._namespace, self._nsmap = namespace, dict(nsmap or {})

    def __call__(self, name: str, /, *inside: Inside, **attributes: str) -> etree._Element:
        tag = f"{{{self._namespace}}}{name}" if self._namespace else name
        made = etree.Element(tag, attributes, nsmap=self._nsmap or None)  # type: ignore[arg-type]
        for one in inside:
            if isinstance(one, str):
                _append(made, one)
            elif isinstance(one, Mapping):
                made.attrib.update(dict(one))  # type: ignore[arg-type]
            else:
                made.append(one)
        return made

    def __getattr__(self, name: str) -> Making:
        return partial(self, name)


def _append(made: etree._Element, text: str) -> None:
    if len(made):
        made[-1].tail = (made[-1].tail or "") + text
    else:
        made.text = (made.text or "") + text


E = Maker()
"""Of no namespace, as cXML has none."""
