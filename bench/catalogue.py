"""A catalogue of 78,000 lines, 100 MB of T19, read as a stream in a process of its own, beside lxml without values."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from bench.figure import figure
from bench.price_list import csv_figures
from gateway.formats import example
from gateway.formats.ubl import UblCodec
from gateway.mapping.load import load_table
from gateway.model import Catalogue
from gateway.model.article import Article
from gateway.model.catalogue import CatalogueLine, PriceTier
from gateway.model.party import Amount
from gateway.settings import load_settings, mapping_texts

_LINES, _BATCH, _ROUNDS = 78_000, 1_000, 2
_OPEN, _CLOSE = b"<cac:CatalogueLine>", b"</cac:CatalogueLine>"
_ABOUT = "Tillverkad för skola, vård och kontor; levereras med returemballage. "


def catalogue(count: int = 1_000_000) -> dict[str, Any]:
    """A large T19 and a price list of `count` rows, each in a process of its own beside a plain reading of it."""
    return {**_t19(), **csv_figures(count)}


def _t19() -> dict[str, Any]:
    """Megabytes a second into articles, and the most memory that it took; the reference runs iterparse on the file."""
    with tempfile.TemporaryDirectory(prefix="avrop-bench-") as folder:
        path = Path(folder) / "t19.xml"
        _write(path)
        size = path.stat().st_size / 1e6
        ours, plain = _best("stream", path), _best("plain", path)
    if ours["lines"] != _LINES or plain["lines"] != _LINES:
        raise SystemExit(f"{ours['lines']} of {_LINES} lines came through")
    what = "lxml iterparse over the same lines, no value read"
    return {
        "mb_per_s": figure(size / ours["seconds"], "MB/s", size / plain["seconds"], what)
        | {"mb": round(size, 1), "lines": _LINES},
        "peak_mb": figure(ours["peak"], "MB", plain["peak"], what) | {"before": round(ours["before"], 1)},
    }


def _codec() -> tuple[UblCodec, Catalogue]:
    texts = mapping_texts(load_settings())
    made: Any = example(texts["examples/catalogue.yaml"], "catalogue", Catalogue)
    return UblCodec(load_table("peppol/catalogue", texts)), msgspec.structs.replace(made, contract_type=None)


def _write(path: Path) -> None:
    """The file, by our own writer, a thousand lines at a time."""
    codec, head = _codec()
    with path.open("wb") as file:
        for start in range(0, _LINES, _BATCH):
            numbers = range(start, start + _BATCH)
            raw = codec.write(msgspec.structs.replace(head, lines=tuple(_line(head, number) for number in numbers)))
            first, last = raw.index(_OPEN), raw.rindex(_CLOSE) + len(_CLOSE)
            file.write(b"" if start else raw[:first])
            file.write(raw[first:last].replace(_OPEN, b"\n" + _OPEN))
        file.write(raw[last:])


def _line(head: Catalogue, number: int) -> CatalogueLine:
    """An article as suppliers describe theirs: some twenty values, and with its elements about 1,290 bytes."""
    full = head.lines[0]
    tier, item = full.prices[0], full.item
    amount = Amount(value=Decimal(number % 90_000 + 95) / 100, currency="SEK")
    return CatalogueLine(
        id=str(number + 1),
        action="Update",
        orderable=True,
        orderable_unit="XBX",
        minimum=full.minimum,
        prices=(PriceTier(amount=amount, base_quantity=tier.base_quantity, lead_time=tier.lead_time),),
        item=Article(
            name=f"Fiktiv artikel {number}, storlek {number % 12}",
            descriptions=(_ABOUT,),
            seller_id=f"A-{number:06}",
            standard_id=item.standard_id,
            origin_country="SE",
            classifications=(msgspec.structs.replace(item.classifications[0], list_version=None, name=None),),
            tax=item.tax,
        ),
    )


def _best(how: str, path: Path) -> dict[str, float]:
    """Measured in a fresh process each time, so that its peak is its own."""
    command = [sys.executable, str(Path(__file__).with_name("streamed.py")), how, str(path)]
    told = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(_ROUNDS)]
    fastest: dict[str, float] = min(told, key=lambda one: one["seconds"])
    return fastest | {"peak": max(one["peak"] for one in told)}
