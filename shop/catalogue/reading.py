"""One line of a catalogue to one staged row, with all that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from gateway.findings import Finding, Place
from gateway.formats.streamed import StreamedLine
from gateway.identifiers import Gtin
from gateway.model.article import Article
from gateway.model.catalogue import CatalogueLine
from gateway.model.item import Classification
from shop.catalogue import copytext
from shop.catalogue.kinds import category_of
from shop.catalogue.marks import allergens_of, hazards_of, is_mark, labels_of
from shop.catalogue.priced import MOST_PRICE, Tier, content, later, priced, steps
from shop.catalogue.units import Units

VAT_RATES: Final = frozenset(map(Decimal, (0, 6, 12, 25)))
"""The rates there are; which of them an article has changes by law and by day, and the supplier says it."""
COLUMNS: Final = (
    "import_number", "line", "deleted", "seller_id", "gtin", "name", "description", "unit", "content", "content_unit",
    "price", "currency", "vat", "category", "lead_days", "unspsc", "brand", "manufacturer_id", "keywords", "minimum",
    "multiple", "tiers", "labels", "allergens", "hazards", "image", "sheet", "valid_from", "valid_to", "substitutes",
)  # fmt: skip
_DAYS: Final = {"DAY": 1, "WEE": 7, "MON": 30}
_LONGEST: Final = {"name": 500, "description": 4000, "seller_id": 100, "brand": 200, "manufacturer_id": 200}
_UNSPSC: Final = frozenset({"TST", "UNSPSC", "MP", None})
Picture = Callable[[Article], tuple[str | None, str | None]]
"""Where the picture and the data sheet of an article are to be found, kept by whoever is asked."""


class LineReader:
    """Reads the lines of one file. `told` are the findings of the line that was read last.

    `names` are what the file calls our terms; `deletes`: the whole catalogue takes its articles away.
    """

    def __init__(
        self,
        source: str,
        number: int,
        units: Units,
        *,
        currency: str,
        names: Mapping[str, str],
        pictures: Picture,
        today: date,
        begins: date | None = None,
        deletes: bool = False,
    ) -> None:
        self.source, self.number, self.units, self.currency = source, number, units, currency
        self.names, self.pictures, self.deletes = names, pictures, deletes
        self.first_day = max(today, begins) if begins else today
        self.told: list[Finding] = []
        self._at: int | None = None
        self._start = f"{number}\t"

    def row(self, streamed: StreamedLine) -> str | None:
        """A line for COPY; None where it cannot be used."""
        self.told, self._at = list(streamed.findings), streamed.at
        line: CatalogueLine | None = streamed.line
        row = self._row(line, streamed.at or streamed.number) if line is not None else None
        if row is not None and "\0" in row:
            self.bad("sign", "", "a cell holds the sign U+0000, which no text can hold")
        return None if row is None or any(finding.fatal for finding in self.told) else row

    def bad(self, rule: str, term: str, message: str) -> None:
        self._say(rule, term, message, fatal=True)

    def warn(self, rule: str, term: str, message: str) -> None:
        self._say(rule, term, message, fatal=False)

    def _say(self, rule: str, term: str, message: str, *, fatal: bool) -> None:
        place = Place(source=self.source, line=self._at, path=self.names.get(term, term))
        self.told.append(Finding(rule=f"catalogue-{rule}", message=message, place=place, fatal=fatal))

    def _row(self, line: CatalogueLine, at: int) -> str | None:
        item = line.item
        seller_id = (item.seller_id or "").strip()
        if not seller_id or len(seller_id) > _LONGEST["seller_id"]:
            self.bad("article-number", "item.seller_id", "has no article number of at most 100 signs to be ordered by")
        deleted = self.deletes or line.action == "Delete" or line.orderable is False
        unit = self._unit(line)
        if unit is None:
            return None
        tiers = priced(line, unit, self.currency, self.bad)
        if not tiers and not deleted:
            return None
        return self._start + "\t".join(self._values(line, item, at, seller_id, deleted, unit, tiers)) + "\n"

    def _values(
        self, line: CatalogueLine, item: Article, at: int, seller_id: str, deleted: bool, unit: str, tiers: list[Tier]
    ) -> tuple[str, ...]:
        text, plain = copytext.text, copytext.plain
        unspsc = self._unspsc(item.classifications)
        holds, measure = self._content(line, unit)
        least, step = steps(line, unit, self.bad)
        begins, ends = self._days(line)
        image, sheet = self.pictures(item) if item.documents else (None, None)
        return (
            str(at),
            "t" if deleted else "f",
            text(seller_id),
            plain(self._gtin(item)),
            text(self._short(item.name, "name")),
            text(self._short(self._description(item), "description")),
            unit,
            plain(holds),
            plain(measure),
            str(tiers[0][1]) if tiers else "0",
            self.currency,
            plain(self._vat(item)),
            plain(category_of(unspsc) if unspsc else None),
            plain(self._lead_days(line)),
            plain(unspsc),
            text(self._short(item.brands[0], "brand")) if item.brands else copytext.NULL,
            text(self._short(item.manufacturer_id, "manufacturer_id")) if item.manufacturer_id else copytext.NULL,
            text(" ".join(item.keywords)[:1000]),
            plain(least),
            plain(step),
            copytext.json(later(tiers)) if len(tiers) > 1 else "[]",
            copytext.array(self._labels(item)) if item.certificates else "{}",
            copytext.array(allergens_of(item.properties)) if item.properties else "{}",
            copytext.array(hazards_of(item.hazards, item.properties)) if item.hazards or item.properties else "{}",
            text(image),
            text(sheet),
            plain(begins),
            plain(ends),
            copytext.array([one.id for one in line.replaces if one.id]) if line.replaces else "{}",
        )

    def _unit(self, line: CatalogueLine) -> str | None:
        said = line.orderable_unit
        if not said:
            # T19 leaves it out where an article is ordered in the unit that it is priced in.
            base = next((tier.base_quantity for tier in line.prices if tier.base_quantity is not None), None)
            said = base.unit if base is not None else None
        if not said:
            self.bad("unit-missing", "orderable_unit", "nothing says in which unit it is ordered")
            return None
        unit = self.units.of(said)
        if unit is None:
            self.bad(
                "unit-unknown", "orderable_unit", f"{said!r} is no unit of Recommendation 20 or 21 (C62, XBX, KGM)"
            )
        return unit

    def _gtin(self, item: Article) -> str | None:
        known = item.standard_id
        if known is None or known.scheme not in {None, "", "0160", "GTIN"} or not known.value.strip():
            return None
        try:
            return str(Gtin(known.value))
        except ValueError as error:
            self.bad("gtin", "item.standard_id", str(error))
            return None

    def _vat(self, item: Article) -> Decimal | None:
        tax = item.tax
        if tax is None or (tax.percent is None and tax.id not in {"Z", "E", "O"}):
            self.warn("vat-missing", "item.tax.percent", "no VAT is said; what stands is kept, else 25 % is taken")
            return None
        rate = tax.percent if tax.percent is not None else Decimal(0)
        if rate not in VAT_RATES:
            self.bad(
                "vat-unknown", "item.tax.percent", f"{rate:f} per cent is no rate of VAT; they are 25, 12, 6 and 0"
            )
        return rate

    def _unspsc(self, classifications: tuple[Classification, ...]) -> str | None:
        for one in classifications:
            if one.code and one.list in _UNSPSC and len(one.code) == 8 and one.code.isascii() and one.code.isdigit():
                return one.code
        return None

    def _content(self, line: CatalogueLine, unit: str) -> tuple[Decimal | None, str | None]:
        holds, said = content(line, unit)
        measure = self.units.of(said) if said else None
        if holds is None:
            self.warn("content-missing", "content.value", "nothing says how much it holds: it gets no comparison price")
        elif measure is None or holds >= MOST_PRICE:
            self.warn("content-unit", "content.unit", f"{holds:f} {said!r} is no content: it gets no comparison price")
            return None, None
        return holds, measure

    def _days(self, line: CatalogueLine) -> tuple[date | None, date | None]:
        period = line.validity
        if period is None:
            return None, None
        begins, ends = period.start_date, period.end_date
        if begins is not None and ends is not None and ends < begins:
            self.bad("days", "validity.end_date", f"ends on {ends}, before it begins on {begins}")
        elif ends is not None and ends < self.first_day:
            self.bad("days-over", "validity.end_date", f"ended on {ends}")
        elif begins is not None and begins > self.first_day:
            self.warn("days-later", "validity.start_date", f"cannot be ordered before {begins}")
        return begins, ends

    def _lead_days(self, line: CatalogueLine) -> int | None:
        said = next((tier.lead_time for tier in line.prices if tier.lead_time is not None), None)
        if said is None or said.value is None:
            return None
        days = said.value / 24 if said.unit == "HUR" else said.value * _DAYS.get(said.unit or "DAY", 1)
        if not 0 <= days <= 1000:
            self.bad("lead-time", "prices.lead_time.value", f"{said.value:f} {said.unit or ''} is no lead time")
            return None
        return int(days.to_integral_value("ROUND_CEILING"))

    def _labels(self, item: Article) -> list[str]:
        labels, strange = labels_of(item.certificates)
        for name in strange:
            self.warn("label-unknown", "item.certificates", f"{name!r} is no eco label that is known here")
        return labels

    def _description(self, item: Article) -> str:
        others = [f"{one.name}: {one.value}" for one in item.properties if not is_mark(one)]
        return "\n".join([*item.descriptions, *others]) if others else " ".join(item.descriptions)

    def _short(self, text: str, field: str) -> str:
        text = text.strip()
        if len(text) <= _LONGEST[field]:
            return text
        self.warn("text-long", f"item.{field}", f"has {len(text)} signs, of which {_LONGEST[field]} are kept")
        return text[: _LONGEST[field]]
