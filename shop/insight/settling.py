"""From rows of a ledger to what they would have cost: paid through the shop, matched, and the difference in kronor.

The difference is what was paid less the same quantity at the contract's price, where article and quantity are known and
the prices are within four times of each other (else they are of different packs). Where not, it is the amount times
what was measured so in the same category: the sum of differences by the sum of amounts. It is never a saving below 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from gateway.suppliers.supplier import Suppliers
from shop.insight.ledgers import key_of
from shop.insight.matching import DAYS_AFTER, HIGH, Match, Offer, Orders, Paid, Range, Sellers
from shop.insight.tables import ledger_decisions, ledger_lines, ledger_sums, purchases
from shop.tables import articles, contracts

if TYPE_CHECKING:
    from shop.insight.working import Claim

SHOP, BESIDE, NONE = "shop", "beside", "none"
"""It paid an order of ours; a contract would have served; nothing would have."""
PRICE, MEAN = "price", "mean"
"""How the difference is known. What was bought of a supplier on contract is compared by price or not at all."""
MOST_APART = 4
LEAST_MEASURED = 5
CONFIRMED, REJECTED, CHANGED = "confirmed", "rejected", "changed"
_STEP = 20_000


def match(claim: Claim, suppliers: Suppliers) -> None:
    """All of a ledger that was read. Commits as it goes."""
    ledger_id = claim.ledger.id
    with claim.engine.begin() as conn:
        sellers = Sellers((one.id, one.name, str(one.org_number)) for one in suppliers)
        known = _known_sellers(conn, ledger_id, sellers)
        _enter_sellers(conn, ledger_id, known)
        claim.said(conn)
    with claim.engine.begin() as conn:
        _pay(conn, ledger_id)
        claim.said(conn)
    with claim.engine.begin() as conn:
        range_ = Range(offers(conn))
        decided = {row.key: row for row in conn.execute(sa.select(ledger_decisions))}
        open_ = (ledger_lines.c.ledger_id == ledger_id) & (ledger_lines.c.fate == "new")
        key = (ledger_lines.c.key, ledger_lines.c.supplier, ledger_lines.c.text, ledger_lines.c.supplier_id)
        pairs = conn.execute(sa.select(*key, sa.func.count().label("many")).where(open_).group_by(*key)).all()
        chosen = by_id(conn, [row.article_id for row in decided.values() if row.article_id])
    done = 0
    for start in range(0, len(pairs), _STEP):
        some = pairs[start : start + _STEP]
        with claim.engine.begin() as conn:
            _enter(conn, ledger_id, [_found(row, range_, decided, chosen) for row in some])
            done += sum(row.many for row in some)
            claim.said(conn, matched=done)
    with claim.engine.begin() as conn:
        price(conn, ledger_lines.c.ledger_id == ledger_id)
        claim.said(conn, matched=claim.ledger.rows or done)


def offers(conn: sa.Connection) -> Iterator[Offer]:
    """Every article that stands on a contract that is in force today."""
    over = sa.exists().where(
        contracts.c.supplier_id == articles.c.supplier_id,
        contracts.c.number == articles.c.contract,
        contracts.c.valid_to < sa.func.current_date(),
    )
    wanted = sa.select(*(articles.c[name] for name in Offer.__struct_fields__)).where(
        articles.c.active, articles.c.listed, articles.c.contract.is_not(None), ~over, articles.c.currency == "SEK"
    )
    for row in conn.execute(wanted.execution_options(yield_per=5000)):
        yield Offer(**row._mapping)


def by_id(conn: sa.Connection, ids: Sequence[int]) -> dict[int, Offer]:
    """Articles that somebody chose, with or without a contract."""
    wanted = sa.select(*(articles.c[name] for name in Offer.__struct_fields__)).where(articles.c.id.in_(ids))
    rows = conn.execute(wanted)
    return {row.id: Offer(**dict(row._mapping) | {"contract": row.contract or ""}) for row in rows}


def _known_sellers(conn: sa.Connection, ledger_id: UUID, sellers: Sellers) -> list[tuple[str, str | None, str]]:
    key = (ledger_lines.c.supplier, ledger_lines.c.org_number)
    found = conn.execute(sa.select(*key).where(ledger_lines.c.ledger_id == ledger_id).distinct())
    pairs = [(name, number, sellers.find(name, number)) for name, number in found]
    return [(name, number, id) for name, number, id in pairs if id]


def _enter_sellers(conn: sa.Connection, ledger_id: UUID, known: list[tuple[str, str | None, str]]) -> None:
    names, numbers, ids = ([row[place] for row in known] for place in range(3))
    conn.execute(_SELLERS, {"ledger": ledger_id, "names": names, "numbers": [one or "" for one in numbers], "ids": ids})


_SELLERS = sa.text("""
    UPDATE ledger_lines l SET supplier_id = k.id, own = true
    FROM unnest(CAST(:names AS text[]), CAST(:numbers AS text[]), CAST(:ids AS text[])) AS k (name, number, id)
    WHERE l.ledger_id = :ledger AND l.supplier = k.name AND coalesce(l.org_number, '') = k.number
