"""A slice of `avrop bench mutants`, which changes 200,000 documents: nothing but `Rejected` comes out."""

from __future__ import annotations

import random

from bench.mutants import judge, mutant, mutants, subjects
from bench.mutations import mutated


def test_three_thousand_changed_documents_are_read_or_rejected():
    told = mutants(count=3000, seed=7)
    assert told["failures"]["first"] == []
    assert told["read"]["value"] + told["rejected"]["value"] == 3000
    assert told["read"]["value"] > 100, "the changes are so coarse that nothing behind the parser is reached"


def test_a_mutant_can_be_had_again():
    known = subjects()
    assert mutant(known, 3, 5) == mutant(known, 3, 5)
    assert len({mutated(known[0].raw, random.Random(number)) for number in range(50)}) > 40


def test_every_good_document_is_read():
    assert all(judge(subject, subject.raw) for subject in subjects())
