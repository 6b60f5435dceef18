"""A proposal told to a person, beside the data, or to a program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gateway.findings import Finding
from gateway.learn.guess import Guess
from gateway.learn.learn import Learned
from gateway.learn.study import Study
from gateway.learn.trial import Trial
from gateway.learn.values import said, table
from gateway.wording import Language, explain

_LABELS: dict[str, dict[Language, str]] = {
    "order": {"sv": "beställning", "en": "order"},
    "order_response": {"sv": "ordersvar", "en": "order response"},
    "despatch_advice": {"sv": "leveransavisering", "en": "despatch advice"},
    "catalogue": {"sv": "prislista", "en": "price list"},
    "sure": {"sv": "säker", "en": "sure"},
    "likely": {"sv": "trolig", "en": "likely"},
    "unsure": {"sv": "osäker", "en": "unsure"},
    "lost": {"sv": "tas inte med", "en": "not carried"},
    "head": {
        "sv": "kolumn|exempel|→ uppgift|läses som|säkerhet|varför",
        "en": "column|examples|→ term|read as|how sure|why",
    },
    "rows": {"sv": "rader", "en": "rows"},
    "bare": {"sv": "utan rubrikrad", "en": "no header row"},
    "codes": {"sv": "koder", "en": "codes"},
    "same": {"sv": "det vi skriver är filen, byte för byte", "en": "what we write is the file, byte for byte"},
    "alike": {"sv": "det vi skriver har samma celler som filen", "en": "what we write has the same cells as the file"},
    "other": {"sv": "det vi skriver skiljer sig från filen:", "en": "what we write differs from the file:"},
    "read": {"sv": "läst och skriven tillbaka lika: {0} dokument", "en": "read and written back alike: {0} documents"},
    "unread": {"sv": "filen kunde inte läsas med förslaget", "en": "the file could not be read with the proposal"},
    "doubts": {"sv": "Osäkert, någon behöver titta:", "en": "In doubt, somebody has to look:"},
    "notes": {"sv": "Bra att veta:", "en": "Good to know:"},
    "proposal": {"sv": "Förslag, mappings/dialects/{0}.yaml:", "en": "Proposal, mappings/dialects/{0}.yaml:"},
    "sound": {
        "sv": "Förslaget läser filen, och inget är osäkert.",
        "en": "The proposal reads the file, and nothing is in doubt.",
    },
    "open": {"sv": "Förslaget har {0} tvivel; se ovan.", "en": "The proposal has {0} doubts; see above."},
}  # fmt: skip


def told(learned: Learned, language: Language) -> str:
    """The whole proposal as text: each file beside its terms, the table, what is in doubt, and how to settle it."""
    lines: list[str] = []
    for study in learned.studies:
        trial = next((one for one in learned.trials if one.source == study.source), None)
        lines += [*_file(study, trial, language), ""]
    if learned.text:
        lines += [_label("proposal", language, learned.name), "", *learned.text.splitlines(), ""]
    lines += _findings("doubts", learned.doubts, language) + _findings("notes", learned.notes, language)
    closing = _label("sound", language) if learned.sound else _label("open", language, len(learned.doubts))
    return "\n".join([*lines, closing])


def facts(learned: Learned, language: Language | None) -> dict[str, Any]:
    """The same for programs."""
    return {
        "name": learned.name,
        "sound": learned.sound,
        "dialect": learned.text,
        "files": [_facts(study, learned) for study in learned.studies],
        "doubts": [_finding(one, language) for one in learned.doubts],
        "notes": [_finding(one, language) for one in learned.notes],
    }


def _label(name: str, language: Language, *values: object) -> str:
    return _LABELS[name][language].format(*values)


def _file(study: Study, trial: Trial | None, language: Language) -> list[str]:
    sheet = study.sheet
    layout = [sheet.encoding, repr(sheet.separator), f"{len(sheet.rows)} {_label('rows', language)}"]
    layout += [] if sheet.names else [_label("bare", language)]
    first = trial.documents[0] if trial and trial.documents else None
    rows = [_label("head", language).split("|")]
    for guess in study.guesses:
        value = said(first, guess.term) if first and guess.term else ""
        shown = " · ".join(guess.examples)
        reason = _reason(guess, language)
        rows.append([guess.name, shown, guess.term, value, _label(guess.confidence, language), reason])
    lines = [f"{study.source}: {_label(study.document, language)} · {' · '.join(layout)}", ""]
    lines += [f"  {line}" for line in table(rows, 60)]
    return [*lines, "", *_codes(study, language), *_trial(trial, language)]


def _reason(guess: Guess, language: Language) -> str:
    return explain(Finding(rule="learn-column", message=guess.reason), language).what


def _codes(study: Study, language: Language) -> list[str]:
    return [
        f"  {_label('codes', language)} {name}: "
        + ", ".join(f"{' / '.join(words)} = {code}" for code, words in spoken.items() if words)
        for name, spoken in study.codes.items()
        if any(words for words in spoken.values())
    ]


def _trial(trial: Trial | None, language: Language) -> list[str]:
    if trial is None or not trial.documents:
        return [f"  {_label('unread', language)}"]
    lines = [f"  {_label('read', language, len(trial.documents))}"] if trial.returned else []
    if trial.again:
        lines.append(f"  {_label(trial.again, language)}")
    if trial.again == "other":
        lines += [f"    {line}" for line in trial.written.splitlines()[:3]]
    return lines


def _findings(name: str, findings: Iterable[Finding], language: Language) -> list[str]:
    """Each with what to do about it; what several columns share is said for each, what to do once."""
    lines: list[str] = []
    todo = ""
    for finding in findings:
        words = explain(finding, language)
        place = str(finding.place)
        if words.todo != todo and todo and name == "doubts":
            lines.append(f"    → {todo}")
        todo = words.todo
        lines.append(
            f"  {'!' if finding.fatal else '?' if name == 'doubts' else '·'} {place}{': ' if place else ''}{words.what}"
        )
    if todo and name == "doubts":
        lines.append(f"    → {todo}")
    return [_label(name, language), *lines, ""] if lines else []


def _finding(finding: Finding, language: Language | None) -> dict[str, Any]:
    words = explain(finding, language) if language else None
    return {
        "rule": finding.rule,
        "stops": finding.fatal,
        "file": finding.place.source,
        "column": finding.place.path,
        "message": words.what if words else finding.message,
    } | ({"todo": words.todo} if words else {})


def _facts(study: Study, learned: Learned) -> dict[str, Any]:
    trial = next((one for one in learned.trials if one.source == study.source), None)
    first = trial.documents[0] if trial and trial.documents else None
    return {
        "file": study.source,
        "document": study.document,
        "encoding": study.sheet.encoding,
        "separator": study.sheet.separator,
        "header": bool(study.sheet.names),
        "rows": len(study.sheet.rows),
        "columns": [
            {
                "name": guess.name,
                "examples": guess.examples,
                "column": guess.column,
                "term": guess.term,
                "read_as": said(first, guess.term) if first and guess.term else "",
                "confidence": guess.confidence,
                "reason": guess.reason,
            }
            for guess in study.guesses
        ],
        "documents": len(trial.documents) if trial else 0,
        "returned": bool(trial and trial.returned),
        "compared": trial.again if trial else "",
    }
