"""`avrop sandbox show|judge|serve|shop`: what we send, what we would make of the answers, and a supplier's shop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
import typer

from gateway.cli.say import Json, Lang, end, say, told
from gateway.exchange.selftest.scenario import Scenario

if TYPE_CHECKING:
    from gateway.formats import Dialect
    from gateway.model import Order
    from gateway.rules.judge import Rules
    from gateway.sandbox.practice.judge import Judged, Outcome
    from gateway.settings import Settings

app = typer.Typer(
    help="Practise with suppliers: we play the municipality, or a supplier with a shop of its own.",
    no_args_is_help=True,
)
Files = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)]
_HERE = ZoneInfo("Europe/Stockholm")
_PORT, _SHOP_PORT = 8710, 8711


@app.command()
def show(
    dialect: Annotated[str, typer.Option(help="The dialect that was agreed: peppol, csv …")],
    scenario: Annotated[str, typer.Option(help="One scenario; all where none is named.")] = "",
    out: Annotated[Path | None, typer.Option(help="A folder to write the documents to.")] = None,
    json: Json = False,
) -> None:
    """What we send in each scenario, with invented data: order, change, cancellation."""
    from gateway.sandbox.practice.papers import papers

    _, _, speaker = _opened(dialect)
    shown: list[dict[str, Any]] = []
    for one in _scenarios(scenario):
        for paper in papers(speaker, one, datetime.now(_HERE)):
            path = out / one.value / paper.name if out is not None else None
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(paper.content)
            shown.append({"scenario": one.value, "file": str(path or paper.name), "document": paper.document})
            if not json and path is None:
                print(f"--- {one.value}: {paper.name}\n{paper.content.decode('utf-8', 'backslashreplace')}")
    if json or out is not None:
        say(shown, "\n".join(one["file"] for one in shown), json)
    end(0 if shown else 1)


@app.command()
def judge(
    files: Files,
    dialect: Annotated[str, typer.Option(help="The dialect that was agreed.")],
    against: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The order that they answer.")
    ] = None,
    scenario: Annotated[str, typer.Option(help="What the answers should show: accept, split …")] = "",
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Judges answers as our inbox would, against the order that `show` writes or another one; exit 1 where we would not
    take them. With --json one line for each file, and one for the scenario."""
    from gateway.sandbox.practice.judge import Bench
    from gateway.sandbox.practice.judge import judge as judge_files

    settings, dialects, speaker = _opened(dialect)
    asked = _scenarios(scenario)[0] if scenario else None
    now = datetime.now(_HERE)
    order = _order(speaker, against, asked or Scenario.ACCEPT, settings.inbox_limit, now)
    read = [(path.name, _bytes(path, settings.inbox_limit)) for path in files]
    with _rules(settings) as rules:
        outcome = judge_files(Bench(dialects, rules), speaker, read, order, now.date(), asked)
    for line in _json_lines(outcome, lang) if json else _text_lines(outcome, lang):
        print(line, flush=True)
    end(0 if outcome.good else 1)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Behind a proxy of yours, where it is for others.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Where the pages answer.")] = _PORT,
) -> None:
    """The same as pages, for suppliers: no log-in, no database, nothing kept."""
    import uvicorn

    from gateway.formats import load_dialects
    from gateway.sandbox.practice.app import practice_app
    from gateway.settings import load_settings, mapping_texts

    settings = load_settings()
    with _rules(settings) as rules:
        made = practice_app(settings, load_dialects(mapping_texts(settings)), rules)
        print(f"http://{host}:{port}/", flush=True)
        uvicorn.run(made, host=host, port=port, log_level="warning", server_header=False)


@app.command()
def shop(
    host: Annotated[str, typer.Option(help="Another host name than our pages have, as real shops do.")] = "localhost",
    port: Annotated[int, typer.Option(help="Where the shop answers.")] = _SHOP_PORT,
    quirk: Annotated[
        list[str] | None, typer.Option(help="A fault to switch on, by name; `list` explains them.")
    ] = None,
) -> None:
    """A supplier's own shop, entered by cXML PunchOut, OCI 4 or Peppol, with faults of real ones on demand. The secret
    is that of AVROP_SANDBOX_TOKEN."""
    from gateway.sandbox.shopfront.quirks import ABOUT, quirks_of
    from gateway.sandbox.shopfront.serving import serve_shop

    if quirk == ["list"]:
        print("\n".join(f"{name:20} {words}" for name, words in ABOUT.items()))
        return
    try:
        chosen = quirks_of(quirk or ())
    except ValueError as error:
        raise typer.BadParameter(f"{error}; known: {', '.join(ABOUT)}") from None
    serve_shop(host, port, chosen)


