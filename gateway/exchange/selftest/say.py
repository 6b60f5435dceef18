"""How a self-test says what it saw, and why it stopped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

import msgspec
from msgspec.structs import replace

from gateway.exchange.journal import Attempt, Message
from gateway.exchange.selftest.answers import Came
from gateway.exchange.selftest.tools import Tools
from gateway.findings import Finding
from gateway.model import DespatchAdvice, OrderResponse
from gateway.orders.book import OrderRow
from gateway.rules.ours.say import plain

_SHOWN = 5
_STATUS = {"1": "added", "3": "changed", "5": "accepted", "7": "not accepted", "42": "already delivered"}


class Cause(msgspec.Struct, frozen=True):
    """Why a step failed: one sentence, and the findings that stand behind it."""

    evidence: str
    findings: tuple[Finding, ...] = ()


def causes(findings: Iterable[Finding], message: Message | None = None) -> Cause:
    """What was found wrong, the fatal first; all of it counts as fatal here, because nothing goes on."""
    found = sorted(findings, key=lambda finding: not finding.fatal)
    if not found:
        found = [Finding(rule="selftest-unusable", message="what came could not be used, and nothing says why")]
    found[0] = replace(found[0], fatal=True)
    lead = f"{message.name or message.source}: " if message is not None else ""
    return Cause(lead + found[0].message, tuple(found))


def seen(*documents: OrderResponse | DespatchAdvice) -> str:
    """What came, in a few words: `OB-T26-000001-1 CA; line 1: 2 changed, line 2: 2 accepted`."""
    return " | ".join(_answer(one) if isinstance(one, OrderResponse) else _advice(one) for one in documents)


def _answer(response: OrderResponse) -> str:
    lines = [
        f"line {line.order_line}: {plain(line.quantity.value) if line.quantity else ''} "
        f"{_STATUS.get(line.status, line.status)}"
        for line in response.lines[:_SHOWN]
    ]
    return f"{response.number} {response.code}" + (f"; {', '.join(lines)}" if lines else "")


def _advice(advice: DespatchAdvice) -> str:
    lines = [f"line {line.order_line}: {plain(line.delivered.value)}" for line in advice.lines[:_SHOWN]]
    return f"{advice.number}; {', '.join(lines)}"


def silence(
    step: str, row: OrderRow, heard: Came, out: Sequence[Message], attempts: Sequence[Attempt], tools: Tools
) -> Cause:
    """Nothing came in time: of what, what is known of the order, and what came instead."""
    limit = duration(tools.patience)
    receipt = next((one.receipt for one in out if one.receipt), None)
    if step == "receipt" or receipt is None:
        return _not_sent(row, limit, out, attempts)
    if step == "response":
        early = f"; {heard.responses[-1].number} said AB" if heard.responses else ""
        why = f"no order response to {row.number} within {limit}{early}; the order was taken: {receipt}"
        first = Finding(rule="selftest-no-response", message=why)
    elif step == "despatch" and heard.advices:
        why = f"only {len(heard.advices)} despatch advice for {row.number} within {limit}: {seen(*heard.advices)}"
        first = Finding(rule="selftest-advice-missing", message=why)
    elif step == "despatch":
        first = Finding(rule="selftest-no-despatch", message=f"no despatch advice for {row.number} within {limit}")
    else:
        about = out[-1].document if out else "Order"
        why = f"no answer to the {about} of {row.number} within {limit}"
        first = Finding(rule="selftest-no-answer", message=why)
    return Cause(first.message, (first, *_instead(heard)))


def duration(span: timedelta) -> str:
    seconds = span.total_seconds()
    return f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"


def _not_sent(row: OrderRow, limit: str, out: Sequence[Message], attempts: Sequence[Attempt]) -> Cause:
    if attempts:
        last = attempts[-1]
        why = f"order {row.number} was not taken within {limit} and {len(attempts)} attempts: {last.evidence}"
        return Cause(why, (Finding(rule="selftest-not-taken", message=why),))
    if out and out[-1].receipt:
        why = f"order {row.number} is with who carries it to them, and not with them within {limit}: {out[-1].receipt}"
        return Cause(why, (Finding(rule="selftest-not-arrived", message=why),))
    why = f"order {row.number} still waits in its lane after {limit}: no worker has tried to send it"
    return Cause(why, (Finding(rule="selftest-no-worker", message=why),))


def _instead(heard: Came) -> tuple[Finding, ...]:
    """What came from them meanwhile and found no order; a wrong order number is the usual reason."""
    told = []
    for message, findings in (*heard.bad, *heard.strangers):
        cause = findings[0].message if findings else message.state.value
        why = f"meanwhile came {message.name or message.source}, which could not be used: {cause}"
        told.append(Finding(rule="selftest-instead", message=why, fatal=False))
    return tuple(told[:_SHOWN])
