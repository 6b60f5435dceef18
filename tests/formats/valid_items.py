"""What is bought, as buyers mean it: items, prices, allowances and what goes along with an order."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import strategies as st

from gateway.model.item import (
    AllowanceCharge,
    Attachment,
    Classification,
    Item,
    ItemInstance,
    ItemProperty,
    Price,
    TaxCategory,
)
from tests.formats import valid_parts as part
from tests.formats.valid_parts import amount, codes, maybe, money, name, text

ORE = Decimal("0.01")
# UNCL5189 are numbers and UNCL7161 words: PEPPOL-T01-CL001, CL002.
_REASONS = {False: codes("allowance-reasons").filter(str.isdigit)}
_REASONS[True] = codes("allowance-reasons").filter(lambda code: not code.isdigit())

attachments = st.builds(
    Attachment,
    id=name,
    kind=maybe(text),
    content=st.binary(min_size=1, max_size=20),
    media_type=codes("mime"),
    filename=name,
    uri=maybe(name),
) | st.builds(Attachment, id=name, kind=maybe(text), uri=maybe(name))
_properties = st.builds(
    ItemProperty, name=name, value=name, id=maybe(part.identifiers(bare=True)), quantity=maybe(part.quantities),
    qualifier=maybe(text),
) | st.builds(ItemProperty, name=name, value=name, name_code=name, name_code_list=name)  # fmt: skip


@st.composite
def taxes(draw) -> TaxCategory:
    """The standard rate is above nothing, and what is outside VAT has none (PEPPOL-T01-R029, R030)."""
    kind = draw(codes("uncl5305"))
    percent = None if kind == "O" else draw(money(1 if kind == "S" else 0, 3000))
    return TaxCategory(id=kind, percent=percent)


@st.composite
def allowances(draw, currency: str, limit: Decimal, taxed: bool) -> AllowanceCharge:
    """A deduction or an addition of at most `limit`, as a sum or so many per cent of one."""
    charge, base, multiplier = draw(st.booleans()), draw(money(0, int(limit * 100))), draw(maybe(money(0, 10000)))
    value = base if multiplier is None else (base * multiplier / 100).quantize(ORE, ROUND_HALF_UP)
    code = draw(maybe(_REASONS[charge]))
    return AllowanceCharge(
        charge=charge,
        amount=amount(value, currency),
        reason_code=code,
        reason=draw(text if taxed or code is None else maybe(text)),
        multiplier=multiplier,
        base_amount=None if multiplier is None else amount(base, currency),
        tax=draw(maybe(taxes())) if taxed else None,
    )


@st.composite
def items(draw) -> Item:
    pieces = st.builds(ItemInstance, serial=name, lot=maybe(name)) | st.builds(ItemInstance, lot=name)
    classes = st.builds(Classification, code=name, list=codes("uncl7143"), list_version=maybe(name), name=maybe(name))
    return Item(
        name=draw(name),
        description=draw(maybe(text)),
        buyer_id=draw(maybe(name)),
        seller_id=draw(maybe(name)),
        manufacturer_id=draw(maybe(name)),
        standard_id=draw(maybe(part.identifiers())),
        specifications=draw(st.lists(name, max_size=2).map(tuple)),
        classifications=draw(st.lists(classes, max_size=2).map(tuple)),
        tax=draw(maybe(taxes())),
        properties=draw(st.lists(_properties, max_size=2).map(tuple)),
        instances=draw(st.lists(pieces, max_size=2).map(tuple)),
    )


@st.composite
def prices(draw, currency: str) -> Price:
    """Four decimals for what costs little; the discount is what the gross price was lowered by."""
    value = draw(money(0, 10**7, 4))
    base = draw(maybe(part.positive))
    discount = draw(maybe(money(0, 10**5, 4)))
    gross = draw(st.booleans()) and discount is not None
    return Price(
        amount=amount(value, currency),
        base_quantity=base,
        discount=None if discount is None else amount(discount, currency),
        gross=amount(value + discount, currency) if gross else None,
    )
