"""A rule's asserts and reports in XSLT: each that fails writes one `f` element with id, flag, path and text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from gateway.rules.sheet import SCH, Lets, add, declare, unread, written_at

# Tests that cannot fail to be computed: whether an element or attribute is there.
_SAFE = re.compile(r"(?:true|false)\(\)|@?[\w:.-]+(?:/@?[\w:.-]+)*|not\(\s*@?[\w:.-]+(?:/@?[\w:.-]+)*\s*\)")


def judge(template: etree._Element, rule: etree._Element, lets: Lets) -> None:
    """The checks of a rule, each with its own copy of the lets that it uses: what fails costs only its readers."""
    known = list(lets)
    for part in _parts(rule):
        if part.tag == f"{SCH}let":
            known.append((part, ""))
        elif _SAFE.fullmatch(part.get("test", "").strip()) and not len(part):
            _speak(template, part, rule)
        else:
            attempt = add(template, "try")
            for let, root in _used(part, known):
                declare(attempt, let, root)
            _speak(attempt, part, rule)
            _catch(attempt, part, rule)


def _used(check: etree._Element, lets: Lets) -> Lets:
    """The lets that a check or its words name, and those that these name, in their order."""
    words = "".join(etree.tostring(part, encoding="unicode", with_tail=False) for part in (check, *_diagnostics(check)))
    used: Lets = []
    for let, root in reversed(lets):
        if re.search(rf"\${re.escape(let.get('name', ''))}(?![\w.-])", words):
            used.append((let, root))
            words += etree.tostring(let, encoding="unicode", with_tail=False)
    return used[::-1]


def _diagnostics(check: etree._Element) -> list[etree._Element]:
    names = (check.get("diagnostics") or "").split()
    if not names:
        return []
    return [found for found in check.getroottree().iter(f"{SCH}diagnostic") if found.get("id") in names]


def _parts(rule: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    """The lets, asserts and reports of a rule in order, with those of the abstract rules that it extends."""
    if depth > 10:
        raise unread(rule, "rules extend each other in a circle")
    for part in rule.iterchildren(f"{SCH}let", f"{SCH}assert", f"{SCH}report", f"{SCH}extends"):
        if part.tag != f"{SCH}extends":
            yield part
            continue
        name = part.get("rule")
        abstract = [other for other in rule.getroottree().iter(f"{SCH}rule") if name and other.get("id") == name]
        if not abstract:
            raise unread(part, f"the rule {name or part.get('href')} that is extended is not in this file")
        yield from _parts(abstract[0], depth + 1)


def _speak(parent: etree._Element, check: etree._Element, rule: etree._Element) -> None:
    """An assert speaks when its test is false, a report when it is true."""
    test = check.get("test", "")
    spoken = f"not({test})" if check.tag == f"{SCH}assert" else test
    found = _finding(written_at(add(parent, "if", test=spoken), check), check, rule)
    _message(found, check)
    for diagnostic in _diagnostics(check):
        add(found, "text").text = " "
        _message(found, diagnostic)


def _catch(attempt: etree._Element, check: etree._Element, rule: etree._Element) -> None:
    """Assert and report alike speak when their test cannot be computed."""
    caught = _finding(add(attempt, "catch"), check, rule)
    add(caught, "text").text = "a value here is not what it should be ("
    add(caught, "value-of", select="$err:description")
    add(caught, "text").text = "), so that this rule cannot be judged: "
    add(caught, "text").text = "".join(str(words) for words in check.itertext())


def _finding(parent: etree._Element, check: etree._Element, rule: etree._Element) -> etree._Element:
    flag = check.get("flag") or check.get("role") or rule.get("flag") or rule.get("role") or "fatal"
    found = add(parent, "element", name="f")
    for name, value in (("id", check.get("id") or "schematron"), ("flag", flag)):
        add(found, "attribute", name=name).text = value
    add(found, "attribute", name="path", select="path(.)")
    return found


def _message(parent: etree._Element, element: etree._Element) -> None:
    """The words of an assert, with what it reads from the document; markup in them is left away."""
    add(parent, "text").text = element.text or ""
    for child in element:
        if child.tag == f"{SCH}value-of":
            add(parent, "value-of", select=child.get("select", ""))
        elif child.tag == f"{SCH}name":
            add(parent, "value-of", select=f"name({child.get('path', '.')})")
        elif isinstance(child.tag, str):
            _message(parent, child)
        add(parent, "text").text = child.tail or ""
