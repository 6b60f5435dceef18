"""What a layer of rules says of a document, and by which package: the verdict that is stored with a message."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from gateway.findings import Finding

Layer = Literal["structure", "xsd", "dtd", "schematron", "ours"]
LAYERS: Final[tuple[Layer, ...]] = ("structure", "xsd", "dtd", "schematron", "ours")
OFFICIAL: Final[tuple[Layer, ...]] = ("xsd", "dtd", "schematron")


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`package` is the name under which the rules were installed, with which others can judge again; ms of wall time.

    `package` is empty for the layers that are built in.
    """

    layer: Layer
    package: str
    findings: tuple[Finding, ...]
    took_ms: float

    @property
    def fatal(self) -> bool:
        """Whether the document breaks a rule that it must obey."""
        return any(finding.fatal for finding in self.findings)
