"""Swedish as the search takes it: words, stems, compounds, and what is meant."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shop.categories import CATEGORIES
from shop.finding import said
from shop.finding.meaning import All, Any, Meaning, Shop, Tree, Word, meaning
from shop.finding.shelf import BANDS, band, code, weight
from shop.finding.vocabulary import Spelling, Vocabulary
from shop.finding.words import Lexicon, stem, tokens

LEXICON = Lexicon(["handske", "skydd", "undersökning", "papper", "toalett", "kaffe"])


def test_words_numbers_and_measures() -> None:
    assert tokens("Handske nitril 60x90cm, A4 0.7 mm") == ["handske", "nitril", "60", "90", "cm", "a4", "0,7", "mm"]
    assert tokens("USB-C-laddare 24-pack") == ["usb-c-laddare", "24", "pack"]
    assert tokens("<script>' & | !:*") == ["script"]


@pytest.mark.parametrize(
    "forms",
    [
        "handske handskar handskarna handsken",
        "blöja blöjor blöjorna",
        "gaffel gafflar gafflarna",
        "bok böcker böckerna",
        "batteri batterier batterierna",
        "filter filtret filtren",
        "papper papperet pappret",
        "morot morötter",
        "nyckel nycklar",
        "äpple äpplen",
    ],
)
def test_all_forms_have_one_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("skyddshandskar", ("skydd", "handsk")),
        ("undersökningshandske", ("undersökning", "handsk")),
        ("kaffefilter", ("kaff", "filt")),
        ("bryggkaffe", ("brygg", "kaff")),
        ("obekantkaffe", ("kaff",)),
        ("läroböcker", ("bok",)),
        ("rengöring", ()),
        ("handske", ()),
        ("kompress", ()),
    ],
)
def test_compounds_are_taken_apart(word: str, parts: tuple[str, ...]) -> None:
    assert LEXICON.parts(word) == parts


@given(st.text(alphabet="abdefghiklmnoprstuvåäö", min_size=1, max_size=60))
def test_parts_are_never_the_whole_and_no_word_is_too_strange(word: str) -> None:
    parts = LEXICON.parts(word)
    assert stem(word) not in parts
    assert all(len(part) >= 2 for part in parts)


@given(st.text(max_size=80))
@example("0:X0")
def test_any_text_becomes_words_that_stay_words(text: str) -> None:
    words = tokens(text)
    assert tokens("; ".join(words)) == words, "kept apart, for 0 x0 is a measure"


def shop(*words: str) -> Shop:
    """A shop in whose names these words stand."""
    vocabulary = Vocabulary(dict.fromkeys(words, 10), Spelling())
    stems = {stem(word) for word in words} | {part for word in words for part in LEXICON.parts(word)}
    return Shop(LEXICON, vocabulary, stems.__contains__)


def stems_in(tree: Tree) -> set[str]:
    match tree:
        case Word(one):
            return {one}
        case All(of):
            return {one for inner in of for one in stems_in(inner)}
        case Any(of):
            return {one for _, inner in of for one in stems_in(inner)}
    return set()


def asked(text: str, *words: str) -> Meaning:
    return meaning(text, shop(*words))


def test_what_people_say_is_what_goods_are_called() -> None:
    assert "toalettpapp" in stems_in(asked("toapapper", "toalettpapper").needs[0])
    assert "notislapp" in stems_in(asked("post it", "notislapp").needs[0])
    assert len(asked("bläck till skrivaren", "bläckpatron").needs) == 1
    assert asked("jag behöver nya handskar", "handske").words == ("handskar",)


def test_two_words_may_be_one_and_one_may_be_two() -> None:
    assert "kaffefilt" in stems_in(asked("kaffe filter", "kaffefilter").needs[0])
    assert {"kaff", "filt"} <= stems_in(asked("kaffefilter", "kaffe", "filter").needs[0])


def test_what_the_shelf_does_not_know_is_said() -> None:
    assert asked("xylofon handske", "handske").unknown == ("xylofon",)
    assert asked("unders", "undersökningshandske").unknown == ()


def test_a_wrong_spelling_is_put_right() -> None:
    words = Vocabulary({"plåster": 9, "batteri": 5, "whiteboardpenna": 3, "blöja": 3}, Spelling())
    assert words.meant("plaster") == "plåster"
    assert stem(words.meant("batterrier") or "") == "batteri"
    assert words.meant("whitebordpennor") == "whiteboardpenna"
    assert words.meant("blojor") == "blöja"
    assert words.meant("xyz") is None
    assert words.meant("qqqqqqqq") is None


def test_numbers_are_compared_without_signs() -> None:
    assert code("KB-1001") == code("kb 1001") == "kb1001"
    assert code("07350001000015") == code("7350001000015")


def test_price_bands_and_weights() -> None:
    from decimal import Decimal

    assert [band(Decimal(one)) for one in ("0", "49.99", "50", "2499", "99999")] == [0, 0, 50, 1000, 2500]
    assert band(Decimal(-1)) == BANDS[0]
    assert weight(True, 10) > weight(True, 20) > weight(False, 1)


def test_the_word_lists_are_whole() -> None:
    groups = [*said.SAME, *said.MEANT.values()]
    assert all(isinstance(one, str) and tokens(one) for group in groups for one in group)
    assert all(len(group) > 1 for group in said.SAME)
    assert set(said.KINDS.values()) <= set(CATEGORIES)
