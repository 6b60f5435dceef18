"""`avrop catalogue import|list|diff|approve|decline|rollback`: suppliers' price lists, from the terminal."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import msgspec
import sqlalchemy as sa
import typer

from gateway.cli import house
from gateway.cli.say import Json, end, say, told
from gateway.settings import load_settings, mapping_texts
from shop.catalogue import deciding, force, found, jobs, reviewing, store
from shop.catalogue.deciding import CannotDecide
from shop.catalogue.jobs import Import, State
from shop.catalogue.staging import Taken, Tools
from shop.catalogue.terms import terms_of
from shop.catalogue.units import Units

app = typer.Typer(
    help="Suppliers' price lists: read, compared, approved and taken back. Nothing changes in the shop before that.",
    no_args_is_help=True,
)
Number = Annotated[int, typer.Argument(help="The import's number, as avrop catalogue list shows it.")]
OfSupplier = Annotated[str, typer.Option("--supplier", help="The supplier's id in suppliers.yaml.")]
OfContract = Annotated[str, typer.Option("--contract", help="The number of the contract that the prices belong to.")]
_KINDS = ("new", "gone", "unit", "price", "other")


def _tools() -> Tools:
    from gateway.exchange.office import utc_now

    settings = load_settings()
    dialects = house.tables(settings)
    texts = mapping_texts(settings)
    suppliers = house.suppliers_of(settings, dialects)
    engine = house.engine(settings)
    return Tools(engine=engine, dialects=dialects, suppliers=suppliers, units=lambda: Units(texts), now=utc_now)


@app.command("import")
def read_in(
    file: Annotated[Path, typer.Argument(help="T19, Svekatalog, CSV or Excel (.xlsx).", exists=True, dir_okay=False)],
    supplier: OfSupplier,
    contract: OfContract,
    replace: Annotated[
        bool, typer.Option("--replace", help="It is the whole range: what it does not name is gone.")
    ] = False,
    approve: Annotated[bool, typer.Option("--approve", help="Approve all of it at once.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and forget it.")] = False,
    by: house.By = "",
    json: Json = False,
) -> None:
    """Reads a price list line by line and says what it changes, the largest first.

    Lines that cannot be used are told with their place (file:line column) and left out; the good ones go on. The diff
    waits for the contract's owner, unless it is within the contract's limits or --approve is given. How far it is
    stands on stderr. Exit 0: all lines are good; 1: some are not, or the file cannot be read; 2: wrong use.

    Example: avrop catalogue import prislista.csv --supplier kontorshuset --contract 2026-118 --replace
    """
    tools, who = _tools(), house.who(by)
    _known(tools, supplier, contract, json)
    job = _kept(tools, file, supplier, contract, replace, who)
    with _shown(tools, job):
        done = _read(tools, job)
    if done.state is State.REVIEW and approve and not dry_run:
        deciding.approve(tools, done.id, who)
        done = deciding.settle(tools, done.id)
    if dry_run and done.state in {State.REVIEW, State.FAILED}:
        shown = _told(tools, done)
        if done.state is State.REVIEW:
            deciding.decline(tools, done.id, who, "dry run")
        _say(done, shown, json, head="would change")
    else:
        _say(done, _told(tools, done), json)
    end(1 if done.rows_bad or done.state is State.FAILED else 0)


def _known(tools: Tools, supplier: str, contract: str, as_json: bool) -> None:
    if tools.suppliers.get(supplier) is None:
        _wrong(f"there is no supplier {supplier}; avrop suppliers list shows them", as_json)
    with tools.engine.connect() as conn:
        if terms_of(conn, supplier, contract) is None:
            _wrong(f"{supplier} has no contract {contract} here", as_json)


def _wrong(message: str, as_json: bool) -> None:
    say({"error": message}, message, as_json)
    end(2)


def _kept(tools: Tools, file: Path, supplier: str, contract: str, replace: bool, by: str) -> Import:
    with tools.engine.begin() as conn, file.open("rb") as opened:
        digest = store.keep(conn, opened, file.name, tools.now())
        facts = {"contract": contract, "replaces": True if replace else None}
        return jobs.add(conn, uuid4(), digest, file.name, supplier, by, tools.now(), **facts)[0]  # type: ignore[arg-type]


def _read(tools: Tools, job: Import) -> Import:
    """Reads it here; where a worker was quicker, waits for that one."""
    with tools.engine.begin() as conn:
        mine = jobs.claim(conn, tools.now(), job.id)
    if mine is not None:
        try:
            return deciding.read(tools, mine)
        except Taken:
            pass
    waiting = threading.Event()
    while True:
        with tools.engine.connect() as conn:
            now = jobs.get(conn, job.id)
        if now is None or now.state not in {State.WAITING, State.READING}:
            return now or job
        waiting.wait(0.5)


@contextmanager
def _shown(tools: Tools, job: Import) -> Iterator[None]:
    """How far the reading is, on stderr, once a second."""
    done = threading.Event()

    def tell() -> None:
        while not done.wait(1):
            with tools.engine.connect() as conn:
                now = jobs.get(conn, job.id)
            if now is not None and now.state is State.READING:
                print(f"{now.part:3} %  {now.rows_read} lines, {now.rows_bad} bad", file=sys.stderr, flush=True)

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(5)


def _told(tools: Tools, job: Import) -> dict[str, Any]:
    """What a command says of an import: its counts, why a person must look, its largest changes, its findings."""
    with tools.engine.connect() as conn:
        terms = terms_of(conn, job.supplier_id, job.contract) if job.contract else None
        changes = reviewing.changes(conn, job.number, terms) if terms is not None else []
        kept = [one.finding for one in found.of_import(conn, job.number, job.filename, limit=100)]
    return {
        "number": job.number,
        "state": job.state.value,
        "supplier": job.supplier_id,
        "contract": job.contract,
        "file": job.filename,
        "rows": job.rows_read,
        "bad": job.rows_bad,
        "counts": {kind: job.counts.get(kind, 0) for kind in _KINDS},
        "reasons": list(job.reasons),
        "takes_effect": str(job.takes_effect) if job.takes_effect else None,
        "decided_by": job.decided_by,
        "reason": job.reason,
        "changes": msgspec.to_builtins(changes, enc_hook=str),
        "findings": [{**one, "said": str(two)} for one, two in zip(told(kept), kept, strict=True)],
    }


def _say(job: Import, facts: dict[str, Any], as_json: bool, head: str = "changes") -> None:
    counts = ", ".join(f"{count} {kind}" for kind, count in facts["counts"].items())
    lines = [f"catalogue {job.number} {job.state.value}: {job.rows_read} lines, {job.rows_bad} bad; {head}: {counts}"]
    lines += [f"  a person must look: {_reason(one)}" for one in facts["reasons"] if job.state is State.REVIEW]
    lines += [f"  {_change(one)}" for one in facts["changes"]]
    lines += [f"  {one['said']}" for one in facts["findings"]]
    lines += [f"  {job.reason}"] if job.reason and job.state is State.DECLINED else []
    say(facts, "\n".join(lines), as_json)


def _reason(one: dict[str, Any]) -> str:
    limit = f" (limit {one['limit']} %)" if one.get("limit") else ""
    return f"{one['code']}: {one['count']}{limit}"


def _change(one: dict[str, Any]) -> str:
    percent = f" ({one['percent']} %)" if one["percent"] is not None and one["kind"] != "new" else ""
    prices = f"{one['price_before'] or '–'} → {one['price'] or '–'}"
    fields = f"  {', '.join(one['fields'])}" if one["fields"] and one["kind"] in {"other", "unit"} else ""
    return f"{one['kind']:6}{one['seller_id']:14} {prices}{percent}{fields}  {one['name'][:60]}"


@app.command("list")
def list_imports(
    supplier: Annotated[str, typer.Option(help="Only this supplier's.")] = "",
    state: Annotated[State | None, typer.Option(help="Only those in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    json: Json = False,
) -> None:
    """What came in, the newest first: its number, where it stands, and how much it changes."""
    with house.engine().connect() as conn:
        rows = jobs.recent(conn, limit, supplier_id=supplier, state=state)
    keys = (
        "number",
        "state",
        "supplier_id",
        "contract",
        "filename",
        "rows_read",
        "rows_bad",
        "created_by",
        "created_at",
    )
    data = [{key: getattr(one, key) for key in keys} | {"counts": one.counts} for one in rows]
    lines = [
        f"{one.number:6}  {one.created_at:%Y-%m-%d %H:%M}  {one.state.value:9} {one.supplier_id} {one.contract or '–'}"
        f"  {one.rows_read} lines, {one.rows_bad} bad  {one.filename}"
        for one in rows
    ]
    say(data, "\n".join(lines) or "no catalogue matches", json)


@app.command()
def diff(
    what: Annotated[str, typer.Argument(help="An import's number, or a file.")],
    supplier: OfSupplier = "",
    contract: OfContract = "",
    replace: Annotated[bool, typer.Option("--replace", help="For a file: it is the whole range.")] = False,
    json: Json = False,
) -> None:
    """What an import changes; or what a file would change, which needs --supplier and --contract and leaves nothing."""
    if not what.isdigit():
        path = Path(what)
        if not path.is_file() or not supplier or not contract:
            _wrong(f"{what} is no number of an import; for a file give --supplier and --contract too", json)
        read_in(path, supplier, contract, replace=replace, dry_run=True, json=json)
        return
    tools = _tools()
    job = _numbered(tools.engine, int(what), json)
    _say(job, _told(tools, job), json)


def _numbered(engine: sa.Engine, number: int, as_json: bool) -> Import:
    with engine.connect() as conn:
        job = jobs.numbered(conn, number) if number < 2**62 else None
    if job is None:
        _wrong(f"there is no catalogue {number}; avrop catalogue list shows them", as_json)
    assert job is not None
    return job


@app.command()
def approve(
    number: Number,
    small: Annotated[bool, typer.Option("--small", help="Leave out what is above the contract's limits.")] = False,
    by: house.By = "",
    json: Json = False,
) -> None:
    """Approves what an import changes; it comes in force now, or on the first day that the catalogue names."""
    tools = _tools()
    job = _numbered(tools.engine, number, json)
    try:
        deciding.approve(tools, job.id, house.who(by), only_small=small)
    except CannotDecide as problem:
        say({"error": problem.message}, problem.message, json)
        end(1)
    done = deciding.settle(tools, job.id)
    _say(done, _told(tools, done), json)


@app.command()
def decline(number: Number, reason: house.Reason, by: house.By = "", json: Json = False) -> None:
    """Takes nothing of it over."""
    tools = _tools()
    job = _numbered(tools.engine, number, json)
    try:
        done = deciding.decline(tools, job.id, house.who(by), reason)
    except CannotDecide as problem:
        say({"error": problem.message}, problem.message, json)
        end(1)
    _say(done, _told(tools, done), json)


@app.command()
def rollback(
    supplier: OfSupplier,
    contract: OfContract,
    to: Annotated[
        int | None, typer.Option("--to", min=0, help="The version that shall stand again; 0: before all.")
    ] = None,
    by: house.By = "",
    json: Json = False,
) -> None:
    """Without --to: the contract's versions. With it: the articles as they stood after that version.

    To take back is a version too, and can be taken back.
    """
    tools = _tools()
    _known(tools, supplier, contract, json)
    with tools.engine.begin() as conn:
        made = None
        if to is not None:
            made = force.take_back(conn, supplier, contract, to, house.who(by), tools.now())
        rows = force.versions(conn, supplier, contract)
    keys = ("number", "made_by", "made_at", "back_to", "counts")
    data = {
        "made": made.number if made else None,
        "versions": [{key: getattr(one, key) for key in keys} for one in rows],
    }
    lines = ["nothing to take back"] if to is not None and made is None else []
    for one in rows:
        back = f"  as after version {one.back_to}" if one.back_to is not None else ""
        lines.append(
            f"version {one.number}  {one.made_at:%Y-%m-%d %H:%M}  {one.made_by}  {sum(one.counts.values())}{back}"
        )
    say(data, "\n".join(lines) or "no version yet", json)