""")


def _pay(conn: sa.Connection, ledger_id: UUID) -> None:
    """Rows of suppliers on contract that pay orders placed in the shop, so that these are not counted as beside it."""
    wanted = (ledger_lines.c.ledger_id == ledger_id) & ledger_lines.c.supplier_id.is_not(None)
    lines = sa.select(ledger_lines.c.place, ledger_lines.c.supplier_id, ledger_lines.c.day, ledger_lines.c.amount)
    wanted &= ledger_lines.c.amount > 0
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in conn.execute(lines.where(wanted).order_by(ledger_lines.c.day, ledger_lines.c.place)):
        rows[row.supplier_id].append(row)
    paid: list[tuple[int, str]] = []
    for supplier_id, theirs in rows.items():
        pays = _orders(conn, supplier_id, ledger_id, theirs[0].day).pay([(r.day.toordinal(), r.amount) for r in theirs])
        paid += [(row.place, number) for row, number in zip(theirs, pays, strict=True) if number]
    places, numbers = [place for place, _ in paid], [number for _, number in paid]
    conn.execute(_PAID, {"ledger": ledger_id, "places": places, "numbers": numbers})


_PAID = sa.text("""
    UPDATE ledger_lines l SET fate = 'shop', order_number = k.number, sure = 'high'
    FROM unnest(CAST(:places AS integer[]), CAST(:numbers AS text[])) AS k (place, number)
    WHERE l.ledger_id = :ledger AND l.place = k.place
""")


def _orders(conn: sa.Connection, supplier_id: str, ledger_id: UUID, first: date) -> Orders:
    """The supplier's orders that no other ledger has paid and that a row of the day `first` or later can pay."""
    taken = sa.exists().where(ledger_lines.c.order_number == purchases.c.number, ledger_lines.c.ledger_id != ledger_id)
    of = sa.select(purchases.c.number, purchases.c.placed, purchases.c.net).where(
        purchases.c.supplier_id == supplier_id,
        purchases.c.currency == "SEK",
        ~taken,
        purchases.c.placed >= first - timedelta(days=DAYS_AFTER),
    )
    lines = [Paid(number=row.number, day=row.placed.toordinal(), amount=row.net) for row in conn.execute(of)]
    sums: dict[str, list[Paid]] = defaultdict(list)
    for line in lines:
        sums[line.number].append(line)
    whole = [
        Paid(number=number, day=of_it[0].day, amount=sum((one.amount for one in of_it), Decimal(0)))
        for number, of_it in sums.items()
    ]
    return Orders(whole, [line for line in lines if len(sums[line.number]) > 1])


def _found(row: Any, range_: Range, decided: dict[str, Any], chosen: dict[int, Offer]) -> tuple[Any, ...]:
    """Columns of `_ENTER` for one supplier and text; what was decided about them before counts first."""
    decision = decided.get(row.key) or decided.get(key_of(row.supplier))
    if decision is not None and decision.article_id in chosen and decision.decided != REJECTED:
        return row.key, BESIDE, *_of(chosen[decision.article_id]), HIGH, decision.decided
    found = range_.best(row.text, row.supplier_id or "") if row.text else None
    said = decision.decided if decision is not None else ""
    if row.supplier_id:
        served = _of_own(row.supplier_id, found)
    elif found is None:
        return row.key, NONE, None, None, None, None, "", said if said == REJECTED else ""
    else:
        served = (*_of_match(found), found.sure)
    return row.key, NONE if said == REJECTED else BESIDE, *served, said


def _of_own(supplier_id: str, found: Match | None) -> tuple[Any, ...]:
    """Bought of a supplier on contract: of another one's article only the kind of goods is taken over."""
    if found and found.article and found.offer.supplier_id == supplier_id:
        return *_of(found.offer), found.sure
    return supplier_id, None, None, found.offer.category if found else None, HIGH


def _of(offer: Offer) -> tuple[Any, ...]:
    return offer.supplier_id, offer.contract or None, offer.id, offer.category


def _of_match(found: Match) -> tuple[Any, ...]:
    supplier_id, contract, article_id, category = _of(found.offer)
    return supplier_id, contract, article_id if found.article else None, category


def _enter(conn: sa.Connection, ledger_id: UUID, found: list[tuple[Any, ...]]) -> None:
    names = ("keys", "fates", "suppliers", "contracts", "articles", "categories", "sures", "decisions")
    given = {name: [row[place] for row in found] for place, name in enumerate(names)}
    conn.execute(_ENTER, given | {"ledger": ledger_id})


