"""What suppliers write for codes: `st` is C62. The words of `words/codes.yaml`, checked against mappings/codelists."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from importlib import resources

import msgspec
import yaml

from gateway.mapping.codes import Codes

_TELLING = frozenset({"C62", "KGM", "LTR", "MTR", "XPK", "XCT", "XBX", "EA", "XBO", "XBG", "XRO", "XPA", "XCA", "GRM"})


def list_name(codes: Codes) -> str:
    """What a dialect calls the list."""
    return codes.name.removeprefix("codelists/").removesuffix(".yaml")


@functools.cache
def _words() -> dict[str, dict[str, str]]:
    """List → word in small letters → code."""
    text = (resources.files(__package__) / "words" / "codes.yaml").read_text(encoding="utf-8")
    found = yaml.load(text, Loader=yaml.CSafeLoader)
    return {
        name: {word.casefold(): str(code) for code, said in codes.items() for word in said}
        for name, codes in found.items()
    }


class Coding(msgspec.Struct, frozen=True):
    """What the values of a column mean: `meant` value → code, `plain` where they are codes, `unknown` the others."""

    meant: dict[str, str]
    unknown: tuple[str, ...]
    plain: bool


def coding(values: Iterable[str], codes: Codes) -> Coding:
    """The codes that the distinct `values` mean. Words go before codes that look like them, unless a code tells."""
    distinct = tuple(dict.fromkeys(values))
    if all(value in codes.to_wire for value in distinct) and _tells(distinct, codes):
        return Coding({value: value for value in distinct}, (), True)
    known = _words().get(list_name(codes), {})
    meant = {}
    for value in distinct:
        code = known.get(value.casefold().strip(" ."))
        if code is None and value in codes.to_wire:
            code = value
        if code is not None and code in codes.to_wire:
            meant[value] = code
    return Coding(meant, tuple(value for value in distinct if value not in meant), False)


def _tells(values: tuple[str, ...], codes: Codes) -> bool:
    """Of units many a code is also a word (FP, SET, DAY): one that is nothing else must be among them."""
    return (
        list_name(codes) != "units"
        or bool(_TELLING & set(values))
        or not ({value.casefold() for value in values} & _words()["units"].keys())
    )
