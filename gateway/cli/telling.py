"""Messages in words for a terminal, and in JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from gateway.exchange.answered import LineAnswer
from gateway.exchange.causes import Cause
from gateway.exchange.differences import Change
from gateway.exchange.journal import Message
from gateway.exchange.whole import Story


def line(message: Message) -> str:
    """One message on one line."""
    when = f"{message.created_at:%Y-%m-%d %H:%M}"
    state = f"{message.state.value:10}"
    return f"{message.id}  {when}  {message.direction:3}  {state}  {message.document or '?':17} {message.supplier_id}"


def of_suppliers(cause: Cause) -> str:
    """One supplier by name, several by number."""
    return cause.suppliers[0] or "unknown sender" if len(cause.suppliers) == 1 else f"{len(cause.suppliers)} suppliers"


def story(found: Story) -> dict[str, Any]:
    """Everything but the bytes, which `--raw` gives."""
    facts = {name: getattr(found, name) for name in Story.__struct_fields__ if name not in {"raw", "row"}}
    row = found.row
    order = {"number": row.number, "state": row.state, "supplier_id": row.supplier_id} if row is not None else None
    return facts | {"bytes": len(found.raw or b""), "order": order}


def story_text(found: Story) -> str:
    """The same in the order in which a person asks."""
    return "\n".join(_story(found))


def difference_text(answers: Sequence[LineAnswer], changed: Sequence[Change], raw: Sequence[str]) -> str:
    """Line by line; then what a person corrected, as terms and as bytes."""
    lines = [_answer(one) for one in answers]
    if changed:
        lines += ["corrected:", *(f"  {change}" for change in changed)]
    return "\n".join([*lines, *raw]) or "nothing is different, and nothing has been answered"


def _story(found: Story) -> Iterator[str]:
    facts: dict[str, Any] = msgspec.to_builtins(found.message, enc_hook=str)
    yield from (f"{key:14}{value}" for key, value in facts.items() if value not in (None, "", False))
    if found.row is not None:
        yield f"{'order':14}{found.row.number}  {found.row.state.value}"
    if found.document is not None:
        yield f"{'says':14}{type(found.document).__name__} {found.document.number}, {_lines(found)} lines"
    yield from (f"unread        {one}" for one in found.unread)
    yield from (
        f"attempt {one.n}  {one.at:%Y-%m-%d %H:%M:%S}  {one.outcome.value}  {one.evidence}" for one in found.attempts
    )
    yield from (f"{one.layer:13} {one.outcome}  {one.package or 'built in'}" for one in found.verdicts)
    yield from (str(one) for one in found.findings)
    if found.repeats is not None:
        yield f"{'repeats':14}{line(found.repeats)}"
    yield from (f"  {change}" for change in found.changed)
    yield from (f"{'repeated by':14}{line(one)}" for one in found.repeated)
    yield from (f"{'related':14}{line(one)}" for one in found.related)
    yield from (f"{one.at:%Y-%m-%d %H:%M:%S}  {one.event.value:19} {one.actor}" for one in found.timeline)


def _lines(found: Story) -> int:
    return len(getattr(found.document, "lines", ()))


def _answer(one: LineAnswer) -> str:
    said: dict[str, Any] = {
        "ordered": one.ordered,
        "confirmed": one.confirmed,
        "despatched": one.despatched,
        "later": one.outstanding,
    }
    said |= {"price": one.price, "their price": one.confirmed_price, "wanted": one.wanted, "promised": one.promised}
    said |= {"instead": one.substitute, "note": one.note}
    facts = "  ".join(f"{name} {value}" for name, value in said.items() if value not in (None, ""))
    return f"line {one.line}  {one.article} {one.name}  {facts}  {'; '.join(one.differs) or 'as ordered'}"
