"""A worker to be killed: the real one, sending over folders with a slow disk in between."""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path

from gateway.exchange.lanes import run_worker
from gateway.exchange.office import Handlers
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.transports.contract import Parcel, Receipt
from gateway.transports.folder import Folder, FolderSettings
from tests.exchange.desk import dialects, settings, supplier


class SlowFolder(Folder):
    """A folder far away, so that a kill finds work before, during and after the sending."""

    def send(self, settings: FolderSettings, parcel: Parcel) -> Receipt:
        time.sleep(0.015)
        receipt = super().send(settings, parcel)
        time.sleep(0.015)
        return receipt


def sellers(root: Path, count: int) -> list[Supplier]:
    return [supplier(root, f"supplier-{place}") for place in range(count)]


def work(url: str, root: Path, count: int) -> None:
    """Until killed."""
    logging.basicConfig(level=logging.CRITICAL)
    suppliers = Suppliers(sellers(root, count))
    asyncio.run(run_worker(url, suppliers, dialects(), {"folder": SlowFolder()}, Handlers(), settings()))
