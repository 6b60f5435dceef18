"""How many of an article may be ordered, and what one costs when so many are: minimum, steps and tiers."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

import msgspec

from shop.articles import Article
from shop.measures import plain


class Tier(msgspec.Struct, frozen=True):
    """From `least` units on one costs `price`, without VAT."""

    least: Decimal
    price: Decimal


def tiers(article: Article) -> tuple[Tier, ...]:
    """Every price of the article, rising by quantity; one where it has no tiers."""
    later = (Tier(Decimal(one["from"]), Decimal(one["price"])) for one in article.tiers)
    return (Tier(least(article), article.price), *later)


def price_at(article: Article, quantity: Decimal) -> Decimal:
    """What one unit costs when so many are ordered, without VAT."""
    reached = [tier.price for tier in tiers(article)[1:] if quantity >= tier.least]
    return reached[-1] if reached else article.price


def next_tier(article: Article, quantity: Decimal) -> Tier | None:
    """The next cheaper price, where twice as many as now would reach it."""
    for tier in tiers(article)[1:]:
        if tier.least > quantity:
            near = fitting(article, tier.least) <= quantity * 2
            return Tier(fitting(article, tier.least), tier.price) if near else None
    return None


def step_of(article: Article) -> Decimal:
    """In steps of how many it is ordered."""
    return plain(article.multiple) if article.multiple else Decimal(1)


def least(article: Article) -> Decimal:
    """The fewest that can be ordered: the minimum, and a whole number of steps."""
    wanted = article.minimum or (article.multiple or Decimal(1))
    return _stepped(article, wanted) if article.multiple else plain(wanted)


def fits(article: Article, quantity: Decimal) -> bool:
    """Whether the supplier takes an order of so many. What was brought from its own shop was chosen there."""
    return article.punchout_id is not None or fitting(article, quantity) == quantity


def fitting(article: Article, quantity: Decimal) -> Decimal:
    """The same quantity, or the next larger one that the supplier takes."""
    wanted = max(quantity, article.minimum or Decimal(0))
    return _stepped(article, wanted) if article.multiple else plain(wanted)


def stepped(article: Article, quantity: Decimal, by: int) -> Decimal:
    """One step more or less; 0 below what can be ordered."""
    more = quantity + by * step_of(article)
    if by > 0:
        return fitting(article, more)
    more = _stepped(article, more) if article.multiple else plain(more)
    return more if more >= least(article) else Decimal(0)


def _stepped(article: Article, quantity: Decimal) -> Decimal:
    """Rounded up to whole steps."""
    step = step_of(article)
    return plain((quantity / step).to_integral_value(ROUND_CEILING) * step)