def _opened(name: str) -> tuple[Settings, dict[str, Dialect], Dialect]:
    from gateway.formats import load_dialects
    from gateway.mapping.located import did_you_mean
    from gateway.settings import load_settings, mapping_texts

    settings = load_settings()
    dialects = load_dialects(mapping_texts(settings))
    if name not in dialects:
        raise typer.BadParameter(f"no dialect is called {name!r}{did_you_mean(name, dialects)}")
    return settings, dialects, dialects[name]


def _scenarios(word: str) -> tuple[Scenario, ...]:
    if word and word not in set(Scenario):
        raise typer.BadParameter(f"{word!r} is no scenario; known: {', '.join(Scenario)}")
    return (Scenario(word),) if word else tuple(Scenario)


@contextmanager
def _rules(settings: Settings) -> Iterator[Rules]:
    from gateway.rules.judge import Rules
    from gateway.rules.pool import Limits, Pool

    with Pool(Limits(workers=1, seconds=settings.rules_seconds, memory=settings.rules_memory)) as pool:
        yield Rules(settings.rules_dir, pool)


def _order(dialect: Dialect, against: Path | None, scenario: Scenario, limit: int, now: datetime) -> Order:
    from gateway.formats.bare import bare
    from gateway.model import Order
    from gateway.sandbox.practice.papers import order_of

    if against is None:
        return order_of(dialect, scenario, now)
    found = dialect.read(bare(_bytes(against, limit)), against.name).document
    if not isinstance(found, Order):
        raise typer.BadParameter(f"{against} is a {type(found).__name__}, not an order")
    return found


def _bytes(path: Path, limit: int) -> bytes:
    if path.stat().st_size > limit:
        raise typer.BadParameter(f"{path} holds more than {limit} bytes (AVROP_INBOX_LIMIT)")
    return path.read_bytes()


def _json_lines(outcome: Outcome, lang: Any) -> Iterator[str]:
    for one in outcome.files:
        facts = {"file": one.file, "good": one.good, "format": one.format, "document": one.document}
        yield msgspec.json.encode(facts | {"findings": told(one.findings, lang)}, enc_hook=str).decode()
    if outcome.scenario is not None:
        facts = {"scenario": outcome.scenario.value, "good": outcome.good}
        yield msgspec.json.encode(facts | {"findings": told(outcome.findings, lang)}).decode()


def _text_lines(outcome: Outcome, lang: Any) -> Iterator[str]:
    for one in outcome.files:
        yield f"{'✓' if one.good else '✗'} {one.file}  {one.format or 'not recognised'}"
        yield from _understood(one)
        yield from _findings(one.findings, lang)
    if outcome.scenario is not None:
        yield f"{'✗' if outcome.findings else '✓'} scenario {outcome.scenario.value}"
        yield from _findings(outcome.findings, lang)


def _understood(one: Judged) -> Iterator[str]:
    """What we read, so that the one who wrote it can see whether it is what was meant."""
    from gateway.sandbox.practice.facts import facts_of, lines_of

    if one.document is None:
        return
    yield "    " + "; ".join(f"{fact.label.lower()} {fact.value}" for fact in facts_of(one.document))
    for line in lines_of(one.document):
        later = f", {line.later} still to come" if line.later else ""
        yield f"    line {line.line}: {line.quantity} {line.status}{later}  {line.article} {line.name}".rstrip()


def _findings(findings: Any, lang: Any) -> Iterator[str]:
    from gateway.wording import explain

    for finding in findings:
        said = explain(finding, lang or "en")
        where = f"{finding.place}: " if str(finding.place) else ""
        yield f"  {'✗' if finding.fatal else '·'} {where}{said.what} [{finding.rule}]"
        yield f"      → {said.todo}"
