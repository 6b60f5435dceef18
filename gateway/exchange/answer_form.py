"""What a person wrote in a form about a supplier's answer or despatch, read field by field. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from gateway.exchange.said import TypedAnswer, TypedLine
from gateway.findings import Finding, Place, Rejected
from gateway.orders.book import OrderRow

CODES = ("AP", "CA", "RE", "AB")


def answer_in(row: OrderRow, given: Mapping[str, str]) -> TypedAnswer:
    """The form as an answer. Raises `Rejected` with a finding at each field that cannot be read."""
    wrong: list[Finding] = []
    code = given.get("code", "")
    promised = day_in("promised", given.get("promised", ""), wrong)
    found = [_line(place, line.id, given, wrong) for place, line in enumerate(row.order.lines)] if code == "CA" else []
    lines = tuple(one for one in found if one is not None)
    if code not in CODES:
        wrong.append(wrong_field("code", "choose what they answered"))
    if wrong:
        raise Rejected(wrong)
    facts = {"promised": promised, "note": given.get("note", "").strip()[:2000] or None}
    return TypedAnswer(code=code, number=given.get("number", "").strip()[:80], lines=lines, **facts)  # type: ignore[arg-type]


def number_in(path: str, text: str, wrong: list[Finding]) -> Decimal | None:
    """A number with comma or point; None where there is none, and a finding where it is no number."""
    if not text:
        return None
    try:
        return Decimal(text.replace(",", ".").replace("\xa0", "").replace(" ", ""))
    except InvalidOperation:
        wrong.append(wrong_field(path, f"{text!r} is no number"))
        return None


def day_in(path: str, text: str, wrong: list[Finding]) -> date | None:
    """A day; None where there is none, and a finding where it is no day."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        wrong.append(wrong_field(path, f"{text!r} is no day"))
        return None


def wrong_field(path: str, why: str) -> Finding:
    """What is wrong with one field."""
    return Finding(rule="answer-field", message=why, place=Place(path=path))


def _line(place: int, line_id: str, given: Mapping[str, str], wrong: list[Finding]) -> TypedLine | None:
    """What was written about one line; None where nothing was, which means as ordered."""
    said = {name: given.get(f"lines.{place}.{name}", "").strip() for name in ("quantity", "promised", "price")}
    refused = given.get(f"lines.{place}.refused") == "yes"
    if not any(said.values()) and not refused:
        return None
    quantity = Decimal(0) if refused else number_in(f"lines.{place}.quantity", said["quantity"], wrong)
    return TypedLine(
        line=line_id,
        quantity=quantity,
        promised=day_in(f"lines.{place}.promised", said["promised"], wrong),
        price=number_in(f"lines.{place}.price", said["price"], wrong),
    )
