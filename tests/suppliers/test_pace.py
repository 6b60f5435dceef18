"""Lanes, deadlines and owners: said in profiles and of suppliers, nonsense pointed at."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from gateway.suppliers.agreement import NOBODY, Deadlines, Lane, Plan, Window
from gateway.suppliers.durations import duration, spelled
from gateway.suppliers.supplier import Supplier
from gateway.wording import explain
from tests.suppliers.files import HEAD, LINE, TAIL, read, told, where
from tests.suppliers.test_mistakes import GOOD

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SLOW = "  slow: {profile: files, lane: {concurrency: 2, timeout: 20s, retry: {longest: 2h}, open: mon 07:00-18:00}}\n"


def _beta(facts: str, profiles: str = "") -> Supplier:
    line = f"  - {{id: beta, name: Beta AB, org: 5500000020, {facts}}}\n"
    suppliers = read(HEAD.replace("suppliers:\n", profiles + "suppliers:\n") + line + TAIL)
    assert [str(finding) for finding in suppliers.findings] == []
    return suppliers.by_id["beta"]


def test_what_is_not_said_is_as_everywhere() -> None:
    beta = _beta("profile: files")
    assert (beta.lane, beta.deadlines, beta.owner) == (Lane(), Deadlines(), NOBODY)
    assert not beta.lane.retry.says_first


def test_everything_can_be_said() -> None:
    beta = _beta(
        "profile: files, owner: alex, deadlines: {acknowledgement: 2h, response: 1d, despatch: 1w},"
        " lane: {concurrency: 2, per_minute: 30, timeout: 20s, retry: {first: 1m, longest: 1h30m, patience: 3d},"
        " breaker: 5, open: 'mon-fri 07:00-18:00, lör 8.00-24:00'}"
    )
    assert beta.lane == Lane(
        concurrency=2,
        per_minute=30,
        timeout=timedelta(seconds=20),
        retry=Plan(first=timedelta(minutes=1), longest=1.5 * HOUR, patience=3 * DAY),
        windows=(
            Window(days=frozenset(range(5)), start=time(7), end=time(18)),
            Window(days=frozenset({5}), start=time(8), end=time(0)),
        ),
        breaker=5,
    )
    assert beta.deadlines == Deadlines(acknowledgement=2 * HOUR, response=DAY, despatch=7 * DAY)
    assert beta.owner == "alex"
    assert beta.lane.retry.says_first


def test_a_supplier_says_its_own_on_top_of_its_profile_key_by_key() -> None:
    beta = _beta("profile: slow, lane: {timeout: 5s, retry: {first: 30s}}", SLOW)
    assert (beta.lane.concurrency, beta.lane.timeout) == (2, timedelta(seconds=5))
    assert beta.lane.retry == Plan(first=timedelta(seconds=30), longest=2 * HOUR)
    assert _beta("profile: slow, lane: {open: ~, concurrency: ~}", SLOW).lane.windows == ()


def test_the_time_out_is_the_transports_where_that_says_nothing() -> None:
    assert _beta("profile: slow", SLOW).settings.timeout_seconds == 20
    assert _beta("profile: slow, transport: {timeout_seconds: 7}", SLOW).settings.timeout_seconds == 7
    assert _beta("profile: files").settings.timeout_seconds == 10


def test_hours_may_be_a_list_and_run_over_the_weekend() -> None:
    windows = _beta("profile: files, lane: {open: [fri-mon 22:00-24:00, tis 00:00-06:00]}").lane.windows
    assert windows[0] == Window(days=frozenset({4, 5, 6, 0}), start=time(22), end=time(0))
    assert windows[1] == Window(days=frozenset({1}), start=time(0), end=time(6))


@pytest.mark.parametrize(
    ("facts", "words", "rule"),
    [
        ("lane: ^fast", "lane is a mapping such as {concurrency: 2, timeout: 20s}; found a text", "type"),
        ("lane: {^concurency: 2}", "lane.concurency is not known; did you mean concurrency?", "unknown-lane"),
        ("lane: {concurrency: ^0}", "lane.concurrency '0' is not a whole number from 1 to 100, such as 2", "lane"),
        ("lane: {concurrency: ^two}", "'two' is not a whole number", "lane"),
        ("lane: {concurrency: ^[2]}", "lane.concurrency is text; found a list", "type"),
        ("lane: {breaker: ^''}", "lane.breaker is empty", "missing"),
        ("lane: {per_minute: ^100000}", "is not a whole number from 1 to 6000", "lane"),
        ("lane: {timeout: ^20}", "'20' is not a length of time, such as 30s, 15m, 2h, 3d or 1w; did you mean 20s?",
         "lane"),
        ("lane: {timeout: ^2 tim}", "did you mean 2h?", "lane"),
        ("lane: {timeout: ^soon}", "lane.timeout 'soon' is not a length of time", "lane"),
        ("lane: {timeout: ^1h}", "lane.timeout '1h' is not between 1s and 10m", "lane"),
        ("lane: {timeout: ^'${TIME}'}", "TIME is not set", "placeholder"),
        ("lane: {retry: ^1m}", "lane.retry is a mapping such as {first: 1m, longest: 6h, patience: 3d}", "type"),
        ("lane: {retry: {^frist: 1m}}", "lane.retry.frist is not known; did you mean first?", "unknown-lane"),
        ("lane: {retry: {first: 2h, longest: ^1h}}", "lane.retry.first 2h is longer than longest 1h", "lane"),
        ("lane: {retry: {first: ^7h}}", "lane.retry.first 7h is longer than longest 6h (the default)", "lane"),
        ("lane: {retry: {patience: ^30s}}", "lane.retry.patience 30s is shorter than first 1m (the default)", "lane"),
        ("lane: {open: ^always}", "lane.open 'always' is not a day with hours, such as mon-fri 07:00-18:00", "lane"),
        ("lane: {open: ^mond-fri 07:00-18:00}", "'mond' is not a day of the week; did you mean mon?", "lane"),
        ("lane: {open: mon-fri 07:00-^25:00}", "'25:00' is not a time of the day, such as 07:00", "lane"),
        ("lane: {open: mon ^18:00-07:00}", "'mon 18:00-07:00' ends before it begins", "lane"),
        ("lane: {open: 'mon-fri 07:00-18:00, ^fre 17:00-20:00'}",
         "'fre 17:00-20:00' overlaps with 'mon-fri 07:00-18:00'", "lane"),
        ("deadlines: ^1d", "deadlines is a mapping such as {acknowledgement: 2h, response: 1d}; found a text", "type"),
        ("deadlines: {^dispatch: 1d}", "deadlines.dispatch is not known; did you mean despatch?", "unknown-deadlines"),
        ("deadlines: {despatch: 1h, response: ^2h}", "deadlines.despatch 1h is shorter than response 2h", "deadlines"),
        ("deadlines: {response: 2d, despatch: ^1d}", "deadlines.despatch 1d is shorter than response 2d", "deadlines"),
        ("deadlines: {response: ^0s}", "deadlines.response '0s' is not between 1m and 52w", "deadlines"),
        ("owner: ^Alex Exempel", "owner 'Alex Exempel' is not a log-in such as alex, or an e-mail address", "owner"),
    ],
)  # fmt: skip
def test_nonsense_is_pointed_at(facts: str, words: str, rule: str) -> None:
    line = f"  - {{{GOOD}, {facts}}}"
    finding = told(line.replace("^", "", 1))
    assert words in finding.message
    assert finding.rule == f"supplier-{rule}"
    assert where(finding) == (LINE, line.index("^") + 1)
    swedish = explain(finding, "sv")
    assert finding.message not in swedish.what
    assert not swedish.what.startswith("Värdet går inte att använda")


def test_a_pair_of_layers_that_does_not_go_together_is_told_where_the_supplier_says_its_own() -> None:
    line = f"  - {{{GOOD.replace('files', 'slow')}, lane: {{retry: {{first: 3h}}}}}}"
    suppliers = read(HEAD.replace("suppliers:\n", SLOW + "suppliers:\n") + line + "\n" + TAIL)
    (finding,) = suppliers.findings
    assert finding.message == "lane.retry.first 3h is longer than longest 2h"
    assert where(finding) == (LINE + 1, line.index("3h") + 1)


@pytest.mark.parametrize("text", ["1s", "1h30m", "2d", "1w", "52w", "59m59s"])
def test_lengths_of_time_are_spelled_as_they_are_written(text: str) -> None:
    assert spelled(duration(text)) == text
