"""Code lists and code maps: which codes may stand, and how ours are spelled on a supplier's side."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from gateway.findings import Place, reject
from gateway.mapping.located import Located, load_located


@dataclass(frozen=True)
class Codes:
    """`from_wire` undoes `to_wire` and may know more spellings; for a plain list both map each code to itself."""

    name: str
    to_wire: dict[str, str]
    from_wire: dict[str, str]


@functools.lru_cache(maxsize=512)
def code_list(text: str, source: str) -> Codes:
    """A file of mappings/codelists/: `codes:` is a list of codes, a string of codes divided by blanks, or a map."""
    data = load_located(text, source)
    place = Place(source=source)
    if not isinstance(data, Located) or "codes" not in data:
        raise reject("codes-shape", "a code list is a mapping with title and codes", place)
    codes = data["codes"]
    if isinstance(codes, Located):
        return code_map(source, codes, data.at("codes"))
    words = codes.split() if isinstance(codes, str) else codes
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise reject("codes-shape", "codes must be text; quote numbers and words like NO", data.at("codes"))
    same = {str(word): str(word) for word in words}
    return Codes(source, same, same)


def code_map(name: str, data: Any, place: Place) -> Codes:
    """An inline map `{C62: st, KGM: [kg, kilo]}`, ours to theirs; of several spellings the first is written.

    No spelling may stand twice: both ways are read from it.
    """
    if not isinstance(data, Located):
        raise reject("codes-shape", "a code map is written {ours: theirs}", place)
    to_wire: dict[str, str] = {}
    from_wire: dict[str, str] = {}
    for ours, said in data.items():
        for theirs in said if isinstance(said, list) and said else [said]:
            if isinstance(theirs, bool) or not isinstance(theirs, str | int):
                raise reject("codes-shape", f"the code for {ours} must be text; quote it", data.at(ours))
            if str(theirs) in from_wire:
                twin = from_wire[str(theirs)]
                message = (
                    f"{ours} and {twin} are both written {theirs!r}, which could not be read back; give each its own"
                )
                raise reject("codes-injective", message, data.at(ours))
            to_wire.setdefault(ours, str(theirs))
            from_wire[str(theirs)] = ours
    return Codes(name, to_wire, from_wire)
