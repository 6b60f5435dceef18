"""Self-tests that were started from a page run in threads of the web process; what they find stands in their records.

A process that dies leaves its record without an end: the page then offers to go on or to end it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from starlette.datastructures import State

from gateway.exchange.office import Handlers
from gateway.exchange.selftest.run import resume, try_out
from gateway.exchange.selftest.scenario import CONNECTION, STEPS, Scenario
from gateway.exchange.selftest.tools import Busy, Tools, opened
from gateway.formats import Dialect
from gateway.suppliers.supplier import Supplier
from gateway.transports import TRANSPORTS

_LOG = logging.getLogger(__name__)
_AT_ONCE = threading.BoundedSemaphore(8)


def start(
    state: State, dialects: Mapping[str, Dialect], supplier: Supplier, scenarios: tuple[Scenario, ...], by: str
) -> bool:
    """The connection's steps and then the scenarios. False where too many self-tests run already."""
    steps = STEPS[CONNECTION]
    return _in_background(state, dialects, lambda tools: try_out(tools, supplier, by, scenarios, steps))


def go_on(state: State, dialects: Mapping[str, Dialect], supplier: Supplier, record_id: int) -> bool:
    """The record is taken up where it stopped. False where too many self-tests run already."""
    return _in_background(state, dialects, lambda tools: resume(tools, supplier, record_id))


def _in_background(state: State, dialects: Mapping[str, Dialect], work: Callable[[Tools], object]) -> bool:
    if not _AT_ONCE.acquire(blocking=False):
        return False

    def run() -> None:
        handlers = getattr(state, "handlers", Handlers())
        look_up = getattr(state, "look_up", None)
        facts = (state.engine, state.suppliers, dialects, TRANSPORTS, state.settings, handlers, look_up)
        try:
            with opened(*facts) as tools:
                work(tools)
        except (Busy, ValueError) as error:
            _LOG.info("a self-test was not run: %s", error)
        except Exception:
            _LOG.exception("a self-test failed for a reason of our own")
        finally:
            _AT_ONCE.release()

    threading.Thread(target=run, name="selftest", daemon=True).start()
    return True
