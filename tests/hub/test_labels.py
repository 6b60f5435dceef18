"""What scanners type, and what people type."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.identifiers import gs1_check_digit
from hub.labels import read_label

SSCC = "373500012345678905"


@pytest.mark.parametrize(
    "typed",
    [
        SSCC,
        "00" + SSCC,
        "(00) 3 7350001 234567890 5",
        "(00)" + SSCC,
        "]C100" + SSCC,
        "]C100" + SSCC + "\x1d",
        "]C100" + SSCC + "4107350001000008",
        "00" + SSCC + "<GS>10ABC",
        ")00=" + SSCC,
        "https://id.gs1.org/00/" + SSCC,
        "  " + SSCC + "\r",
        "]d200" + SSCC + "10LOT7",
    ],
)
def test_every_spelling_of_an_sscc_is_that_sscc(typed):
    label = read_label(typed)
    assert label.sscc == SSCC
    assert label.wrong_digit is None


@given(st.text(alphabet="0123456789", min_size=17, max_size=17), st.sampled_from(["", "00", "(00)", "]C100", "(00) "]))
def test_all_ssccs_are_read_under_all_prefixes(digits, prefix):
    sscc = digits + str(gs1_check_digit(digits))
    assert read_label(prefix + sscc).sscc == sscc


def test_the_rest_of_the_label_is_read_too():
    label = read_label("(02)07350001000015(37)12(10)AB-7(15)261130(413)7350001000015(410)7350001000008")
    assert (label.gtin, label.count, label.lot) == ("07350001000015", 12, "AB-7")
    assert label.best_before == date(2026, 11, 30)
    assert (label.destination, label.forward_to) == ("7350001000008", "7350001000015")
    assert read_label("]C10107350001000015" + "17261130").use_by == date(2026, 11, 30)


def test_a_wrong_check_digit_says_which_digit_and_keeps_the_code():
    label = read_label("(00)373500012345678904")
    assert label.sscc == "373500012345678904"
    assert (label.wrong_digit.place, label.wrong_digit.expected, label.wrong_digit.found) == (18, "5", "4")


def test_a_label_with_an_unreadable_field_still_gives_its_sscc():
    assert read_label("(00)" + SSCC + "(17)269999").sscc == SSCC
    assert read_label("00" + SSCC + "41073500").sscc == SSCC


@pytest.mark.parametrize("typed", ["26-000123", " 26-000123 ", "Följesedel 12 34", "DA/2026 77"])
def test_what_is_no_code_is_kept_as_typed(typed):
    label = read_label(typed)
    assert label.sscc is None
    assert label.text == typed.strip()


def test_a_code_of_wrong_length_says_how_many_digits_it_had():
    assert read_label("37350001234567890").digits == 17


@given(st.text(max_size=80) | st.text(alphabet="()]C10\x1d 4<GS>", max_size=60))
@example("\x1f]")
def test_nothing_typed_is_an_error(typed):
    label = read_label(typed)
    assert label.sscc is None or len(label.sscc) == 18
