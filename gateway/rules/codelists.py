"""Code lists in rules: published tests walk thousands of codes for each value; here a map made at load is asked.

`some $code in $list satisfies $code = @unitCode` says the same as "the list, as a map, has the key @unitCode" as long
as the list is a constant of the schema, and that is the only form that is touched.
"""

from __future__ import annotations

import re

from lxml import etree

from gateway.rules.sheet import SCH, add

MAP_URI = "http://www.w3.org/2005/xpath-functions/map"
PREFIX = "code-map"
_CONSTANT = re.compile(r"tokenize\(\s*'[^']*'\s*,\s*'\\s'\s*\)")
_LITERALS = re.compile(r"\(?\s*'[^']*'(?:\s*,\s*'[^']*')*\s*\)?")
_VALUE = r"@[\w:.-]+|normalize-space\(text\(\)\)"
_WALK = re.compile(
    r"\bsome\s+\$(?P<code>[\w.-]+)\s+in\s+\$(?P<list>[\w.-]+)\s+satisfies\s+"
    rf"(?:\$(?P=code)\s*=\s*(?P<right>{_VALUE})|(?P<left>{_VALUE})\s*=\s*\$(?P=code))\s*(?=\)|$)"
)


def is_constant(let: etree._Element) -> bool:
    """Whether a let's value reads nothing of the document."""
    value = (let.get("value") or "").strip()
    return _LITERALS.fullmatch(value) is not None or _CONSTANT.fullmatch(value) is not None


def declare_maps(sheet: etree._Element, lets: list[etree._Element]) -> frozenset[str]:
    """A static map beside each constant list; gives the names of those lists."""
    named: dict[str, str] = {}
    twice: set[str] = set()
    for let in lets:
        name = let.get("name", "")
        twice |= {name} & named.keys()
        named[name] = let.get("value", "")
    constant = {name for name, value in named.items() if name not in twice and _CONSTANT.fullmatch(value.strip())}
    for name in sorted(constant):
        entries = f"{PREFIX}:merge({named[name]} ! {PREFIX}:entry(., true()))"
        add(sheet, "variable", name=f"{name}.codes", static="yes", select=entries)
    return frozenset(constant)


def ask_maps(schema: etree._Element, constant: frozenset[str]) -> None:
    """Rewrites the tests of `schema` that walk one of the `constant` lists."""

    def asked(walk: re.Match[str]) -> str:
        if walk["list"] not in constant:
            return walk[0]
        value = walk["right"] or walk["left"]
        return f"exists(({value})[{PREFIX}:contains(${walk['list']}.codes, string(.))])"

    for check in schema.iter(f"{SCH}assert", f"{SCH}report"):
        check.set("test", _WALK.sub(asked, check.get("test", "")))
