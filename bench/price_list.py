"""A price list of 1,000,000 rows to a reviewed diff, beside the csv module with COPY: part of `bench catalogue`."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.figure import figure
from bench.listed import CONTRACT, SUPPLIER
from gateway import database

_STAND, _DEARER = 10, 7
"""One row in so many is an article that stands; of these, one in so many has another price."""
_HEAD = (
    "list_number;list_date;contract;valid_from;article;gtin;description;text;brand;unit;content;content_unit;minimum;"
    "multiple;vat_category;vat_percent;price;currency;lead_time;lead_time_unit;commodity_code;commodity_list\r\n"
)


def csv_figures(rows: int) -> dict[str, Any]:
    """Seconds and the most memory, in a process and a database of their own."""
    with tempfile.TemporaryDirectory(prefix="avrop-bench-") as folder:
        home, path = Path(folder) / "postgres", Path(folder) / "prislista.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(_HEAD)
            file.writelines(_row(number) for number in range(rows))
        try:
            url = database.create_database(database.start_embedded(home), "bench")
            database.upgrade(url)
            _stock(url, rows)
            ours, plain = _run("diff", url, path), _run("plain", url, path)
        finally:
            database.stop_embedded(home)
        size = path.stat().st_size / 1e6
    wanted = rows - sum(1 for number in range(0, rows, _STAND) if (number // _STAND) % _DEARER)
    if ours["count"] != wanted or plain["count"] != rows:
        raise SystemExit(f"{ours['count']} of {wanted} changes came through")
    what = "the csv module and COPY of the same file, nothing read or checked"
    return {
        "csv_million_rows_s": figure(ours["seconds"], "s", plain["seconds"], what)
        | {"rows": rows, "mb": round(size, 1), "core_s": round(ours["core"], 1)},
        "csv_peak_mb": figure(ours["peak"], "MB", plain["peak"], what),
    }


def _price(number: int) -> Decimal:
    return Decimal(number % 90_000 + 95) / 100


def _row(number: int) -> str:
    return (
        f"PL-26;2026-11-01;{CONTRACT};;A-{number:07};;Fiktiv artikel {number}, storlek {number % 12};"
        f"Tillverkad för skola, vård och kontor;Påhittad;XBX;{number % 50 + 1};C62;{number % 3 + 1};;S;25;"
        f"{_price(number):.2f};SEK;{number % 5 + 1};DAY;44121701;TST\r\n"
    )


def _stock(url: str, rows: int) -> None:
    """Every tenth article stands already; of these every seventh costs something else."""
    engine = database.engine(url)
    with engine.begin() as conn:
        conn.exec_driver_sql(
            "INSERT INTO contracts (supplier_id, number, name, owner) VALUES (%s, %s, 'Bench', 'pia')",
            (SUPPLIER, CONTRACT),
        )
        driver: Any = conn.connection.driver_connection
        columns = (
            "supplier_id, seller_id, name, description, brand, unit, content, content_unit, price, vat, contract,"
            " category, lead_days, unspsc, minimum"
        )
        with driver.cursor() as cursor, cursor.copy(f"COPY articles ({columns}) FROM STDIN") as copy:
            for row in _standing(rows):
                copy.write_row(row)
        conn.exec_driver_sql("ANALYZE articles")
    engine.dispose()


def _standing(rows: int) -> Iterator[tuple[Any, ...]]:
    for number in range(0, rows, _STAND):
        more = 1 if (number // _STAND) % _DEARER == 0 else 0
        least = number % 3 + 1
        yield (
            SUPPLIER, f"A-{number:07}", f"Fiktiv artikel {number}, storlek {number % 12}",
            "Tillverkad för skola, vård och kontor", "Påhittad", "XBX", number % 50 + 1, "C62",
            _price(number) + more, 25,
            CONTRACT, "office", number % 5 + 1, "44121701", least if least > 1 else None,
        )  # fmt: skip


def _run(how: str, url: str, path: Path) -> dict[str, float]:
    command = [sys.executable, str(Path(__file__).with_name("listed.py")), how, url, str(path)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found
