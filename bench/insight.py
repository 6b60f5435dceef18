"""How fast the pages of insight answer on half a million purchase lines, and a ledger of a million rows is matched.

python -m bench.insight [LINES] [LEDGER_ROWS]
"""

from __future__ import annotations

import io
import json
import shutil
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from starlette.testclient import TestClient

from gateway import database
from gateway.settings import load_settings
from gateway.suppliers.invent import DIALECTS, invent
from gateway.suppliers.load import load
from gateway.transports import TRANSPORTS
from shop.insight import filling, ledgers, samples, working
from shop.insight.demo import _shelf, wares_of
from shop.room import ROOM
from shop.seed import PEOPLE, seed
from web.app import create_app

NOW = datetime(2026, 11, 20, 8, 12, tzinfo=UTC)
PAGES = ("", "/compliance", "/spend", "/prices", "/punctuality", "/beside", "/direct", "/purchases")
_ORDERS = """
    INSERT INTO orders (id, number, supplier_id, unit_id, placed_by, placed_at, state, document)
    SELECT gen_random_uuid(), 'B' || n, '', 'unit-' || lpad((1 + n % 300)::text, 4, '0'), 'kim',
        timestamptz '2026-11-20 08:00+01' - make_interval(mins => (n * 7919) % 1051200), 'delivered', '{}'
    FROM generate_series(1, :orders) n
"""
_SHELF = "CREATE TABLE bench_articles AS SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM articles"
_LINES = """
    INSERT INTO purchases (order_id, line, number, supplier_id, unit_id, category, unspsc, contract, standing,
        seller_id, name, quantity, unit, ordered, confirmed, received, net, currency, base_quantity, base_unit, placed,
        month, sent_at, answered_at, promised, at_hub, delivered)
    SELECT o.id, l::text, o.number, a.supplier_id, o.unit_id, a.category, a.unspsc, a.contract,
        CASE WHEN a.contract IS NULL THEN 'off' ELSE 'on' END, a.seller_id, a.name, q, a.unit,
        q, q, q,
        round(q * a.price, 2), 'SEK', q * coalesce(a.content, 1), a.content_unit, d,
        date_trunc('month', d)::date, o.placed_at,
        o.placed_at + interval '5 hours', d + 3, d + 2 + l % 3, d + 4
    FROM (SELECT *, placed_at::date AS d, substr(number, 2)::bigint AS n FROM orders) o
    CROSS JOIN generate_series(1, 4) l CROSS JOIN LATERAL (SELECT 1 + (o.n * 31 + l) % 9 AS q) quantities
    JOIN bench_articles a ON a.place = (o.n % 1200 * 16 + l) % :articles
"""


def main(lines: int = 500_000, rows: int = 1_000_000) -> None:
    """Prints one JSON object."""
    home = Path(tempfile.mkdtemp(prefix="avrop-bench-insight-"))
    url = database.create_database(database.start_embedded(home / "postgres"), "bench")
    database.upgrade(url)
    engine = database.engine(url)
    suppliers = load(invent(1200), "suppliers.yaml", TRANSPORTS, DIALECTS)
    passwords = {person.login: "en lång mening som lösenord" for person in PEOPLE}
    with engine.begin() as conn:
        seed(conn, suppliers, passwords=passwords, now=NOW)
        conn.exec_driver_sql(
            "CREATE TABLE bench_articles AS SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM articles"
        )
        conn.execute(sa.text(_ORDERS), {"orders": lines // 4})
        conn.execute(sa.text(_LINES), {"articles": 20_000})
        filling.add_up_all(conn)
        filling._keep_mark(
            conn, {"event_id": 0, "seen_id": 0, "seen_xid": 0, "at": NOW, "rebuilt": NOW.date(), "generation": uuid4()}
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("VACUUM ANALYZE")
    found: dict[str, Any] = {"lines": lines, "pages_ms": pages(engine, suppliers)}
    print(json.dumps(found), file=sys.stderr, flush=True)
    if rows:
        found |= ledger(engine, suppliers, rows)
        found["pages_with_ledger_ms"] = pages(engine, suppliers)
    print(json.dumps(found, indent=2))
    engine.dispose()
    database.stop_embedded(home / "postgres")
    shutil.rmtree(home, ignore_errors=True)


def pages(engine: sa.Engine, suppliers: Any) -> dict[str, list[int]]:
    """Milliseconds of each page, asked for five times: the first one, and the middle one of the others."""
    client = TestClient(create_app(load_settings({}), engine, suppliers, [ROOM], now=lambda: NOW))
    client.headers["origin"] = "http://testserver"
    form = client.get("/login").text.split('name="csrf" value="', 1)[1].split('"', 1)[0]
    client.post("/login", data={"login": "cleo", "password": "en lång mening som lösenord", "csrf": form})
    times: dict[str, list[int]] = {}
    for path in PAGES:
        took = []
        for _ in range(5):
            began = time.perf_counter()
            assert client.get(f"/insight{path}").status_code == 200
            took.append(round(1000 * (time.perf_counter() - began)))
        times[path or "/"] = [took[0], sorted(took[1:])[2]]
    return times


def ledger(engine: sa.Engine, suppliers: Any, rows: int) -> dict[str, Any]:
    """Seconds to take a file in, and to read and match it."""
    with engine.begin() as conn:
        goods = [one for some in _shelf(conn).values() for one in some]
    file = samples.as_csv(list(samples.entries(wares_of(goods, suppliers), rows, date(2026, 1, 1), 320)))
    began = time.perf_counter()
    with engine.begin() as conn:
        ledger_id, _ = ledgers.store(conn, io.BytesIO(file), "bench.csv", "cleo", NOW)
        one = ledgers.get(conn, ledger_id)
        assert one is not None
        ledgers.begin(conn, one, one.mapping, "cleo", NOW)
    stored = time.perf_counter()
    working.work(engine, suppliers, NOW)
    done = time.perf_counter()
    sizes = {"rows": rows, "file_mb": len(file) >> 20, "store_s": round(stored - began, 1)}
    return {"ledger": sizes | {"read_and_match_s": round(done - stored, 1)}}


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
