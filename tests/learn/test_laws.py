"""What every row dialect writes is learned back: read equal, or the difference is named; and nothing wrong is sure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from gateway.findings import Rejected
from gateway.formats import load_dialects
from gateway.formats.proof import spoken
from gateway.formats.rows import RowsCodec
from gateway.learn import File, Learned, learn
from gateway.learn.assign import terms_of
from gateway.learn.study import DOCUMENTS
from gateway.mapping.load import load_table
from gateway.mapping.table import leaves
from tests.data import mapping_texts
from tests.formats.strategies import documents
from tests.learn.files import SAMPLES

TODAY = date(2026, 11, 25)
TEXTS = mapping_texts()
ROWS = {
    codec.name: codec
    for dialect in load_dialects(TEXTS).values()
    for codec in dialect.codecs.values()
    if isinstance(codec, RowsCodec) and codec.name.split("/")[-1] in DOCUMENTS
}
"""Without what only we write: a receipt advice is nothing to learn from a supplier's files."""
SPEECH = {path: text for path, text in TEXTS.items() if path.startswith(("csv/", "codelists/", "examples/"))}
PARENTS = {name: load_table(f"csv/{name}", TEXTS) for name in DOCUMENTS}
some = settings(max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


def _meant(codec: RowsCodec, kind: str) -> dict[str, str]:
    """What the columns of a dialect really are: their name → that of the standard, by the term that both map."""
    standard = {term.path: term.name for term in terms_of(PARENTS[kind]).values()}
    return {leaf.at: standard[".".join(term)] for term, leaf in leaves(codec.table.root)}


@pytest.mark.parametrize("codec", ROWS.values(), ids=ROWS)
def test_what_a_dialect_writes_is_learned_or_doubted(codec):
    kind = codec.name.split("/")[-1]
    meant = _meant(codec, kind)

    @some
    @given(documents(codec.table))
    def law(document):
        raw = codec.write(document)
        found = learn([File("in.csv", raw, kind)], "learned", TEXTS, TODAY)
        for guess in found.studies[0].guesses if found.studies else ():
            assert guess.confidence != "sure" or meant[guess.name] == guess.column, guess
        if found.sound:
            _told(document, found, meant)

    law()


def _told(document: Any, found: Learned, meant: dict[str, str]) -> None:
    """Where it is read as something else, a note names the column, or what was left out."""
    read = found.trials[0].documents[0]
    if read == document:
        return
    said = " ".join(str(note) for note in found.notes)
    for path in _differences(msgspec.to_builtins(document), msgspec.to_builtins(read), ""):
        assert any(_named(path, note) for note in found.notes) or path.split(".")[-1] in said, (path, said)


def _named(path: str, note: Any) -> bool:
    steps = path.split(".")
    return any(step in note.message for step in steps) or note.rule in {"learn-twin", "learn-lost", "learn-order-left"}


def _differences(one: Any, other: Any, path: str) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in one.keys() | other.keys():
            yield from _differences(one.get(name), other.get(name), f"{path}.{name}".strip("."))
    elif isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        for first, second in zip(one, other, strict=True):
            yield from _differences(first, second, path)
    elif one != other:
        yield path


SOUND = [sample for sample in SAMPLES if not sample.open]


@pytest.mark.parametrize("sample", SOUND, ids=[sample.name for sample in SOUND])
def test_a_learned_dialect_obeys_the_first_law(sample):
    """What it writes is read back equal, whatever the document says; what it cannot say is refused by name."""
    text = learn([File(sample.file, sample.raw)], "learned", TEXTS, TODAY).text
    codec = load_dialects(SPEECH | {"dialects/learned.yaml": text})["learned"].codecs[f"learned/{sample.document}"]

    @some
    @given(documents(codec.table))
    def law(document):
        document = spoken(document, codec.table)
        try:
            raw = codec.write(document)
        except Rejected as refused:
            assert all("cannot be said alone" in finding.message for finding in refused.findings), refused
            return
        assert codec.read(raw, "law").document == document
        assert codec.resemblance(raw[:8000])

    law()
