"""How log lines look, set up once per process (AVROP_LOG): text for people, or one JSON object per line."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from gateway.exchange import log
from gateway.observing import Observing
from gateway.transports import discreet

_TEXT: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"
# Their INFO lines hold whole addresses, in which secrets of ours may stand.
_QUIET: Final = ("httpx", "httpcore", "urllib3", "opentelemetry")
# A web server started with its own log settings has given these handlers of their own, which go nowhere else.
_SERVER: Final = ("uvicorn", "uvicorn.error", "uvicorn.access")


class JsonLines(logging.Formatter):
    """`{"at", "level", "logger", "event", …}`: for lines of the exchange each fact by its name; else `text`."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        happened = getattr(record, "happened", None)
        if happened is not None:
            line["event"] = happened
            facts: dict[str, object] = getattr(record, "facts", {})
        else:
            line["text"] = record.getMessage()
            facts = log.around()
        line |= {name if name not in line else f"{name}_": fact for name, fact in facts.items() if fact is not None}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(observing: Observing, level: int, stream: TextIO | None = None) -> None:
    """Every line of the process, those of the web server included, goes to `stream` (standard error) in one form."""
    handler = discreet.Handler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if observing.log == "json" else logging.Formatter(_TEXT))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    for name in _SERVER:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
