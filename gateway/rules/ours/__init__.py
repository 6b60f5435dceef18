"""Our own rules: what Schematron cannot know. Pure; what the book knows comes as an argument.

Rule ids begin with `avrop-`; paths are canonical terms such as `lines[2].amount`. A fatal finding means that the
document cannot be right; the others tell a person what to look at.
"""

from __future__ import annotations

from gateway.findings import Finding
from gateway.model import Document
from gateway.rules.ours.against import check_prices, check_quantities
from gateway.rules.ours.context import Context, KnownOrder
from gateway.rules.ours.course import check_course
from gateway.rules.ours.numbers import check_numbers
from gateway.rules.ours.references import check_references
from gateway.rules.ours.shape import check_shape
from gateway.rules.ours.sums import check_sums

__all__ = ["Context", "KnownOrder", "check_alone", "check_in_context", "judge_ours"]


def check_alone(document: Document, *, legacy: bool = False) -> tuple[Finding, ...]:
    """What one document says against itself. `legacy`: what real old documents do only warns."""
    return (*check_sums(document), *check_shape(document, legacy), *check_numbers(document, legacy))


def check_in_context(document: Document, context: Context) -> tuple[Finding, ...]:
    """What a document says against what was said before."""
    checks = (check_references, check_course, check_quantities, check_prices)
    return tuple(finding for check in checks for finding in check(document, context))


def judge_ours(document: Document, context: Context | None = None, legacy: bool = False) -> tuple[Finding, ...]:
    """The layer `ours`: alone, and in context where there is one."""
    found = check_alone(document, legacy=legacy)
    return found + check_in_context(document, context) if context is not None else found
