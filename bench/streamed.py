"""One reading of a large catalogue in a process of its own, which imports nothing that is not needed for it.

Run as a file, with `stream` or `plain` and a path: prints lines, seconds, and the most memory before and after (MB).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from gateway.formats.ubl import UblCodec
from gateway.mapping.load import load_table
from gateway.settings import load_settings, mapping_texts
from gateway.xml import PARSER_OPTIONS

_TAG = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}CatalogueLine"


def _stream(path: Path) -> Callable[[], int]:
    codec = UblCodec(load_table("peppol/catalogue", mapping_texts(load_settings())))

    def run() -> int:
        with path.open("rb") as file:
            lines = codec.stream(iter(lambda: file.read(65_536), b""), "bench")
            return sum(one.line is not None for one in lines)

    return run


def _plain(path: Path) -> Callable[[], int]:
    def run() -> int:
        count = 0
        for _, element in etree.iterparse(str(path), tag=_TAG, **PARSER_OPTIONS):
            count += 1
            del element[:]
            while element.getprevious() is not None:
                del element.getparent()[0]
        return count

    return run


def _resident() -> float:
    """The most memory that this process has held so far, in MB; getrusage would count its parent's as well."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    work = {"stream": _stream, "plain": _plain}[sys.argv[1]](Path(sys.argv[2]))
    before, began = _resident(), time.perf_counter()
    count = work()
    seconds = time.perf_counter() - began
    print(json.dumps({"lines": count, "seconds": seconds, "peak": _resident(), "before": before}))