_ENTER = sa.text("""
    UPDATE ledger_lines l SET fate = k.fate, supplier_id = k.supplier_id, contract = k.contract,
        article_id = k.article_id, category = k.category, sure = k.sure, decided = k.decided
    FROM unnest(CAST(:keys AS text[]), CAST(:fates AS text[]), CAST(:suppliers AS text[]), CAST(:contracts AS text[]),
        CAST(:articles AS bigint[]), CAST(:categories AS text[]), CAST(:sures AS text[]), CAST(:decisions AS text[]))
        AS k (key, fate, supplier_id, contract, article_id, category, sure, decided)
    WHERE l.ledger_id = :ledger AND l.key = k.key AND l.fate = 'new'
""")


def price(conn: sa.Connection, lines: sa.ColumnElement[bool]) -> None:
    """Differences of these lines: by price where that can be, else by what the category has measured; and the sums."""
    c = ledger_lines.c
    conn.execute(ledger_lines.update().where(lines, c.way != "").values(difference=None, way=""))
    here = lines & (c.fate == BESIDE) & (c.amount > 0)
    each = c.amount / sa.func.nullif(c.quantity, 0)
    comparable = (articles.c.id == c.article_id) & (articles.c.price > 0) & (c.quantity > 0)
    comparable &= each.between(articles.c.price / MOST_APART, articles.c.price * MOST_APART)
    would = sa.func.round(c.quantity * articles.c.price, 2)
    conn.execute(ledger_lines.update().where(here & comparable).values(difference=c.amount - would, way=PRICE))
    add_up(conn, lines)
    shares = measured(conn)
    if not shares:
        return
    usual = shares.get(None)
    cases = [(c.category == category, share) for category, share in shares.items() if category is not None]
    share = sa.case(*cases, else_=usual) if cases else sa.literal(usual)
    rest = here & (c.way == "") & ~c.own & share.is_not(None)
    conn.execute(ledger_lines.update().where(rest).values(difference=sa.func.round(c.amount * share, 2), way=MEAN))
    add_up(conn, lines)


def add_up(conn: sa.Connection, lines: sa.ColumnElement[bool]) -> None:
    """`ledger_sums` of the ledgers and suppliers that have such lines, anew."""
    of = sa.select(ledger_lines.c.ledger_id, ledger_lines.c.supplier).where(lines).distinct()
    pairs = conn.execute(of).all()
    given = {"ledgers": [pair[0] for pair in pairs], "suppliers": [pair[1] for pair in pairs]}
    if pairs:
        conn.execute(_NO_SUMS, given)
        conn.execute(_SUMS, given)


_NO_SUMS = sa.text("""
    DELETE FROM ledger_sums s USING unnest(CAST(:ledgers AS uuid[]), CAST(:suppliers AS text[])) AS t (ledger, supplier)
    WHERE s.ledger_id = t.ledger AND s.supplier = t.supplier
""")
_SUMS = sa.text("""
    INSERT INTO ledger_sums
        (ledger_id, month, supplier, category, fate, own, way, trusted, rows, amount, difference, saving)
    SELECT l.ledger_id, date_trunc('month', l.day::timestamp)::date, l.supplier, coalesce(l.category, ''), l.fate,
        l.own, l.way, l.sure IN ('high', 'likely') OR l.decided IN ('confirmed', 'changed'), count(*), sum(l.amount),
        coalesce(sum(l.difference), 0), coalesce(sum(greatest(l.difference, 0)), 0)
    FROM ledger_lines l
    JOIN unnest(CAST(:ledgers AS uuid[]), CAST(:suppliers AS text[])) AS t (ledger, supplier)
        ON l.ledger_id = t.ledger AND l.supplier = t.supplier
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
""")


def measured(conn: sa.Connection) -> dict[str | None, Decimal]:
    """The share of what was paid beside the contracts that they would have saved, by category; None: all together.

    Lines that can be compared by price and are sure, likely or confirmed, over all ledgers; categories with at least
    LEAST_MEASURED of them. None comes last.
    """
    s = ledger_sums.c
    sums = (sa.func.sum(s.difference), sa.func.sum(s.amount), sa.func.sum(s.rows))
    wanted = sa.select(s.category, *sums).where(s.trusted, s.way == PRICE, ~s.own).group_by(s.category)
    found = conn.execute(wanted).all()
    shares: dict[str | None, Decimal] = {
        row[0]: row[1] / row[2] for row in found if row[3] >= LEAST_MEASURED and row[0]
    }
    if sum(row[3] for row in found) >= LEAST_MEASURED:
        shares[None] = sum(row[1] for row in found) / sum(row[2] for row in found)
    return shares
