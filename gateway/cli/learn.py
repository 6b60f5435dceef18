"""`avrop suppliers learn FILES`: a supplier's own files in, a proposal for their dialect out."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gateway.cli.say import Json, Lang, end, say

if TYPE_CHECKING:
    from gateway.learn import Learned

Files = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="Files of one supplier.")]
As = Annotated[
    Literal["order", "order_response", "despatch_advice", "catalogue"] | None,
    typer.Option("--as", help="What the file is; for several files, what they all are. Otherwise it is guessed."),
]
Name = Annotated[str, typer.Option(help="What the dialect is called; by default as the file, or as --out.")]
Out = Annotated[Path | None, typer.Option(help="Write the proposal here, such as mappings/dialects/NAME.yaml.")]


def register(app: typer.Typer) -> None:
    app.command("learn")(learn)


def learn(
    files: Files,
    as_: As = None,
    name: Name = "",
    out: Out = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show; that is also what no --out does.")] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Proposes a dialect from a supplier's own order, answer, price list or despatch file.

    Exit 0: it reads the files and nothing is in doubt; 1: a person must look.
    """
    called = name or _called(out or files[0])
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", called):
        raise typer.BadParameter(f"{called!r} is not a name made of small letters, digits and hyphens; give --name")
    if out is not None and out.exists() and not force and not dry_run:
        raise typer.BadParameter(f"{out} is there already; --force writes over it")
    learned = _learned(files, called, as_)
    from gateway.learn.explain import facts, told

    say(facts(learned, lang), told(learned, lang or "en"), json)
    if out is not None and not dry_run and learned.text:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(learned.text, encoding="utf-8")
    end(0 if learned.sound else 1)


def _learned(files: list[Path], name: str, document: str | None) -> Learned:
    from gateway.formats import load_dialects
    from gateway.learn import MAX_BYTES, File
    from gateway.learn import learn as propose
    from gateway.settings import load_settings, mapping_texts

    texts = mapping_texts(load_settings())
    if any(path.startswith(f"{name}/") for path in texts):
        raise typer.BadParameter(f"{name} is the name of a standard; give --name")
    given = [File(str(path), path.open("rb").read(MAX_BYTES + 1), document) for path in files]
    return propose(given, name, texts, date.today(), load_dialects(texts))


def _called(path: Path) -> str:
    """The name of a dialect out of that of a file: small letters, digits and hyphens."""
    plain = path.stem.casefold().translate(str.maketrans("åäöéü", "aaoeu"))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
