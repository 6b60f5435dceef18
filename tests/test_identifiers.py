"""Identifiers: valid or not made at all, with a message that says what was expected and found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identifiers import Gln, Gtin, OrgNumber, ParticipantId, Sscc, gs1_check_digit, luhn_check_digit

GS1 = {Gln: 12, Gtin: 13, Sscc: 17}


@pytest.mark.parametrize("kind", GS1)
@given(data=st.data())
def test_the_right_check_digit_is_accepted_and_every_other_refused(kind, data):
    body = data.draw(st.text("0123456789", min_size=GS1[kind], max_size=GS1[kind]))
    right = gs1_check_digit(body)
    assert kind(f"{body}{right}") == f"{body}{right}"
    wrong = data.draw(st.integers(0, 9).filter(lambda digit: digit != right))
    with pytest.raises(ValueError, match=f"check digit should be {right}, found {wrong}"):
        kind(f"{body}{wrong}")


@given(st.text("0123456789", min_size=9, max_size=9))
def test_an_organisation_number_obeys_luhn(body):
    number = f"{body}{luhn_check_digit(body)}"
    assert OrgNumber(f"{number[:6]}-{number[6:]}") == number
    assert ParticipantId(f"0007:{number}").value == number


@given(st.text(max_size=30))
def test_anything_else_is_a_value_error(text):
    for kind in (Gln, Gtin, Sscc, OrgNumber, ParticipantId):
        try:
            made = kind(text)
        except ValueError as error:
            assert repr(text) in str(error) or "is not" in str(error)
        else:
            assert kind(made) == made


def test_known_numbers():
    assert OrgNumber("212000-3005").vat_number == "SE212000300501"
    assert format(OrgNumber("2120003005"), "dash") == "212000-3005"
    assert Sscc("]C100373500010000000016") == "373500010000000016"
    assert format(Sscc("(00) 3 7350001 000000001 6"), "label") == "(00) 3 7350001 000000001 6"
    assert Gtin("7350001000107").padded == "07350001000107"
    with pytest.raises(ValueError, match="10 digits are expected"):
        OrgNumber("SE212000300501")
