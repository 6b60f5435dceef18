"""The suppliers file of the repository, and the law that a broken line costs one supplier."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.identifiers import Gln, OrgNumber
from gateway.suppliers.invent import invent
from gateway.suppliers.supplier import Supplier
from tests.suppliers.files import read

FILE = Path(__file__).resolve().parents[2] / "suppliers.yaml"


@cache
def sound() -> dict[str, Supplier]:
    return read(invent(1200)).by_id


def test_the_file_is_what_the_generator_makes() -> None:
    assert FILE.read_text("utf-8") == invent(1200)


def test_the_file_is_sound_and_has_the_shares_of_the_field() -> None:
    suppliers = read(FILE.read_text("utf-8"))
    assert suppliers.findings == ()
    assert len(suppliers) == 1200
    shares = Counter(supplier.transport for supplier in suppliers)
    assert shares == {"access_point": 660, "sftp": 300, "email": 120, "cxml": 60, "portal": 60}
    assert Counter(supplier.punchout for supplier in suppliers) == {"": 1194, "oci": 3, "cxml": 2, "peppol": 1}
    assert len({supplier.dialect for supplier in suppliers if supplier.transport == "sftp"}) == 7
    assert len({supplier.name for supplier in suppliers}) == 1200
    assert len({supplier.category for supplier in suppliers}) >= 10


@pytest.mark.parametrize("n", [1, 2, 20, 333, 5000])
def test_any_number_can_be_invented_and_is_the_same_every_time(n: int) -> None:
    suppliers = read(invent(n))
    assert invent(n) == invent(n)
    assert (len(suppliers), suppliers.findings) == (n, ())
    assert len(suppliers.by_gln) == n
    assert len({supplier.org_number for supplier in suppliers}) == n
    if n >= 128:
        assert {supplier.profile for supplier in suppliers} == {
            "peppol", "peppol-advanced", "csv", "svehandel", "sveorder", "skogsbagaren", "malarkem", "uppkontor",
            "tradgard", "email", "cxml", "cxml-shop", "cxml-oci", "cxml-peppol", "portal",
        }  # fmt: skip


def test_numbers_are_valid_and_from_series_that_nobody_has() -> None:
    for supplier in sound().values():
        assert OrgNumber(supplier.org_number).startswith("5500")
        assert supplier.gln is not None
        assert Gln(supplier.gln).startswith("7350001")


@pytest.mark.parametrize("n", [0, -1, 100_000])
def test_numbers_of_suppliers_that_cannot_be_invented_are_refused(n: int) -> None:
    with pytest.raises(ValueError, match="ask for 1 to 99999"):
        invent(n)


_BREAKS = st.one_of(
    st.tuples(st.just("cut"), st.integers(1, 60)),
    st.tuples(st.just("put"), st.text(st.sampled_from("{}[]\"'\t:*&!|>%@#-, \x00\ud800"), min_size=1, max_size=4)),
    st.tuples(st.just("swap"), st.sampled_from([("id:", "di:"), ("org: 5", "org: 6"), ("profile: ", "profile: x")])),
)


def broken(line: str, how: tuple[str, object], at: int) -> str:
    """`line` with some of it cut away, something put into it, or a word changed."""
    place = at % len(line)
    kind, what = how
    if kind == "cut" and isinstance(what, int):
        return line[:place] + line[place + what :]
    if kind == "put" and isinstance(what, str):
        return line[:place] + what + line[place:]
    assert isinstance(what, tuple)
    return line.replace(*what)


@settings(max_examples=40, deadline=None)
@given(place=st.integers(0, 1199), at=st.integers(0, 300), how=_BREAKS)
def test_one_broken_line_never_stops_the_other_1199(place: int, at: int, how: tuple[str, object]) -> None:
    lines = invent(1200).split("\n")
    first = lines.index("suppliers:") + 1
    lines[first + place] = broken(lines[first + place], how, at)
    suppliers = read("\n".join(lines))
    victim = next(supplier for supplier in sound().values() if supplier.line == first + place + 1)
    others = {id: supplier for id, supplier in sound().items() if id != victim.id}
    assert {id: suppliers.get(id) for id in others} == others
    commented_out = lines[first + place].lstrip().startswith("#")
    if len(suppliers) < 1200 and not commented_out:
        assert any(finding.place.line == victim.line for finding in suppliers.findings)
