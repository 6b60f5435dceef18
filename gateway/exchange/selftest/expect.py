"""What came back, held against what was asked for: codes, lines, quantities. Pure; the sandbox judges by the same.

Whether a document can be read and what breaks a rule is said elsewhere; here is only whether it is the answer that the
scenario wants.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from gateway.exchange.selftest.scenario import Scenario
from gateway.findings import Finding, Place
from gateway.model import DespatchAdvice, Order, OrderResponse
from gateway.model.despatch import LogisticUnit
from gateway.rules.ours.say import plain

NOT_ACCEPTED: Final = "7"
_ACCEPTED: Final = "5"
_NOTHING: Final = Decimal(0)
_CODES: Final[dict[Scenario, tuple[str, ...]]] = {
    Scenario.ACCEPT: ("AP",),
    Scenario.CHANGE: ("CA",),
    Scenario.REJECT: ("RE",),
    Scenario.SPLIT: ("AP", "CA"),
    Scenario.BACKORDER: ("AP", "CA"),
    Scenario.CANCEL: ("AP",),
}
ADVISED: Final = frozenset({Scenario.ACCEPT, Scenario.CHANGE, Scenario.SPLIT, Scenario.BACKORDER})
"""The scenarios that end with goods on their way."""
Quantities = Mapping[str, Decimal]
"""By line id of the order, in the unit of its line."""


class Goods(msgspec.Struct, frozen=True):
    """Whether all advices that are expected have come, and what is wrong with them."""

    complete: bool
    findings: tuple[Finding, ...] = ()


def judge_response(scenario: Scenario, order: Order, response: OrderResponse) -> tuple[Finding, ...]:
    """The answer that decides (not AB) against the scenario."""
    if response.code not in _CODES[scenario]:
        wanted = " or ".join(_CODES[scenario])
        why = f"the answer is {response.code}, and the scenario {scenario.value} wants {wanted}"
        return (_finding("selftest-code", why, "code"),)
    if scenario is Scenario.CHANGE and not _differs(order, response):
        why = "the answer says accepted with changes (CA), and every line stands as it was ordered"
        return (_finding("selftest-no-change", why, "lines"),)
    if scenario is Scenario.SPLIT and response.code == "CA":
        return tuple(_unequal("selftest-split-sum", order, agreed(order, response), "lines"))
    return ()


def agreed(order: Order, response: OrderResponse | None) -> dict[str, Decimal]:
    """How much of each line is to come now, after the answer: several response lines of one order line add up."""
    amounts = {line.id: line.quantity.value for line in order.lines}
    if response is None or response.code != "CA":
        return amounts
    for line in order.lines:
        said = [one for one in response.lines if one.order_line == line.id]
        if said:
            kept = [one for one in said if one.status != NOT_ACCEPTED]
            amounts[line.id] = sum((one.quantity.value if one.quantity else amounts[line.id] for one in kept), _NOTHING)
    return amounts


def judge_goods(
    scenario: Scenario,
    order: Order,
    due: Quantities,
    response: OrderResponse | None,
    advices: Sequence[DespatchAdvice],
) -> Goods:
    """The advices so far. `order` as it was placed, `due` what was agreed to come."""
    if not advices:
        return Goods(complete=False)
    sent = _delivered(order, advices)
    if scenario is Scenario.SPLIT:
        return _split(due, sent, advices)
    if scenario is Scenario.BACKORDER:
        return Goods(True, (*_backorder(order, sent, response, advices), *_labels(advices)))
    return Goods(True, (*_other_quantities(due, sent), *_labels(advices)))


def _split(due: Quantities, sent: Quantities, advices: Sequence[DespatchAdvice]) -> Goods:
    if len(advices) > 1:
        return Goods(True, (*_other_quantities(due, sent), *_labels(advices)))
    if all(sent.get(id, _NOTHING) >= quantity for id, quantity in due.items()):
        why = f"advice {advices[0].number} holds everything, and the scenario split wants two deliveries"
        return Goods(True, (_finding("selftest-one-delivery", why, "lines"),))
    return Goods(False)


def _backorder(
    order: Order, sent: Quantities, response: OrderResponse | None, advices: Sequence[DespatchAdvice]
) -> Iterator[Finding]:
    """What is owed may stand in the answer or in the advice; with what is sent it makes up what was ordered."""
    owed = _owed(response, advices)
    if not any(owed.values()):
        why = "neither the answer nor the advice says what is still to come, and the scenario backorder wants that"
        yield _finding("selftest-nothing-owed", why, "lines")
        return
    for line in order.lines:
        total = sent.get(line.id, _NOTHING) + owed.get(line.id, _NOTHING)
        if total != line.quantity.value:
            why = f"line {line.id}: {plain(sent.get(line.id, _NOTHING))} despatched and "
            why += f"{plain(owed.get(line.id, _NOTHING))} still to come do not make {plain(line.quantity.value)}"
            yield _finding("selftest-owed-sum", why, "lines")


def _owed(response: OrderResponse | None, advices: Sequence[DespatchAdvice]) -> dict[str, Decimal]:
    owed: dict[str, Decimal] = {}
    for line in response.lines if response is not None else ():
        if line.backorder is not None:
            owed[line.order_line] = owed.get(line.order_line, _NOTHING) + line.backorder.value
    for advice in advices:
        for sent in advice.lines:
            if sent.outstanding is not None:
                owed.setdefault(sent.order_line, sent.outstanding.value)
    return owed


def _delivered(order: Order, advices: Sequence[DespatchAdvice]) -> dict[str, Decimal]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for advice in advices:
        for line in advice.lines:
            if line.order in (None, order.number):
                sums[line.order_line] += line.delivered.value
    return dict(sums)


def _other_quantities(due: Quantities, sent: Quantities) -> Iterator[Finding]:
    for id, quantity in due.items():
        came = sent.get(id, _NOTHING)
        if came != quantity:
            why = f"line {id}: {plain(came)} is despatched, and {plain(quantity)} was agreed"
            yield _finding("selftest-quantity", why, "lines")


def _unequal(rule: str, order: Order, said: Quantities, path: str) -> Iterator[Finding]:
    for line in order.lines:
        if said[line.id] != line.quantity.value:
            why = f"line {line.id}: the answer adds up to {plain(said[line.id])}, and {plain(line.quantity.value)} "
            yield Finding(rule=rule, message=why + "was ordered", place=Place(path=path))


def _differs(order: Order, response: OrderResponse) -> bool:
    """Whether any line of the answer says another status or quantity than the order, or owes something."""
    lines = {line.id: line for line in order.lines}
    for said in response.lines:
        line = lines.get(said.order_line)
        if line is None or said.status != _ACCEPTED or said.backorder is not None:
            return True
        if said.quantity is not None and said.quantity.value != line.quantity.value:
            return True
    return False


def _labels(advices: Sequence[DespatchAdvice]) -> Iterator[Finding]:
    """Without labels the dock types numbers; that is a pity, and no fault."""
    bare = [advice.number for advice in advices if not any(unit.id for unit in _units(advice.packing))]
    if bare:
        why = f"advice {', '.join(bare)} names no parcel by its label (SSCC): the hub must receive it by order number"
        yield _finding("selftest-no-label", why, "packing", fatal=False)


def _units(units: Sequence[LogisticUnit]) -> Iterator[LogisticUnit]:
    for unit in units:
        yield unit
        yield from _units(unit.units)


def _finding(rule: str, why: str, path: str, fatal: bool = True) -> Finding:
    return Finding(rule=rule, message=why, place=Place(path=path), fatal=fatal)
