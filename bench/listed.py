"""One reading of a large price list in a process of its own, which imports nothing that is not needed for it.

Run as a file, with `diff` or `plain`, the database's address and a path: prints seconds, those on a core, and the most
memory (MB).
"""

from __future__ import annotations

import csv
import io
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

SUPPLIER, CONTRACT = "prislistan", "2026-77"


def _now() -> datetime:
    return datetime.now(UTC)


def _tools(engine: sa.Engine) -> Any:
    from gateway.formats import Dialect
    from gateway.formats.rows import RowsCodec
    from gateway.identifiers import OrgNumber
    from gateway.mapping.load import load_table
    from gateway.settings import load_settings, mapping_texts
    from gateway.suppliers.supplier import Supplier, Suppliers
    from shop.catalogue.staging import Tools
    from shop.catalogue.units import Units

    texts = mapping_texts(load_settings())
    seller = Supplier(id=SUPPLIER, name="Prislistan AB", org_number=OrgNumber("5500006597"), transport="sftp")
    rows = Dialect("csv", [RowsCodec(load_table("csv/catalogue", texts))])
    return Tools(
        engine=engine, dialects={"csv": rows}, suppliers=Suppliers([seller]), units=lambda: Units(texts), now=_now
    )


def diff(url: str, path: Path) -> int:
    """Kept, read, checked, staged and compared; how many lines are new or otherwise."""
    from gateway import database
    from shop.catalogue import deciding, jobs, store

    engine = database.engine(url)
    tools = _tools(engine)
    with engine.begin() as conn, path.open("rb") as file:
        digest = store.keep(conn, file, path.name, _now())
        job, _ = jobs.add(conn, uuid4(), digest, path.name, SUPPLIER, "bench", _now(), contract=CONTRACT)
    with engine.begin() as conn:
        claimed = jobs.claim(conn, _now(), job.id)
    assert claimed is not None
    done = deciding.read(tools, claimed)
    if done.state is not jobs.State.REVIEW or done.rows_bad:
        raise SystemExit(f"it is {done.state.value}, with {done.rows_bad} bad lines: {done.reason}")
    return sum(done.counts[kind] for kind in ("new", "gone", "unit", "price", "other"))


def plain(url: str, path: Path) -> int:
    """The csv module, and COPY of its cells as they are."""
    from gateway import database

    engine = database.engine(url)
    with engine.begin() as conn, path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter=";")
        names = next(rows)
        conn.exec_driver_sql(f"CREATE TEMPORARY TABLE plain ({', '.join(f'{name} text' for name in names)})")
        driver: Any = conn.connection.driver_connection
        count = 0
        with driver.cursor() as cursor, cursor.copy("COPY plain FROM STDIN") as copy:
            block = io.StringIO()
            for cells in rows:
                count += 1
                block.write("\t".join(cells) + "\n")
                if not count % 500:
                    copy.write(block.getvalue())
                    block = io.StringIO()
            copy.write(block.getvalue())
    return count


def _resident() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    work = {"diff": diff, "plain": plain}[sys.argv[1]]
    began, cpu = time.perf_counter(), time.process_time()
    count = work(sys.argv[2], Path(sys.argv[3]))
    took = {"seconds": time.perf_counter() - began, "core": time.process_time() - cpu}
    print(json.dumps({"count": count, **took, "peak": _resident()}))
