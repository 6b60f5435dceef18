"""`avrop suppliers selftest`: one supplier step by step, or the connections of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.say import Json, Lang, end, say
from gateway.cli.selftest_said import Teller, aside, line, show
from gateway.exchange.selftest.scenario import CONNECTION, STEPS, Scenario
from gateway.wording import Language

if TYPE_CHECKING:
    from gateway.exchange.selftest.record import Record
    from gateway.exchange.selftest.tools import Told, Tools
    from gateway.program import Program
    from gateway.suppliers.supplier import Supplier

_BY = "cli"


def register(app: typer.Typer) -> None:
    """Adds the command to `avrop suppliers`."""
    app.command()(selftest)


def selftest(
    id: Annotated[str, typer.Argument(help="The supplier; none with --all, --resume and --end.")] = "",
    scenario: Annotated[str, typer.Option(help="accept, change, reject, split, backorder, cancel, or all.")] = "accept",
    steps: Annotated[str, typer.Option(help="Of the connection: configuration,connect,write,list,lookup.")] = "",
    no_order: Annotated[bool, typer.Option("--no-order", help="The connection only; no test order is sent.")] = False,
    everybody: Annotated[bool, typer.Option("--all", help="The connections of all suppliers; sends no order.")] = False,
    wait: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for each answer.")] = 600.0,
    resume: Annotated[int, typer.Option(help="Go on with this record.")] = 0,
    stop: Annotated[int, typer.Option("--end", help="End this record, which nobody works at any more.")] = 0,
    history: Annotated[bool, typer.Option("--history", help="The records of the supplier; tests nothing.")] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Tests a supplier's connection and sends it a marked order; exit 0 when every step is green, else 1."""
    chosen, asked = _steps(steps), _scenarios(scenario)
    patience = timedelta(seconds=wait)
    with _tools(patience, lang, quiet=everybody) as (program, tools):
        if stop:
            _end(program, stop, json)
        elif everybody:
            _everybody(program, tools, chosen, json)
        elif resume:
            show([_resumed(program, tools, resume)], [], json)
        elif history:
            _history(program, _supplier(program, id, json), json)
        else:
            _one(tools, _supplier(program, id, json), chosen, () if no_order or steps else asked, json)


def _steps(text: str) -> tuple[str, ...]:
    known = STEPS[CONNECTION]
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    if unknown := [name for name in wanted if name not in known]:
        raise typer.BadParameter(f"{unknown[0]!r} is no step of the connection; known: {', '.join(known)}")
    return tuple(name for name in known if not wanted or name in wanted)


def _scenarios(text: str) -> tuple[Scenario, ...]:
    if text == "all":
        return tuple(Scenario)
    if text not in set(Scenario):
        raise typer.BadParameter(f"{text!r} is no scenario; known: {', '.join(Scenario)}, all")
    return (Scenario(text),)


@contextmanager
def _tools(patience: timedelta, lang: Language | None, quiet: bool) -> Iterator[tuple[Program, Tools]]:
    from gateway.exchange.selftest.tools import opened
    from gateway.program import HANDLERS, look_up, open_program
    from gateway.settings import load_settings
    from gateway.transports import TRANSPORTS

    program = open_program(load_settings())
    facts = (program.engine, program.suppliers, program.dialects, TRANSPORTS, program.settings, HANDLERS)
    tell: Callable[[Told], None] = (lambda _: None) if quiet else Teller(lang or "en")
    try:
        with opened(*facts, lookup=look_up(program), patience=patience, tell=tell) as tools:
            if tools.hands and not quiet:
                aside("no worker runs: this command sends and fetches for this supplier itself")
            yield program, tools
    finally:
        program.engine.dispose()


def _supplier(program: Program, id: str, json: bool) -> Supplier:
    """The supplier; one that its own line keeps out is told with the reasons, and one that nobody knows is misspelt."""
    from gateway.mapping.located import did_you_mean

    if not id:
        raise typer.BadParameter("name a supplier, or say --all")
    found = program.suppliers.get(id)
    if found is not None:
        return found
    findings = [finding for finding in program.suppliers.findings if finding.place.path == id]
    why = f"there is no supplier {id}{did_you_mean(id, program.suppliers.by_id)}"
    text = "\n".join(map(str, findings)) or why
    say({"error": why if not findings else "the supplier is left out", "findings": findings}, text, json)
    raise typer.Exit(1 if findings else 2)


def _one(tools: Tools, supplier: Supplier, steps: tuple[str, ...], asked: tuple[Scenario, ...], json: bool) -> None:
    from gateway.exchange.selftest.run import not_applicable, try_out
    from gateway.exchange.selftest.tools import Busy

    left_out = [(one, why) for one in asked if (why := not_applicable(tools, supplier, one))]
    for one, why in left_out:
        aside(f"  – {one.value}: {why}")
    try:
        done = try_out(tools, supplier, _BY, asked, steps)
    except Busy as busy:
        say({"error": str(busy)}, str(busy), json)
        end(1)
        return
    except KeyboardInterrupt:
        aside("stopped; see --history, and go on with --resume N or close it with --end N")
        raise
    show(done, left_out, json)


def _resumed(program: Program, tools: Tools, record_id: int) -> Record:
    from gateway.exchange.selftest import record as records
    from gateway.exchange.selftest.run import resume
    from gateway.exchange.selftest.tools import Busy

    with program.engine.begin() as conn:
        found = records.get(conn, record_id)
    supplier = program.suppliers.get(found.supplier_id) if found is not None else None
    if supplier is None:
        raise typer.BadParameter(f"there is no self-test {record_id} of a supplier that is known")
    try:
        return resume(tools, supplier, record_id)
    except (Busy, ValueError) as error:
        raise typer.BadParameter(str(error)) from None


def _end(program: Program, record_id: int, json: bool) -> None:
    from gateway.exchange.office import utc_now
    from gateway.exchange.selftest.run import end as end_record

    try:
        with program.engine.begin() as conn:
            found = end_record(conn, record_id, _BY, utc_now())
    except LookupError as error:
        raise typer.BadParameter(str(error)) from None
    say(found, f"self-test {record_id} of {found.supplier_id} is ended", json)


def _history(program: Program, supplier: Supplier, json: bool) -> None:
    from gateway.exchange.selftest import record as records

    with program.engine.begin() as conn:
        found = records.of_supplier(conn, supplier.id)
    say({"supplier": supplier.id, "records": found}, "\n".join(map(line, found)) or "no self-test yet", json)


def _everybody(program: Program, tools: Tools, steps: tuple[str, ...], json: bool) -> None:
    from gateway.exchange.selftest.many import causes_of, try_all

    told, count = Counter[str](), len(program.suppliers)

    def done(record: Record) -> None:
        told["all"] += 1
        if told["all"] % 100 == 0:
            aside(f"  {told['all']} of {count} suppliers")

    found = try_all(tools, list(program.suppliers), _BY, steps, done)
    causes = causes_of(found, program.suppliers.get)
    green = sum(bool(record.good) for record in found)
    lines = [f"{green} of {len(found)} suppliers are green"]
    for cause in causes:
        some = ", ".join(cause.suppliers[:5]) + (" …" if len(cause.suppliers) > 5 else "")
        lines.append(f"{len(cause.suppliers):5}  {cause.step:14} {cause.words}\n       {some}")
    say(
        {"good": green == len(found), "suppliers": len(found), "green": green, "causes": causes}, "\n".join(lines), json
    )
    end(0 if green == len(found) else 1)
