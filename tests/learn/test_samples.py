"""Invented supplier files: what is proposed for each column, measured over all, and never surer than it may be."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from gateway.learn import File, Learned, learn
from tests.data import mapping_texts
from tests.learn.files import NAMED, SAMPLES, Sample

TODAY = date(2026, 11, 25)
TEXTS = mapping_texts()
every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])


@cache
def learned(sample: Sample) -> Learned:
    return learn([File(sample.file, sample.raw)], "exempel", TEXTS, TODAY)


def test_there_are_many_and_each_is_of_its_own():
    assert len(SAMPLES) >= 40
    assert len({sample.name for sample in SAMPLES}) == len({sample.raw for sample in SAMPLES}) == len(SAMPLES)
    assert {sample.document for sample in SAMPLES} >= {"order", "order_response", "despatch_advice", "catalogue"}


def test_nineteen_columns_of_twenty_are_right():
    """Over all files, those whose columns can hardly be told as well."""
    met = [
        (guess.column, wanted)
        for sample in SAMPLES
        for guess, wanted in zip(learned(sample).studies[0].guesses, sample.columns, strict=True)
    ]
    right = sum(found == wanted for found, wanted in met)
    assert len(met) > 400
    assert right >= 0.95 * len(met), f"{right} of {len(met)}"


@every_sample
def test_nothing_wrong_is_said_to_be_sure(sample):
    for guess, wanted in zip(learned(sample).studies[0].guesses, sample.columns, strict=True):
        if guess.column != wanted:
            assert guess.confidence == "unsure", guess


@every_sample
def test_it_is_sound_or_says_why_not(sample):
    found = learned(sample)
    assert found.sound is not sample.open, [str(doubt) for doubt in found.doubts]
    assert not sample.document or found.studies[0].document == sample.document


@every_sample
def test_a_sound_proposal_reads_the_file_and_writes_it_again(sample):
    found = learned(sample)
    if found.sound:
        assert found.trials[0].returned
        assert found.trials[0].documents
        assert len(found.text.splitlines()) <= 25
    if found.sound and sample.document == "order":
        differs = [note for note in found.notes if note.rule == "learn-differs"]
        assert bool(differs) is (found.trials[0].again == "other")


def test_most_orders_would_be_written_byte_for_byte_as_the_supplier_does():
    orders = [learned(sample) for sample in SAMPLES if sample.document == "order"]
    again = [found.trials[0].again for found in orders if found.sound]
    assert again.count("same") >= 10
    assert set(again) <= {"same", "other"}


@every_sample
def test_the_encoding_is_the_one_that_it_was_written_in(sample):
    found = learned(sample).studies[0].sheet
    assert sample.raw.decode(found.encoding) == sample.raw.decode(sample.encoding)


def test_a_column_that_nobody_knows_is_named_among_what_is_lost():
    sample = NAMED["okända kolumner"]
    told = {note.place.path for note in learned(sample).notes if note.rule == "learn-lost"}
    assert told == {"Lagerplats", "Zxkod"}


def rules(name: str) -> set[str]:
    return {doubt.rule for doubt in learned(NAMED[name]).doubts}


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("dag månad", "learn-day"),
        ("tre decimaler", "learn-thousand"),
        ("okänd status", "learn-code"),
        ("två enheter", "learn-code"),
        ("sifferkoder", "learn-code"),
        ("utan dag", "learn-missing"),
        ("två svar", "learn-several"),
        ("utan enhet", "learn-no-unit"),
        ("inklusive moms", "learn-shop"),
        ("enkel lista", "learn-list-today"),
        ("rubrik överst", "learn-above"),
        ("summa sist", "learn-uneven"),
        ("komma i komma", "learn-decimal-sign"),
        ("obegripligt", "learn-kind"),
        ("kalkylark", "learn-column"),
        ("två priser", "learn-column"),
    ],
)
def test_the_doubt_is_the_true_one(name, rule):
    assert rule in rules(name)


def test_several_spellings_of_a_unit_are_all_read():
    sample = NAMED["stavas olika"]
    found = learned(sample)
    assert {line.quantity.unit for line in found.trials[0].documents[0].lines} == {"C62"}
    assert "units: {C62: [st, ST, styck]}" in found.text


def test_several_files_make_one_dialect():
    names = ("skogsfika", "orderbesked")
    some = [sample for sample in SAMPLES if sample.name in names]
    found = learn([File(sample.file, sample.raw) for sample in some], "skog", TEXTS, TODAY)
    assert found.sound, found.doubts
    assert [type(trial.documents[0]).__name__ for trial in found.trials] == ["Order", "OrderResponse"]
    assert found.text.count("extends:") == 1
    assert len(found.text.splitlines()) <= 25


def test_two_files_of_one_kind_or_of_two_layouts_are_not_mixed():
    two = [sample for sample in SAMPLES if sample.name in {"skogsfika", "kort datum"}]
    found = learn([File(sample.file, sample.raw) for sample in two], "x", TEXTS, TODAY)
    assert {doubt.rule for doubt in found.doubts} == {"learn-same-kind"}
    other = [sample for sample in SAMPLES if sample.name in {"skogsfika", "engelskt besked"}]
    found = learn([File(sample.file, sample.raw) for sample in other], "x", TEXTS, TODAY)
    assert "learn-two-layouts" in {doubt.rule for doubt in found.doubts}
