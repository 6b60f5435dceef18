"""The pool of SSCCs: numbers of a company prefix, each given out once and never again, however many ask at a time.

Source: GS1 General Specifications 2.2.1 (extension digit, company prefix and serial reference make 17 digits, then the
check digit) and 4.3.1 (a number comes back after a year at the earliest; here it never does).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.identifiers import CompanyPrefix, Sscc, gs1_check_digit
from hub.marking.tables import sscc_issued, sscc_series
from hub.tables import facts, parcels

_LOCK = 7_350_009
_DIGITS = 16


class NoNumbers(LookupError):
    """There is no series to take numbers from, or all its numbers are given out."""


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """One series: `prefix` after the digit `extension`; `next` is the serial number that is given next."""

    id: int
    prefix: str
    extension: int
    next: int
    opened_at: datetime
    opened_by: str
    supplier_id: str | None = None

    @property
    def left(self) -> int:
        """How many numbers there are still."""
        return max(0, 10 ** (_DIGITS - len(self.prefix)) - self.next)

    def number(self, serial: int) -> Sscc:
        """The SSCC with that serial number."""
        digits = f"{self.extension}{self.prefix}{serial:0{_DIGITS - len(self.prefix)}d}"
        return Sscc(digits + str(gs1_check_digit(digits)))


def all_series(conn: sa.Connection) -> list[Series]:
    """Every series, in the order in which numbers are taken from them."""
    rows = conn.execute(sa.select(sscc_series).order_by(sscc_series.c.id))
    return [msgspec.convert(facts(row), Series) for row in rows]


def open_series(
    conn: sa.Connection,
    prefix: str,
    who: str,
    now: datetime,
    *,
    extension: int = 0,
    start: int = 0,
    supplier_id: str | None = None,
) -> Series:
    """A new series; raises ValueError where its numbers are no SSCCs, or are those of another series."""
    checked = CompanyPrefix(prefix)
    if not 0 <= extension <= 9:
        raise ValueError(f"the extension digit is 0 to 9, found {extension}")
    if not 0 <= start < 10 ** (_DIGITS - len(checked)):
        raise ValueError(f"the first serial number has at most {_DIGITS - len(checked)} digits, found {start}")
    conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    for other in all_series(conn):
        if other.extension == extension and (other.prefix.startswith(checked) or checked.startswith(other.prefix)):
            raise ValueError(f"{extension} {checked} is taken by the series {other.extension} {other.prefix}")
    row = {"prefix": str(checked), "extension": extension, "next": start, "supplier_id": supplier_id}
    made = conn.execute(sscc_series.insert().values(**row, opened_at=now, opened_by=who).returning(sscc_series)).one()
    return msgspec.convert(facts(made), Series)


def ready(conn: sa.Connection, prefix: str | None, now: datetime) -> None:
    """Opens the first series of the municipality's own prefix where there is none yet."""
    if prefix is None or _open_to(conn, None) is not None:
        return
    conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    own = [one for one in all_series(conn) if one.supplier_id is None]
    if not own:
        open_series(conn, prefix, "avrop", now)


def take(
    conn: sa.Connection,
    many: int,
    who: str,
    now: datetime,
    *,
    supplier_id: str | None = None,
    order_id: UUID | None = None,
) -> list[Sscc]:
    """So many new numbers, in rising order; the series is locked until the transaction ends. Raises NoNumbers.

    They are of the supplier's own series where it has one. A number that some parcel was announced with is passed over.
    """
    found: list[Sscc] = []
    while len(found) < many:
        series = _open_to(conn, supplier_id, lock=True)
        if series is None:
            raise NoNumbers("no series has numbers left: open one with avrop hub labels series --prefix")
        count = min(many - len(found), series.left)
        step = sscc_series.update().where(sscc_series.c.id == series.id).values(next=series.next + count)
        conn.execute(step)
        numbers = [series.number(series.next + place) for place in range(count)]
        found += _issued(conn, series, numbers, who, now, order_id)
    return found


def stuck_on(conn: sa.Connection, sscc: str, parcel_id: UUID) -> None:
    """From now on the number is that parcel's."""
    conn.execute(sscc_issued.update().where(sscc_issued.c.sscc == sscc).values(parcel_id=parcel_id))


def of_parcels(conn: sa.Connection, parcel_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The numbers that these parcels got at the dock."""
    wanted = sa.select(sscc_issued.c.parcel_id, sscc_issued.c.sscc).where(sscc_issued.c.parcel_id.in_(list(parcel_ids)))
    return {row.parcel_id: row.sscc for row in conn.execute(wanted)}


def key_of(conn: sa.Connection, sscc: str) -> str | None:
    """The key of the parcel that this number was stuck on at the dock."""
    marked = sscc_issued.join(parcels, parcels.c.id == sscc_issued.c.parcel_id)
    wanted = sa.select(parcels.c.key).select_from(marked).where(sscc_issued.c.sscc == sscc)
    found: str | None = conn.scalar(wanted)
    return found


def _open_to(conn: sa.Connection, supplier_id: str | None, lock: bool = False) -> Series | None:
    """The first series with numbers left: the supplier's own, else one that is nobody's in particular."""
    room = sa.func.power(sa.literal(10, sa.Numeric), _DIGITS - sa.func.length(sscc_series.c.prefix))
    own = sscc_series.c.supplier_id.is_(None) | (sscc_series.c.supplier_id == supplier_id)
    first = (sscc_series.c.supplier_id.is_(None), sscc_series.c.id)
    wanted = sa.select(sscc_series).where(own, sscc_series.c.next < room).order_by(*first).limit(1)
    row = conn.execute(wanted.with_for_update() if lock else wanted).first()
    return msgspec.convert(facts(row), Series) if row else None


def _issued(
    conn: sa.Connection, series: Series, numbers: list[Sscc], who: str, now: datetime, order_id: UUID | None
) -> list[Sscc]:
    """Writes down who got which; those that are in the world already are not given out."""
    known = set(conn.scalars(sa.select(parcels.c.key).where(parcels.c.key.in_(numbers))))
    free = [number for number in numbers if number not in known]
    if not free:
        return []
    row = {"series_id": series.id, "order_id": order_id, "at": now, "who": who}
    given = insert(sscc_issued).values([{"sscc": str(number), **row} for number in free])
    taken = set(conn.scalars(given.on_conflict_do_nothing().returning(sscc_issued.c.sscc)))
    return [number for number in free if number in taken]
