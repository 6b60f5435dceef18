"""What a supplier sends, judged as our inbox would: recognised, read, by every layer of rules, against the order.

Whatever the bytes are, they are read by the readers that the inbox uses, within their bounds; nothing is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from gateway.exchange.knowledge import is_legacy
from gateway.exchange.selftest.expect import ADVISED, agreed, judge_goods, judge_response
from gateway.exchange.selftest.scenario import Scenario
from gateway.findings import Finding, Place, Rejected
from gateway.formats import Dialect, identify
from gateway.formats.bare import bare
from gateway.model import DespatchAdvice, Document, Order, OrderResponse
from gateway.rules.judge import Rules
from gateway.rules.ours import Context, KnownOrder, judge_ours

_HEAD = 8000
_ANSWERS = (OrderResponse, DespatchAdvice)


class Bench(msgspec.Struct, frozen=True):
    """What is judged with; without `rules` only what is built in judges."""

    dialects: Mapping[str, Dialect]
    rules: Rules | None = None


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One file: what we took it for and understood of it, and everything that was found, fatal or not."""

    file: str
    format: str | None
    document: Document | None
    findings: tuple[Finding, ...]

    @property
    def good(self) -> bool:
        return self.document is not None and not any(finding.fatal for finding in self.findings)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """All files, and what the scenario says of them together."""

    files: tuple[Judged, ...]
    scenario: Scenario | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def good(self) -> bool:
        """Whether we would take every file, and nothing of the scenario is wrong or missing."""
        return bool(self.files) and all(one.good for one in self.files) and not self.findings


def judge(
    bench: Bench,
    dialect: Dialect,
    files: Sequence[tuple[str, bytes]],
    order: Order,
    day: date,
    scenario: Scenario | None = None,
) -> Outcome:
    """The files (name, bytes) as answers to `order`, in the order in which they are sent. Raises nothing."""
    judged: list[Judged] = []
    for name, raw in files:
        judged.append(_one(bench, dialect, name, bare(raw), order, day, [one.document for one in judged]))
    findings = tuple(_expected(scenario, order, [one.document for one in judged])) if scenario is not None else ()
    return Outcome(files=tuple(judged), scenario=scenario, findings=findings)


def _one(
    bench: Bench,
    dialect: Dialect,
    name: str,
    raw: bytes,
    order: Order,
    day: date,
    earlier: Sequence[Document | None],
) -> Judged:
    codec = dialect.identify(raw[:_HEAD])
    if codec is None:
        return Judged(file=name, format=None, document=None, findings=(_stranger(bench, dialect, name, raw),))
    found: dict[Finding, None] = dict.fromkeys(codec.check(raw, name))
    found |= dict.fromkeys(_official(bench, raw, name, day))
    try:
        reading = dialect.read(raw, name)
    except Rejected as rejected:
        found |= dict.fromkeys(rejected.findings)
        return Judged(file=name, format=codec.name, document=None, findings=tuple(found))
    found |= dict.fromkeys(reading.findings)
    found |= dict.fromkeys(_ours(dialect, reading.document, order, name, earlier))
    return Judged(file=name, format=codec.name, document=reading.document, findings=tuple(found))


def _stranger(bench: Bench, dialect: Dialect, name: str, raw: bytes) -> Finding:
    other = identify(bench.dialects, raw[:_HEAD])
    if other is None:
        why = f"this is none of the documents of {dialect.name}, nor of any other dialect; is it the right file?"
        return Finding(rule="practice-unknown", message=why, place=Place(source=name))
    why = f"this looks like {other[1].name} of the dialect {other[0].name}, and {dialect.name} is agreed"
    return Finding(rule="practice-other-dialect", message=why, place=Place(source=name))


def _official(bench: Bench, raw: bytes, name: str, day: date) -> Iterator[Finding]:
    if bench.rules is None or not raw.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<"):
        return
    try:
        for verdict in bench.rules.judge(raw, day=day, source=name):
            yield from verdict.findings
    except Rejected as rejected:  # the folder of the packages is damaged
        yield from rejected.findings


def _ours(
    dialect: Dialect, document: Document, order: Order, name: str, earlier: Sequence[Document | None]
) -> Iterator[Finding]:
    """Our own rules, as if the order and the files before this one were in the book."""
    if not isinstance(document, _ANSWERS):
        kind = type(document).__name__
        why = f"a supplier is not expected to send {kind} as an answer to an order"
        yield Finding(rule="unexpected-document", message=why, place=Place(source=name))
        return
    sent = _delivered([one for one in earlier if isinstance(one, DespatchAdvice)])
    known = KnownOrder(order=order, delivered=sent)
    same = tuple(one for one in earlier if type(one) is type(document) and one.number == document.number)
    context = Context(orders={order.number: known}, earlier=same)
    for finding in judge_ours(document, context, legacy=is_legacy(dialect)):
        yield replace(finding, place=replace(finding.place, source=name))


def _delivered(advices: Sequence[DespatchAdvice]) -> dict[str, Decimal]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in (line for advice in advices for line in advice.lines):
        sums[line.order_line] += line.delivered.value
    return dict(sums)


def _expected(scenario: Scenario, order: Order, documents: Sequence[Document | None]) -> Iterator[Finding]:
    """What is missing for the scenario, or is another answer than it wants."""
    responses = [one for one in documents if isinstance(one, OrderResponse) and one.code != "AB"]
    advices = [one for one in documents if isinstance(one, DespatchAdvice)]
    if not responses:
        yield _missing("an order response", scenario)
        return
    wrong = judge_response(scenario, order, responses[0])
    yield from wrong
    if scenario is Scenario.CANCEL and len(responses) < 2:
        yield _missing("an answer to the cancellation", scenario)
    elif scenario is Scenario.CANCEL and responses[1].code != "AP":
        why = f"the cancellation is answered {responses[1].code}, and the scenario wants AP"
        yield Finding(rule="practice-not-cancelled", message=why)
    if scenario in ADVISED and not wrong:
        goods = judge_goods(scenario, order, agreed(order, responses[0]), responses[0], advices)
        yield from (finding for finding in goods.findings if finding.fatal)
        if not goods.complete:
            yield _missing("a second despatch advice" if advices else "a despatch advice", scenario)


def _missing(what: str, scenario: Scenario) -> Finding:
    why = f"{what} is missing: the scenario {scenario.value} wants it"
    return Finding(rule="practice-missing", message=why)
