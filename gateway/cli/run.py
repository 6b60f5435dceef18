"""`avrop demo|serve|worker|bench`: what runs."""

from __future__ import annotations

import asyncio
import inspect
import logging
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.say import Json, end, say

if TYPE_CHECKING:
    from gateway.settings import Settings


def register(app: typer.Typer) -> None:
    """Adds the commands to the program."""
    for command in COMMANDS:
        app.command()(command)


def demo(
    once: Annotated[bool, typer.Option(help="Play the whole journey without a person, check it, and end.")] = False,
    suppliers: Annotated[int, typer.Option(min=30, help="How many suppliers to invent.")] = 1200,
    units: Annotated[int, typer.Option(min=5, help="How many units receive.")] = 300,
    articles: Annotated[int, typer.Option(min=500, help="How many articles are for sale.")] = 20_000,
    port: Annotated[int, typer.Option(help="Where the pages answer; 0 takes any free port.")] = 8700,
    json: Json = False,
) -> None:
    """Everything on one port with invented data: shop, gateway, hub, and suppliers that answer.

    With --once it places 25 orders over all formats, plays supplier, dock and driver, and says how each ended.
    """
    from gateway.demo import Size, play_once, serve_demo

    _observed("avrop-demo", logging.WARNING)
    size = Size(suppliers=suppliers, units=units, articles=articles)
    if not once:
        print("Starting database, pages, suppliers and worker …", file=sys.stderr, flush=True)
        serve_demo(size, port, lambda data, text: say(data, text, json))
        return
    outcome = play_once(size)
    say(outcome.data, outcome.text, json)
    end(0 if outcome.good else 1)


def serve(host: str = "127.0.0.1", port: int = 8700) -> None:
    """The pages and the inbox. Start `avrop worker` beside it, once or many times."""
    import uvicorn

    from gateway.program import following, open_program, settle, watching, web_app

    program = open_program(_observed("avrop-web"))
    with following(program) as reload, watching(program):
        _on_hangup(reload.now)
        served = {"log_level": "warning", "log_config": None, "server_header": False}
        app = web_app(program)
        settle(program)
        uvicorn.run(app, host=host, port=port, **served)  # type: ignore[arg-type]


def worker() -> None:
    """Sends and receives: one lane per supplier. Several workers on one database share the work."""
    from gateway.exchange import worker_figures
    from gateway.program import open_program, settle, work

    settings = _observed("avrop-worker")
    worker_figures.show(settings.observing)

    async def until_stopped() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        program = open_program(settings)
        _on_hangup(program.reload.now)
        settle(program)
        await work(program, stop)

    asyncio.run(until_stopped())


def _observed(service: str, level: int = logging.INFO) -> Settings:
    """The settings, with log lines and traces as they say, before anything else happens."""
    from gateway import telemetry
    from gateway.exchange import log_lines
    from gateway.settings import load_settings

    settings = load_settings()
    log_lines.set_up(settings.observing, level)
    telemetry.start(service)
    return settings


def _on_hangup(reload: Callable[[], None]) -> None:
    """SIGHUP means: read the suppliers file again. On a terminal it means what it always did: the line is gone."""
    if sys.stdin is None or not sys.stdin.isatty():
        signal.signal(signal.SIGHUP, lambda *_: reload())


def bench(
    name: Annotated[
        str,
        typer.Argument(
            help="write, read, validate, catalogue, checkout, hub, lanes, mutants, punchout, search or suppliers."
        ),
    ],
    rules: Annotated[Path | None, typer.Option(help="For validate: a folder of rules; else those in force.")] = None,
    count: Annotated[
        int | None, typer.Option(min=1, help="How many documents, orders, baskets, people, articles or units.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="For mutants: which of all the ways to change them.")] = None,
    simulate_year: Annotated[
        bool, typer.Option("--simulate-year", help="For hub: a year beside every supplier driving to every unit.")
    ] = False,
    json: Json = False,
) -> None:
    """Measures, each figure beside its reference in the same run."""
    from bench import BENCHES

    if name not in BENCHES:
        raise typer.BadParameter(f"{name!r} is not measured; known: {', '.join(sorted(BENCHES))}")
    said = {"rules": rules, "count": count, "seed": seed, "simulate_year": simulate_year or None}
    given = {key: value for key, value in said.items() if value is not None}
    for key in given.keys() - inspect.signature(BENCHES[name]).parameters:
        raise typer.BadParameter(f"--{key.replace('_', '-')} is not for {name}")
    figures = BENCHES[name](**given)
    lines = [f"{key:24}{figure}" for key, figure in figures.items()]
    say(figures, "\n".join(lines), json)


COMMANDS = (demo, serve, worker, bench)
