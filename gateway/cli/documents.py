"""`avrop document identify|read|write`: many files in, one JSON line per file out, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from gateway.cli.say import Json, Lang, end, told
from gateway.findings import Rejected
from gateway.formats import Dialect, identify, load_dialects
from gateway.formats.bare import bare
from gateway.model import Document
from gateway.settings import load_settings, mapping_texts
from gateway.xml import too_large

app = typer.Typer(
    help="Look at documents: what they are, what they say, how they would be written.", no_args_is_help=True
)
Files = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True)]
Format = Annotated[str, typer.Option("--format", help="A dialect such as peppol, csv or skogsbagaren.")]
_MOST_BYTES = 100_000_000  # what is read must be held; the formats are stricter, and JSON is longer than they are
_DECODER = msgspec.json.Decoder(Document)


@app.command("identify")
def identify_files(files: Files, json: Json = True) -> None:
    """Which dialect, document and table each file is; exit 1 when one is none."""
    dialects = load_dialects(mapping_texts(load_settings()))

    def one(raw: bytes, _: Path) -> tuple[dict[str, Any], bool]:
        payload = bare(raw)
        found = identify(dialects, payload)
        if found is None:
            return {"format": None}, False
        dialect, codec = found
        return {"format": dialect.name, "document": codec.document, "table": codec.name}, True

    _each(files, one)


@app.command()
def read(files: Files, format: Format = "", lang: Lang = None, json: Json = True) -> None:
    """The canonical document of each file, and what was not carried; exit 1 when one is rejected."""
    dialects = load_dialects(mapping_texts(load_settings()))

    def one(raw: bytes, path: Path) -> tuple[dict[str, Any], bool]:
        payload = bare(raw)
        found = identify(dialects, payload)
        dialect = _named(dialects, format) if format else (found[0] if found else None)
        if dialect is None:
            return {"findings": ["this is none of the documents that any dialect knows"]}, False
        try:
            reading = dialect.read(payload, path.name)
        except Rejected as rejected:
            return {"format": dialect.name, "findings": told(rejected.findings, lang)}, False
        facts = {"format": dialect.name, "document": reading.document, "not_carried": told(reading.findings, lang)}
        return facts, True

    _each(files, one)


@app.command()
def write(
    files: Files,
    format: Format,
    out: Annotated[Path | None, typer.Option(help="Write into this folder, one file per document.")] = None,
    json: Json = False,
) -> None:
    """Canonical JSON to the bytes of a dialect: to the terminal, or to --out."""
    dialect = _named(load_dialects(mapping_texts(load_settings())), format)

    def one(raw: bytes, path: Path) -> tuple[dict[str, Any], bool]:
        try:
            document = _DECODER.decode(_document_of(raw))
            written = dialect.write(document)
        except msgspec.DecodeError as error:
            return {"findings": [f"{path}: this is not a canonical document: {error}"]}, False
        except Rejected as rejected:
            return {"findings": told(rejected.findings)}, False
        if out is None:
            typer.get_binary_stream("stdout").write(written)
            return {}, True
        out.mkdir(parents=True, exist_ok=True)
        target = out / f"{path.stem}{dialect.codec(type(document).__name__).suffix}"
        target.write_bytes(written)
        return {"written": str(target), "bytes": len(written)}, True

    _each(files, one, quiet=out is None)


def _document_of(raw: bytes) -> bytes:
    """The canonical JSON, also out of a line that `document read` printed."""
    wrapped = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    return bytes(wrapped["document"]) if "document" in wrapped and "type" not in wrapped else raw


def _each(
    files: Iterable[Path], one: Callable[[bytes, Path], tuple[dict[str, Any], bool]], quiet: bool = False
) -> None:
    good = True
    for path in files:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            facts, fine = {"findings": told(too_large(size, path.name, _MOST_BYTES).findings)}, False
        else:
            facts, fine = one(path.read_bytes(), path)
        good = good and fine
        if not quiet or not fine:
            typer.echo(msgspec.json.encode({"file": str(path), **facts}, enc_hook=str).decode(), err=quiet)
    end(0 if good else 1)


def _named(dialects: dict[str, Dialect], name: str) -> Dialect:
    if name not in dialects:
        raise typer.BadParameter(f"{name!r} is not a dialect; known: {', '.join(sorted(dialects))}")
    return dialects[name]
