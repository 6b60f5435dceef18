"""What the asserts of an official Schematron file demand, by their shape: facts read when the tests run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

_SCH = "{http://purl.oclc.org/dsdl/schematron}"
_SHAPES = {
    "missing": re.compile(r"((?:cac|cbc):\w+)"),
    "foreign": re.compile(r"false\(\)()"),
    "attribute": re.compile(r"@(\w+)"),
    "attribute code": re.compile(r"not\(@(\w+)\) or \(some \$code in \$\w+ satisfies \$code = @\1\)"),
    "value": re.compile(r"(?:\(some \$code in .*|normalize-space\(text\(\)\) = '.*')()"),
    "location": re.compile(r"not\(@\*:schemaLocation\)()"),
}


@dataclass(frozen=True)
class Assert:
    """One assert. `shape` is how it is broken ("" for what only a person can read), `subject` the name it speaks of."""

    id: str
    fatal: bool
    context: str
    shape: str
    subject: str

    @property
    def path(self) -> str:
        """The context from the root on; of a strange element, where it would stand."""
        steps = self.context.removesuffix("/*").split("/", 2)[2:]
        return steps[0] if steps else ""

    @property
    def name(self) -> str:
        """What a person would call it: "missing cac:TaxTotal/cbc:TaxAmount", or the end of its id."""
        if not self.shape:
            return re.sub(r"PEPPOL-(T\d+-)?", "", self.id)
        below = {"missing": f"/{self.subject}", "attribute": f"/@{self.subject}", "attribute code": f"/@{self.subject}"}
        return f"{self.shape} {self.path}{below.get(self.shape, '')}".replace(" /", " ").strip()


def contexts(path: Path) -> list[str]:
    """Each element that the data model names, as steps from the root."""
    said = [" ".join(rule.get("context", "").split()) for rule in etree.parse(path).iter(f"{_SCH}rule")]
    return [each.split("/", 2)[2] for each in said if re.fullmatch(r"/ubl:\w+(/(cac|cbc):\w+)+", each)]


def asserts(path: Path) -> list[Assert]:
    """All of a file, in its order."""
    found = []
    for rule in etree.parse(path).iter(f"{_SCH}rule"):
        context = " ".join(rule.get("context", "").split())
        for check in rule.iter(f"{_SCH}assert"):
            shape, subject = _shape(context, " ".join(check.get("test", "").split()), check.get("id", ""))
            found.append(Assert(check.get("id", ""), check.get("flag") != "warning", context, shape, subject))
    return found


def _shape(context: str, test: str, name: str) -> tuple[str, str]:
    """Only the asserts of the data model (B and five digits) are told by shape: their context is one plain path."""
    if not re.fullmatch(r"PEPPOL-T\d+-B\d{5}", name) or re.search(r"[\[|]", context):
        return "", ""
    for shape, pattern in _SHAPES.items():
        match = pattern.fullmatch(test)
        if match and (shape != "foreign" or context.endswith("/*")):
            return shape, match[1]
    return "", ""
