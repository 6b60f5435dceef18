"""`avrop document validate`: every layer of rules on each file, one JSON line per file."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from gateway.cli.documents import Files
from gateway.cli.say import Json, Lang, end, told
from gateway.findings import Finding, Rejected, reject
from gateway.formats import Codec, Dialect, identify, load_dialects
from gateway.formats.bare import bare
from gateway.rules.judge import Rules
from gateway.rules.ours import check_alone
from gateway.rules.pool import Limits, Pool
from gateway.rules.transactions import TRANSACTIONS
from gateway.rules.verdict import LAYERS, OFFICIAL, Layer, Verdict
from gateway.settings import load_settings, mapping_texts

As = Annotated[str, typer.Option("--as", help="Treat the files as this transaction, such as T110.")]
Package = Annotated[str, typer.Option("--rules", help="Judge by this installed package, whatever the day.")]
Day = Annotated[datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help="Rules in force on this day; today.")]
Chosen = Annotated[list[str], typer.Option("--layer", help=f"Only this layer, of {', '.join(LAYERS)}; repeat.")]
_HEAD = 8000


def register(app: typer.Typer) -> None:
    """The verb `validate`."""
    app.command("validate")(validate_files)


def validate_files(
    files: Files,
    transaction: As = "",
    package: Package = "",
    layers: Chosen = [],  # noqa: B006 - typer only reads it
    day: Day = None,
    lang: Lang = None,
    json: Json = True,
) -> None:
    """Judge each file: structure, XSD, DTD, Schematron, and rules of ours; exit 1 when one breaks a fatal rule."""
    settings = load_settings()
    limits = Limits(workers=settings.rules_workers, seconds=settings.rules_seconds, memory=settings.rules_memory)
    good = True
    with Pool(limits) as pool, ThreadPoolExecutor(limits.workers) as threads:
        rules = Rules(settings.rules_dir, pool)
        options = asked(transaction, package, layers, day, rules)
        dialects = load_dialects(mapping_texts(settings))
        work = functools.partial(validate, limit=settings.inbox_limit, dialects=dialects, rules=rules, asked=options)
        for path, (facts, findings) in zip(files, threads.map(work, files), strict=True):
            good = good and not any(finding.fatal for finding in findings)
            line = {"file": str(path), **facts, "findings": told(findings, lang)}
            typer.echo(msgspec.json.encode(line, enc_hook=str).decode())
    end(0 if good else 1)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asked of all files: by which rules, as what, which layers (all, where `named` is false)."""

    day: date
    transaction: str | None = None
    package: str | None = None
    layers: tuple[Layer, ...] = LAYERS
    named: bool = False


def asked(transaction: str, package: str, layers: list[str], day: datetime | None, rules: Rules) -> Asked:
    """The options as one value; wrong ones end the command with what is known."""
    if transaction and transaction not in TRANSACTIONS:
        raise typer.BadParameter(f"{transaction!r} is no transaction; known: {', '.join(TRANSACTIONS)}")
    if unknown := [layer for layer in layers if layer not in LAYERS]:
        raise typer.BadParameter(f"{unknown[0]!r} is no layer; known: {', '.join(LAYERS)}")
    found = Asked(
        day=(day or datetime.now(UTC).astimezone()).date(),
        transaction=transaction or None,
        package=package or None,
        layers=tuple(layer for layer in LAYERS if layer in layers or not layers),
        named=bool(layers),
    )
    try:
        rules.standing(found.day, found.package)
    except Rejected as rejected:
        raise typer.BadParameter(rejected.findings[0].message) from None
    return found


def validate(
    path: Path, limit: int, dialects: Mapping[str, Dialect], rules: Rules, asked: Asked
) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """The facts about one file, and everything that the layers found, each thing once and in order of the layers."""
    if path.stat().st_size > limit:
        message = f"the file holds {path.stat().st_size} bytes; at most {limit} are judged (AVROP_INBOX_LIMIT)"
        return {"format": None}, reject("too-large", message).findings
    raw = bare(path.read_bytes())
    found = _codec(dialects, raw[:_HEAD], asked.transaction)
    judged = {verdict.layer: verdict for verdict in _verdicts(rules, raw, path.name, asked)}
    findings: dict[Finding, None] = {}
    for layer in asked.layers:
        if layer in judged:
            findings |= dict.fromkeys(judged[layer].findings)
        else:
            findings |= dict.fromkeys(_other(layer, raw, path.name, found, rules, asked))
    facts = {
        "format": found[0].name if found else None,
        "rules": {layer: verdict.package for layer, verdict in judged.items() if verdict.package},
    }
    return facts, tuple(findings)


def _verdicts(rules: Rules, raw: bytes, source: str, asked: Asked) -> tuple[Verdict, ...]:
    layers = [layer for layer in OFFICIAL if layer in asked.layers]
    if not layers or not raw.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<"):
        return ()
    return rules.judge(
        raw, day=asked.day, source=source, transaction=asked.transaction, package=asked.package, layers=layers
    )


def _other(
    layer: Layer, raw: bytes, source: str, found: tuple[Dialect, Codec] | None, rules: Rules, asked: Asked
) -> Iterator[Finding]:
    """What the layers of our own say, and why an official one said nothing."""
    if layer in OFFICIAL:
        yield from _silent(layer, raw, rules, asked)
    elif found is None:
        if layer == "structure":
            message = "this is none of the documents that any dialect knows, or its beginning is damaged"
            yield from reject("not-recognised", message).findings
    elif layer == "structure":
        yield from found[1].check(raw, source)
    else:
        yield from _ours(found[1], raw, source)


def _silent(layer: Layer, raw: bytes, rules: Rules, asked: Asked) -> Iterator[Finding]:
    if layer == "dtd":
        missing = rules.without_dtd(raw, day=asked.day, package=asked.package)
        yield from missing
        if asked.named and not missing:
            yield _none(layer)
        return
    transaction = asked.transaction or rules.transaction(raw)
    yield from rules.silent(transaction, day=asked.day, package=asked.package, layers=[layer])
    if transaction is None and asked.named:
        yield _none(layer)


def _none(layer: Layer) -> Finding:
    message = f"no official {layer} rules are known for a document that says this of itself; see --as"
    return Finding(rule="rules-none", message=message, fatal=False)


def _ours(codec: Codec, raw: bytes, source: str) -> tuple[Finding, ...]:
    """What can be said of a document without knowing any other; one that cannot be read says why."""
    try:
        return check_alone(codec.read(raw, source).document, legacy=not codec.table.complete)
    except Rejected as rejected:
        return rejected.findings


def _codec(dialects: Mapping[str, Dialect], head: bytes, transaction: str | None) -> tuple[Dialect, Codec] | None:
    """Who speaks like this; with a transaction, the table of that transaction whatever the document says of itself."""
    if transaction is None:
        return identify(dialects, head)
    wanted = TRANSACTIONS[transaction]
    tables = [
        (dialect, codec)
        for dialect in dialects.values()
        for codec in dialect.codecs.values()
        if any(said.startswith(wanted.customization) for said in codec.table.recognise.get("transaction", ()))
    ]
    rooted = (pair for pair in tables if pair[1].document.encode() in head)
    return next(rooted, next(iter(tables), None))
