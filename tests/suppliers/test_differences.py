"""What a new revision changes, fact by fact."""

from __future__ import annotations

from gateway.suppliers.differences import Change, differences
from tests.suppliers.files import HEAD, TAIL, read


def test_two_revisions_alike_differ_in_nothing() -> None:
    moved = HEAD.replace("suppliers:\n", "\n\n# a remark\nsuppliers:\n") + TAIL
    assert not differences(read(HEAD + TAIL), read(moved)).any


def test_who_comes_who_goes_and_what_changes() -> None:
    before = read(HEAD + TAIL)
    text = HEAD.replace("http://a", "http://b").replace("category: care", "lane: {retry: {first: 5s}}")
    after = read(text + TAIL.replace("omega", "sigma"))
    found = differences(before, after)
    assert (found.added, found.removed, list(found.changed)) == (("sigma",), ("omega",), ["alfa"])
    assert found.changed["alfa"] == (
        Change("settings.url", "http://a", "http://b"),
        Change("category", "care", "other"),
        Change("lane.retry.first", "PT60S", "PT5S"),
    )
    assert str(found) == "1 added, 1 changed, 1 removed"
