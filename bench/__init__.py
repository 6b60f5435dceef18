"""What is measured: `avrop bench NAME --json`. Each figure stands beside its reference from the same run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.catalogue import catalogue
from bench.checkout import checkout
from bench.documents import read, write
from bench.hub import hub
from bench.lanes import lanes
from bench.mutants import mutants
from bench.punchout import punchout
from bench.search import search
from bench.suppliers import suppliers
from bench.validate import validate

BENCHES: dict[str, Callable[..., dict[str, Any]]] = {
    "write": write,
    "read": read,
    "validate": validate,
    "catalogue": catalogue,
    "checkout": checkout,
    "hub": hub,
    "lanes": lanes,
    "mutants": mutants,
    "suppliers": suppliers,
    "punchout": punchout,
    "search": search,
}
