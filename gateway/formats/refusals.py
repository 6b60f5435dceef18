"""What a document says that a table cannot: collected term by term, then raised together."""

from __future__ import annotations

from gateway.findings import Finding, Place, Rejected, reject
from gateway.model import Document


class Refusals:
    """`bad(path, message)` is what writers call; `raise_if_any` ends with `Rejected`."""

    def __init__(self, document: Document, expected: str, table: str) -> None:
        """Raises `Rejected` at once when `document` is not of the kind the table is for."""
        self.table = table
        self.findings: list[Finding] = []
        if type(document).__name__ != expected:
            message = f"a {type(document).__name__} is not {expected}"
            raise reject("cannot-express", message, Place(source=table))

    def bad(self, path: str, message: str) -> None:
        place = Place(source=self.table, path=path)
        self.findings.append(Finding(rule="cannot-express", message=f"{path} {message}", place=place))

    def raise_if_any(self) -> None:
        if self.findings:
            raise Rejected(self.findings)
