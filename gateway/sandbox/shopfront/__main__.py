"""`python -m gateway.sandbox.shopfront`: the same as `avrop sandbox shop`, without the rest of Avrop."""

from __future__ import annotations

import argparse

from gateway.sandbox.shopfront.quirks import Quirk, quirks_of
from gateway.sandbox.shopfront.serving import PORT, serve_shop


def main() -> None:
    """Serves until it is stopped."""
    parser = argparse.ArgumentParser(prog="python -m gateway.sandbox.shopfront", description=__doc__)
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--quirk", action="append", default=[], help=f"any of {', '.join(Quirk)}")
    asked = parser.parse_args()
    try:
        quirks = quirks_of(asked.quirk)
    except ValueError as error:
        parser.error(str(error))
    serve_shop(asked.host, asked.port, quirks)


if __name__ == "__main__":
    main()
