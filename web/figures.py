"""Money, numbers, dates and quantities as people of each language write them (CLDR data through Babel)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal
from markupsafe import Markup

LOCAL = ZoneInfo("Europe/Stockholm")
_LOCALES = {"sv": "sv_SE", "en": "en_GB"}
_CLOCKS = {"sv": "HH.mm", "en": "HH:mm"}


class Figures:
    """The formats of one language. `now` decides which dates need a year and which times need a day."""

    def __init__(self, language: str, now: datetime) -> None:
        self.locale = _LOCALES[language]
        self.clock = _CLOCKS[language]
        self.now = now.astimezone(LOCAL)

    def money(self, amount: Decimal, currency: str = "SEK") -> str:
        """An amount in hundredths: `1 234,50 kr`."""
        return format_currency(amount, currency, self._money_pattern("0.00"), locale=self.locale)

    def price(self, amount: Decimal, currency: str = "SEK") -> str:
        """A unit price: two decimals, up to four where it has them: `0,0125 kr`."""
        pattern = self._money_pattern("0.00##")
        return format_currency(amount, currency, pattern, locale=self.locale, currency_digits=False)

    def _money_pattern(self, digits: str) -> str:
        return f"#,##{digits}\xa0¤" if self.locale == "sv_SE" else f"¤\xa0#,##{digits}"

    def number(self, value: Decimal | int) -> str:
        """A number with its own decimals and no more: `2,5`, `20 000`."""
        return format_decimal(value, locale=self.locale, decimal_quantization=False)

    def percent(self, value: Decimal) -> str:
        """A rate given in per cent: `25 %`."""
        return f"{self.number(value)} %" if self.locale == "sv_SE" else f"{self.number(value)}%"

    def plain_day(self, day: date) -> str:
        """`tis 24 nov`, with the year where it is another one."""
        pattern = "EEE d MMM" if day.year == self.now.year else "EEE d MMM y"
        return format_date(day, pattern, locale=self.locale).replace(".", "")

    def day(self, day: date) -> Markup:
        """A date that tells the whole of itself on hover: weekday, year, week."""
        whole = format_date(day, "EEEE d MMMM y", locale=self.locale)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(day.isoformat(), whole, self.plain_day(day))

    def time(self, moment: datetime) -> str:
        """The time of day here: `14.05`."""
        return format_datetime(moment.astimezone(LOCAL), self.clock, locale=self.locale)

    def moment(self, moment: datetime) -> Markup:
        """A time, with its day unless that is today; exact to the second on hover."""
        local = moment.astimezone(LOCAL)
        short = self.time(moment)
        if local.date() != self.now.date():
            short = f"{self.plain_day(local.date())} {short}"
        exact = format_datetime(local, f"EEEE d MMMM y {self.clock}:ss z", locale=self.locale)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(), exact, short)

    def span(self, time: timedelta) -> str:
        """A length of time in its largest unit: `45 minuter`, `6 timmar`, `3 dagar`."""
        return format_timedelta(time, threshold=2, locale=self.locale)

    def week(self, day: date) -> int:
        """The ISO week number that Swedes plan by."""
        return day.isocalendar().week

    def weekday(self, number: int) -> str:
        """The name of an ISO weekday, 1 is Monday: `tisdag`."""
        return format_date(date(2024, 1, number), "EEEE", locale=self.locale)

    def short_weekday(self, number: int) -> str:
        """`tis`."""
        return format_date(date(2024, 1, number), "EEE", locale=self.locale).replace(".", "")
