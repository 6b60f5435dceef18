"""What a reading has to say: findings with their places, in bounded number."""

from __future__ import annotations

from itertools import islice

from lxml import etree

from gateway.findings import Finding, Place
from gateway.xml import line_of

_COUNTED = 10_000
_AHEAD = 200  # how far a second one of a name is looked for


class Notes:
    """Collects findings. Strict: what is not known is forbidden, and not only not carried.

    Of all findings `most` are kept, and the first fatal one; `met` counts them all, `fatals` the fatal ones of those
    that are kept. Where very many were left out (`hushed`), no more paths are told: each costs a look at its siblings.
    """

    most = 500

    def __init__(self, source: str, strict: bool = False, family: str = "ubl") -> None:
        self.source = source
        self.family = family
        self.strict = strict
        self.findings: list[Finding] = []
        self.met = 0
        self.fatals = 0
        self.hushed = False

    def fatal(self, rule: str, message: str, element: etree._Element) -> None:
        self._add(rule, message, element, True)

    def note(self, rule: str, message: str, element: etree._Element) -> None:
        self._add(rule, message, element, self.strict)

    def not_carried(self, what: str, element: etree._Element, below: str = "") -> None:
        said = f"{what} is not allowed" if self.strict else f"{what} was not carried"
        self._add("not-carried", said, element, self.strict, below)

    def path(self, element: etree._Element) -> str:
        return path_of(element)

    def told(self) -> tuple[Finding, ...]:
        """The findings, and how many more there are than are told."""
        if self.met == len(self.findings):
            return tuple(self.findings)
        message = f"{self.met - len(self.findings)} more findings like these are not told"
        return (
            *self.findings,
            Finding(rule=f"{self.family}-more", message=message, place=Place(source=self.source), fatal=False),
        )

    def _add(self, rule: str, message: str, element: etree._Element, fatal: bool, below: str = "") -> None:
        self.met += 1
        if len(self.findings) >= self.most and (not fatal or self.fatals):
            return
        path = "" if self.hushed else self.path(element) + below
        place = Place(source=self.source, line=line_of(element), path=path)
        self.fatals += fatal
        name = rule if rule == "not-carried" else f"{self.family}-{rule}"
        if self.strict and rule == "not-carried":
            name = f"{self.family}-not-allowed"
        self.findings.append(Finding(rule=name, message=message, place=place, fatal=fatal))


def path_of(element: etree._Element, top: etree._Element | None = None) -> str:
    """/Order/cac:OrderLine[2]/cac:LineItem/cbc:ID, as a person would write it; only from below `top`."""
    steps: list[str] = []
    current: etree._Element | None = element
    while current is not None and current is not top:
        name = etree.QName(current).localname
        prefix = f"{current.prefix}:" if current.prefix else ""
        steps.append(f"{prefix}{name}{_index(current)}")
        current = current.getparent()
    return "".join(f"/{step}" for step in reversed(steps))


def _index(element: etree._Element) -> str:
    """Which of several siblings of its name, counted no further than a person would."""
    before = sum(1 for _ in islice(element.itersiblings(element.tag, preceding=True), _COUNTED))
    if before == _COUNTED:
        return "[…]"
    after = islice(element.itersiblings(), _AHEAD)
    return f"[{before + 1}]" if before or any(other.tag == element.tag for other in after) else ""
