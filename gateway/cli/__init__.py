"""`avrop`: every command takes --json; exit 0 good, 1 findings or refused, 2 wrong use."""

from __future__ import annotations

import sys

import typer

from gateway.cli import (
    catalogue,
    configuration,
    documents,
    hub,
    lanes,
    messages,
    orders,
    punchout,
    rehearsing,
    rules,
    run,
    sandbox,
    selftest,
    suppliers,
    validate,
)
from gateway.findings import Rejected

app = typer.Typer(
    help="Avrop: one shop, one gateway and one hub for what a municipality calls off from its contracts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
run.register(app)
configuration.register(suppliers.app)
selftest.register(suppliers.app)
app.add_typer(suppliers.app, name="suppliers")
validate.register(documents.app)
app.add_typer(documents.app, name="document")
app.add_typer(rules.app, name="rules")
rehearsing.register(orders.app)
app.add_typer(orders.app, name="order")
app.add_typer(messages.app, name="message")
app.add_typer(lanes.app, name="lane")
app.add_typer(punchout.app, name="punchout")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(hub.app, name="hub")
app.add_typer(sandbox.app, name="sandbox")


def main() -> None:
    """The console script. What is rejected is said finding by finding, without a traceback."""
    try:
        app()
    except Rejected as rejected:
        for finding in rejected.findings:
            print(finding, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
