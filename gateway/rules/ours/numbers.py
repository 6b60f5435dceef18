"""Numbers that carry a check digit: organisation numbers (COMMON-R049) and GLNs (COMMON-R040)."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.findings import Finding
from gateway.identifiers import Gln, OrgNumber, gs1_check_digit
from gateway.model import Document
from gateway.model.party import Identifier, Location, Party
from gateway.rules.ours.say import say, walk

_CHECKED = {
    "0007": ("org-number", OrgNumber),
    "SE:ORGNR": ("org-number", OrgNumber),
    "0088": ("gln", Gln),
    "GLN": ("gln", Gln),
}


def check_numbers(document: Document, legacy: bool) -> Iterator[Finding]:
    """What parties are known by; in legacy documents, whose samples fail Luhn themselves, it only warns.

    A place with a wrong number only warns too: the official rules do not look, and goods find it by its address.
    """
    for path, owner in walk(document):
        if isinstance(owner, Party):
            for name, found in _of(owner):
                yield from _number(f"{path}.{name}", found, fatal=not legacy)
        elif isinstance(owner, Location) and owner.id is not None:
            yield from _number(f"{path}.id", owner.id, fatal=False)


def _of(party: Party) -> Iterator[tuple[str, Identifier]]:
    named = [("endpoint", party.endpoint), ("legal_id", party.legal_id)]
    named += [(f"ids[{place}]", one) for place, one in enumerate(party.ids)]
    yield from ((name, one) for name, one in named if one is not None)


def _number(path: str, found: Identifier, fatal: bool) -> Iterator[Finding]:
    if found.scheme not in _CHECKED:
        return
    rule, kind = _CHECKED[found.scheme]
    value = found.value.strip()
    try:
        kind(value)
    except ValueError as error:
        # The official rule adds up the digits of a GLN, however many there are; ours says that 13 are right.
        odd = kind is Gln and value.isascii() and value.isdigit() and gs1_check_digit(value[:-1]) == int(value[-1])
        yield say(rule, path, f"{error}{_cure(value, rule)}", fatal=fatal and not odd)
        return
    if not value.isdigit():
        yield say(rule, path, f"{value!r} is written with other signs than digits", fatal=fatal)


def _cure(value: str, rule: str) -> str:
    """The classic mistake gets the number that was meant."""
    inner = value[2:-2]
    if rule != "org-number" or not (value.startswith("SE") and len(value) == 14):
        return ""
    try:
        return f"; this is a VAT number, and the organisation number in it is {OrgNumber(inner)}"
    except ValueError:
        return "; it looks like a VAT number"
