"""Coding by configuration: the file, its mistakes, lists, defaults, and what leaves the house."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.orders import book
from gateway.settings import load_settings
from gateway.wording import explain
from shop.approving import coding_lists
from shop.approving.coding import (
    Coding,
    Default,
    Dimension,
    Entry,
    Rule,
    Where,
    joined,
    of_goods,
    of_line,
    of_unit,
    wrongs,
)
from shop.approving.coding import split as split_text
from shop.approving.coding_file import read_coding
from shop.approving.coding_now import read
from shop.approving.tables import order_coding
from shop.approving.value_list import read_values
from shop.tables import articles
from tests.shop.conftest import send
from tests.shop.test_pages import Browser, fill, numbers, pick, place
from web.security import SESSION_COOKIE, form_token

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 8, 12, tzinfo=UTC)
HERE = Path(__file__).resolve().parents[2]


def demo() -> Coding:
    coding, findings = read_coding((HERE / "coding.yaml").read_text(), "coding.yaml", lambda _: "")
    assert findings == ()
    return coding


def told(coding: Coding, text: str, lists: Any = None) -> list[str]:
    return [wrong.message % wrong.values for wrong in wrongs(coding, split_text(coding, text), lists or {}, DAY)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("separatr: x", "coding.yaml:1:1: separatr is not known here; did you mean separator? [coding-unknown]"),
        ("dimensions: {a: b}", "coding.yaml:1:13 dimensions: dimensions is a list"),
        ("dimensions:\n  - {id: Ansvar}", "coding.yaml:2:10 dimensions.1: dimensions.1.id is 'Ansvar'"),
        ("dimensions:\n  - {id: ansvar, lenth: 4}", "coding.yaml:2:18 dimensions.1: dimensions.1.lenth is not known"),
        ("dimensions:\n  - {id: ansvar, length: 5-3}", "coding.yaml:2:26 dimensions.1: dimensions.1.length is '5-3'"),
        ("dimensions:\n  - {id: ansvar, pattern: '('}", "dimensions.1.pattern is no regular expression"),
        ("dimensions:\n  - {id: ansvar, required: kanske}", "dimensions.1.required is 'kanske'; write yes or no"),
        ("dimensions:\n  - {id: a}\n  - {id: a}", "dimension a stands twice"),
        ("dimensions:\n  - {id: ansvar, values: nowhere.csv}", "nowhere.csv cannot be read"),
        ("dimensions:\n  - {id: konto}\nrules:\n  - {when: {kontto: 1}, needs: {konto: 2}}", "did you mean konto?"),
        ("dimensions:\n  - {id: konto}\nrules:\n  - {when: {konto: 1}}", "coding.yaml:4:5 rules.1: rules.1 needs both"),
        ("dimensions:\n  - {id: konto}\ndefaults:\n  - {category: foood, give: {konto: 1}}", "did you mean food?"),
        ("dimensions:\n  - {id: konto}\ndefaults:\n  - {unspsc: x, give: {konto: 1}}", "2 to 8 digits"),
        ("dimensions: [", "this is not YAML"),
        ("a: 1\na: 2", "a stands twice"),
    ],
)
def test_a_mistake_says_where_and_what_instead(line: str, said: str) -> None:
    def beside(name: str) -> str:
        raise OSError("no such file")

    _, findings = read_coding(line, "coding.yaml", beside)
    assert said in "\n".join(str(finding) for finding in findings)


def test_mistakes_are_said_in_swedish() -> None:
    text = (
        "separatr: x\ndimensions:\n  - {id: Ansvar}\n  - {id: a, length: x, pattern: '('}\nrules:\n  - {when: {b: 1}}\n"
    )
    found = read_coding(text, "coding.yaml", lambda _: "")[1]
    said = [explain(finding, "sv").what for finding in found]
    assert said[0] == "separatr är okänt här; menade du separator?"
    assert all(word not in " ".join(said) for word in ("is not", "write", "needs both", "such as"))


def test_a_broken_file_leaves_the_sound_one_in_force(tmp_path: Path) -> None:
    path = tmp_path / "coding.yaml"
    settings_ = msgspec.structs.replace(load_settings({}), coding_file=path)
    assert read(settings_).coding == Coding()
    path.write_text("dimensions:\n  - {id: ansvar, values: ansvar.csv}\n")
    (tmp_path / "ansvar.csv").write_text("värde;namn\n4100;Björken\n")
    first = read(settings_)
    assert first.findings == ()
    assert first.coding.dimensions[0].listed == {"4100": Entry("4100", "Björken")}
    path.write_text("dimensions:\n  - {idd: ansvar}\n")
    os.utime(path, (1, 1))
    broken = read(settings_)
    assert broken.coding == first.coding
    assert "did you mean id?" in str(broken.findings[0])


def test_what_is_allowed_is_said_beside_the_field() -> None:
    coding = demo()
    assert told(coding, "4120-407-6460") == []
    assert told(coding, "412-407-6460") == ["Ansvar has 4 characters, so “412” is none."]
    assert told(coding, "41a0-407-6460")[0].endswith("It is written like this: fyra siffror, till exempel 4120.")
    assert told(coding, "4120--6460") == ["Write Verksamhet."]
    assert told(coding, "4120-507-6541") == ["Konto 6541 (datorer) hör ihop med en verksamhet som börjar på 4."]
    assert told(coding, "4120-407-7310") == ["Konto 7310 kräver ett projekt."]
    listed = {"ansvar": {value: Entry(value, valid_to=date(2026, 1, 1) if value == "4130" else None)
                         for value in ("4100", "4120", "4130", "5100")}}  # fmt: skip
    assert told(coding, "4129-407-6460", listed) == [
        "“4129” is not in the list of Ansvar. Close to it: 4120, 4100, 5100."
    ]
    assert told(coding, "4130-407-6460", listed) == ["“4130” may not be used as Ansvar today."]


def test_combination_rules_name_both_sides() -> None:
    rule = Rule(when={"konto": "6460"}, needs={"ansvar": "41*"})
    both = (Dimension(id="ansvar", name="Ansvar"), Dimension(id="konto", name="Konto"))
    coding = Coding(dimensions=both, rules=(rule, Rule(when={"konto": "7*"}, needs={"ansvar": "*"})))
    assert told(coding, "5100-6460") == ["Konto 6460: Ansvar must be 41*."]
    assert told(coding, "4100-6460") == []
    assert told(coding, "-7310") == ["Konto 7*: write Ansvar too."]


def test_defaults_of_unit_department_and_goods() -> None:
    dimensions = tuple(Dimension(id=name, name=name) for name in ("ansvar", "konto"))
    defaults = (
        Default(department="kommunen", give={"ansvar": "1000"}),
        Default(department="utbildning", give={"ansvar": "2000"}),
        Default(unit="unit-1", give={"ansvar": "3000"}),
        Default(unspsc="43", give={"konto": "6540"}),
        Default(unspsc="432115", give={"konto": "6541"}),
        Default(category="food", unit="unit-1", give={"konto": "6471"}),
    )
    coding = Coding(dimensions=dimensions, defaults=defaults)
    here = Where(unit="unit-1", departments=("utbildning", "kommunen"), cost="9-6460")
    there = Where(unit="unit-2", departments=("utbildning", "kommunen"))
    assert of_unit(coding, here) == {"ansvar": "3000", "konto": "6460"}
    assert of_unit(coding, there) == {"ansvar": "2000"}
    assert of_goods(coding, here, "it", "43211503") == {"konto": "6541"}
    assert of_goods(coding, here, "it", "43990000") == {"konto": "6540"}
    assert of_goods(coding, here, "food", None) == {"konto": "6471"}
    assert of_goods(coding, there, "food", None) == {}


words = st.text("0123456789", max_size=5)
given_values = st.fixed_dictionaries({}, optional={"a": words, "b": words, "c": words})


@settings(max_examples=100)
@given(given_values, given_values, given_values, given_values)
def test_whose_word_counts_for_a_line(basket: Any, usual: Any, goods: Any, own: Any) -> None:
    coding = Coding(dimensions=tuple(Dimension(id=name, name=name) for name in "abc"))
    line = of_line(coding, basket, usual, goods, own)
    for name in "abc":
        written = basket.get(name, "")
        by_hand = written not in ("", usual.get(name, ""))
        expected = own.get(name) or (written if by_hand else goods.get(name) or written)
        assert line.get(name, "") == expected
    assert split_text(coding, joined(coding, line)) == {name: value for name, value in line.items() if value}


def test_a_list_is_read_row_by_row() -> None:
    entries, wrong = read_values("\ufeffvärde;namn;från;till\n4100;Björken;2026-01-01;\n4120;Tallen;;2026-12-31\n")
    assert entries == [
        Entry("4100", "Björken", date(2026, 1, 1), None),
        Entry("4120", "Tallen", None, date(2026, 12, 31)),
    ]
    assert wrong == []
    _, wrong = read_values("4100,A\n4100,B\n,C\n4130,D,i går\n4140,E,2026-02-01,2026-01-01\n")
    assert [line for line, _ in wrong] == [2, 3, 4, 5]
    assert "such as 2026-12-31" in wrong[2][1]


def load_list(kim: Any, dimension: str, text: str) -> Any:
    facts = {"csrf": form_token(kim.cookies[SESSION_COOKIE]), "dimension": dimension}
    return kim.post("/coding/import", data=facts, files={"file": (f"{dimension}.csv", text.encode(), "text/csv")})


def test_a_list_is_imported_used_and_taken_back(browser: Browser, stocked: sa.Engine) -> None:
    cleo, kim = browser("cleo", unit=None), browser("kim")
    assert (
        "4 värden gäller" in load_list(cleo, "ansvar", "4100;Björken\n4101;Annat\n4102;Gammalt;;2026-01-01\n5;x").text
    )
    page = fill(kim, pick(stocked))
    assert 'list="coding-ansvar-list"' in page
    assert '<option value="4100">Björken</option>' in page
    assert "4102" not in page, "over since January"
    assert "4101" in kim.get("/coding/choices?coding-ansvar=annat").text
    answer = place(kim, page, **{"coding-ansvar": "4109", "coding-verksamhet": "400", "coding-konto": "6460"})
    assert answer.status_code == 422
    assert "”4109” finns inte i listan för Ansvar. Liknande värden: 4100, 4101" in answer.text
    assert 'aria-describedby="coding-ansvar-known coding-ansvar-error"' in answer.text
    assert "4109" in answer.text, "what was written is still there"
    with stocked.connect() as conn:
        number = coding_lists.current(conn)["ansvar"]
    assert "Tillbakatagen: listan innan gäller igen" in send(cleo, "/coding/undo", number=number).text
    assert send(cleo, "/coding/undo", number=number).status_code == 409
    assert "Tack, nu är det beställt" in place(kim, page, **{"coding-ansvar": "4109"}).text


def test_a_list_with_a_bad_row_changes_nothing(browser: Browser, stocked: sa.Engine) -> None:
    cleo = browser("cleo", unit=None)
    answer = load_list(cleo, "ansvar", "4100;Björken\n4100;igen\n4120;x;2026-13-01\n")
    assert answer.status_code == 422
    assert "Rad 2" in answer.text
    assert "4100 står två gånger; den första behålls" in answer.text
    assert "2026-13-01" in answer.text
    with stocked.connect() as conn:
        assert coding_lists.current(conn) == {}
    assert load_list(cleo, "motpart", "1").status_code == 404, "its values stand in no list"
    assert load_list(browser("kim"), "ansvar", "1").status_code == 403


def test_what_leaves_the_house_and_what_is_kept(browser: Browser, stocked: sa.Engine) -> None:
    kim = browser("kim")
    article = pick(stocked)
    with stocked.connect() as conn:
        same = sa.select(articles).where(articles.c.supplier_id == article.supplier_id, articles.c.id != article.id)
        second = conn.execute(same.order_by(articles.c.id)).first()
    page = fill(kim, article, second)
    assert "Kontera raden annorlunda" in page
    send(kim, f"/basket/lines/{second.id}/coding", **{"coding-konto": "6999", "coding-projekt": "70001"})
    page = kim.get("/basket").text
    assert "Konto <b>6999</b>" in page
    assert (
        "Tack" in place(kim, page, **{"coding-ansvar": "4111", "coding-verksamhet": "400", "coding-konto": "6460"}).text
    )
    (number,) = numbers(stocked)
    with stocked.connect() as conn:
        row = book.get(conn, number)
        kept = conn.execute(sa.select(order_coding).where(order_coding.c.order_id == row.id)).all()
    assert row.order.accounting_cost == "4111-400-6460"
    assert [line.accounting_cost for line in row.order.lines] == [None, "4111-400-6999-70001"]
    assert {(one.line_id, one.dimension, one.value) for one in kept if one.line_id == "2"} == {
        ("2", "ansvar", "4111"), ("2", "verksamhet", "400"), ("2", "konto", "6999"), ("2", "projekt", "70001"),
    }  # fmt: skip
    assert "70001" in kim.get(f"/orders/{number}").text


def test_a_line_coded_wrongly_is_named(browser: Browser, stocked: sa.Engine) -> None:
    kim, article = browser("kim"), pick(stocked)
    fill(kim, article)
    send(kim, f"/basket/lines/{article.id}/coding", **{"coding-konto": "7310", "coding-ansvar": "<b>1"})
    answer = place(kim, kim.get("/basket").text)
    assert answer.status_code == 422
    assert f'href="#line-{article.id}"' in answer.text
    assert "Konto 7310 kräver ett projekt." in answer.text
    assert "<b>1" not in answer.text, "what was written is escaped"
    send(kim, f"/basket/lines/{article.id}/coding", **{"coding-konto": "", "coding-ansvar": ""})
    assert "Tack, nu är det beställt" in place(kim, kim.get("/basket").text).text


def test_a_try_shows_what_it_becomes(browser: Browser) -> None:
    cleo = browser("cleo", unit=None)
    good = send(cleo, "/coding/try", unit="unit-0001", category="it", **{"coding-ansvar": "4200"}).text
    assert "4200-400-6541" in good
    bad = send(cleo, "/coding/try", unit="unit-0001", **{"coding-konto": "12"}).text
    assert "Konto har 4 tecken" in bad
    assert send(cleo, "/coding/try", unit="nowhere").status_code == 422
    assert browser("kim").get("/coding").status_code == 403
