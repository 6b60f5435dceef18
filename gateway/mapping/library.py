"""The files a table is made of: fragments and code lists, each read once, and what all mistakes are collected in."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from gateway.findings import Place, reject
from gateway.mapping.codes import Codes, code_list, code_map
from gateway.mapping.located import Complaints, Located, did_you_mean, load_located


class Library:
    """`texts`: path below mappings/ → text."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self.complaints = Complaints()

    def file(self, name: str, place: Place) -> Located:
        text = self.texts.get(f"{name}.yaml")
        if text is None:
            known = [path.removesuffix(".yaml") for path in self.texts]
            raise reject("table-missing", f"there is no table {name}{did_you_mean(name, known)}", place)
        data = _parsed(text, f"{name}.yaml")
        if not isinstance(data, Located):
            raise reject("table-shape", "a table is a mapping", Place(source=f"{name}.yaml", line=1, column=1))
        return data

    def known_keys(self, data: Located, known: set[str], what: str) -> None:
        for key in data:
            if key not in known:
                self.complaints.add(
                    "table-key", f"{key} is not a key of {what}{did_you_mean(key, known)}", data.at(key)
                )

    def fragment(self, line: Located, struct: type, term: str) -> Located | None:
        """The fragment that a line uses, which must be of `struct` or of what it extends."""
        fragment = self.file(str(line["use"]), line.at("use"))
        self.known_keys(fragment, {"fragment", "terms"}, "a fragment")
        kind = str(fragment.get("fragment"))
        if kind in {base.__name__ for base in struct.__mro__}:
            return fragment
        message = f"{line['use']} is a fragment of {kind}, but {term} is {struct.__name__}"
        self.complaints.add("table-use", message, line.at("use"))
        return None

    def codes(self, line: Located) -> Codes | None:
        """The code list that a line names, or the map it holds."""
        named = line.get("codes")
        if named is None:
            return None
        if isinstance(named, dict):
            return code_map("codes", named, line.at("codes"))
        path = f"codelists/{named}.yaml"
        if path in self.texts:
            return code_list(self.texts[path], path)
        known = [key[10:-5] for key in self.texts if key.startswith("codelists/")]
        message = f"there is no code list {named}{did_you_mean(str(named), known)}"
        self.complaints.add("table-codes", message, line.at("codes"))
        return None


@functools.lru_cache(maxsize=512)
def _parsed(text: str, source: str) -> Any:
    """A file that many tables use, read once; nobody changes what is read."""
    return load_located(text, source)
