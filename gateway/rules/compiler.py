"""ISO Schematron (query binding xslt2 or xslt3) to an XSLT 3.0 stylesheet.

Each pattern is a mode that skips what no rule names; each rule a template whose priority falls with its place, because
in a pattern the first rule that matches an element is the only one for it; each failed assert writes one `f` element
with id, flag, path and text. Includes and abstract patterns are refused: no published package here has them.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from gateway.findings import Place, reject
from gateway.xml import line_of

SCH = "{http://purl.oclc.org/dsdl/schematron}"
XSL_URI = "http://www.w3.org/1999/XSL/Transform"
XSL = f"{{{XSL_URI}}}"
_BINDINGS = {"xslt2", "xslt3"}
_NOT_READ = ("include", "param")
_PREDICATE = re.compile(r"\[[^\[\]]*\]")
_STRING = re.compile(r"\"[^\"]*\"|'[^']*'")


def namespaces(schema: etree._Element) -> dict[str, str]:
    """Prefix to namespace, as the rules' expressions use them."""
    declared = {prefix: uri for prefix, uri in schema.nsmap.items() if prefix}
    return declared | {ns.get("prefix", ""): ns.get("uri", "") for ns in schema.iter(f"{SCH}ns")}


def stylesheet(schema: etree._Element) -> str:
    """The XSLT. Raises `Rejected` for a schema that uses what is not read here."""
    _refuse(schema)
    prefixes = namespaces(schema) | {"xsl": XSL_URI, "err": "http://www.w3.org/2005/xqt-errors"}
    sheet = etree.Element(f"{XSL}stylesheet", {"version": "3.0"}, nsmap=prefixes)
    sheet.set("exclude-result-prefixes", "#all")
    _sub(sheet, "output", method="xml", **{"omit-xml-declaration": "yes"})
    for child in schema.iterchildren():
        if isinstance(child.tag, str) and child.tag.startswith(XSL):
            sheet.append(copy.deepcopy(child))
    patterns = schema.findall(f"{SCH}pattern")
    uses = Counter(let.get("name") for let in [*schema.findall(f"{SCH}let"), *schema.findall(f"{SCH}pattern/{SCH}let")])
    for let in schema.findall(f"{SCH}let"):
        _let(sheet, let)
    main = _sub(_sub(sheet, "template", match="/"), "element", name="findings")
    for number, pattern in enumerate(patterns):
        _sub(main, "apply-templates", select=".", mode=f"p{number}")
        _pattern(sheet, pattern, f"p{number}", uses)
    return etree.tostring(sheet, encoding="unicode")


def _refuse(schema: etree._Element) -> None:
    if schema.tag != f"{SCH}schema":
        raise _unread(schema, f"the root is {schema.tag}; expected schema in the ISO Schematron namespace")
    if schema.get("queryBinding") not in _BINDINGS:
        raise _unread(
            schema, f"queryBinding is {schema.get('queryBinding')}; expected {' or '.join(sorted(_BINDINGS))}"
        )
    for name in _NOT_READ:
        for found in schema.iter(f"{SCH}{name}"):
            raise _unread(found, f"{name} is not read here; install the package in its flat form")
    for pattern in schema.iter(f"{SCH}pattern"):
        if pattern.get("abstract") == "true" or pattern.get("is-a"):
            raise _unread(pattern, "abstract patterns are not read here; install the package in its flat form")


def _unread(element: etree._Element, message: str) -> Exception:
    return reject("schematron", message, Place(line=line_of(element), path=etree.QName(element).localname))


def _sub(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{XSL}{tag}", attributes)


def _let(parent: etree._Element, let: etree._Element, root: str = "") -> None:
    variable = _sub(parent, "variable", name=let.get("name", ""))
    value = let.get("value")
    if value is not None:
        variable.set("select", f"{root}({value})" if root else value)
        return
    variable.text = let.text
    variable.extend(copy.deepcopy(child) for child in let)


def _pattern(sheet: etree._Element, pattern: etree._Element, mode: str, uses: Counter[str | None]) -> None:
    """A pattern's lets are global where their name stands once; otherwise each rule has them, seen from the root."""
    _sub(sheet, "mode", name=mode, **{"on-no-match": "shallow-skip"})
    lets = pattern.findall(f"{SCH}let")
    for let in lets:
        if uses[let.get("name")] == 1:
            _let(sheet, let)
    rules = [rule for rule in pattern.findall(f"{SCH}rule") if rule.get("abstract") != "true"]
    deeper = "*" if all(_matches_elements(rule.get("context", "")) for rule in rules) else "@* | node()"
    walk = _sub(sheet, "template", match="/ | *", mode=mode, priority="-1")
    _sub(walk, "apply-templates", select=deeper, mode=mode)
    for place, rule in enumerate(rules):
        template = _sub(sheet, "template", match=rule.get("context", ""), mode=mode, priority=str(len(rules) - place))
        own = [(let, "root(.)/") for let in lets if uses[let.get("name")] > 1]
        _rule(template, rule, own)
        _sub(template, "apply-templates", select=deeper, mode=mode)


def _rule(template: etree._Element, rule: etree._Element, lets: list[tuple[etree._Element, str]]) -> None:
    """The checks of a rule, each with its own copy of the lets above it: one that fails costs only what reads it."""
    for part in _parts(rule):
        if part.tag == f"{SCH}let":
            lets.append((part, ""))
            continue
        attempt = _sub(template, "try")
        for let, root in lets:
            _let(attempt, let, root)
        _check(attempt, part, rule)


def _matches_elements(context: str) -> bool:
    """Whether nothing but elements can match, so that attributes and texts need not be visited."""
    bare, before = _STRING.sub("", context), ""
    while bare != before:
        bare, before = _PREDICATE.sub("", bare), bare
    return not re.search(r"@|attribute|\(|node|text", bare)


def _parts(rule: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    """The lets, asserts and reports of a rule in order, with those of the abstract rules that it extends."""
    if depth > 10:
        raise _unread(rule, "rules extend each other in a circle")
    for part in rule.iterchildren(f"{SCH}let", f"{SCH}assert", f"{SCH}report", f"{SCH}extends"):
        if part.tag != f"{SCH}extends":
            yield part
            continue
        name = part.get("rule")
        abstract = [other for other in rule.getroottree().iter(f"{SCH}rule") if name and other.get("id") == name]
        if not abstract:
            raise _unread(part, f"the rule {name or part.get('href')} that is extended is not in this file")
        yield from _parts(abstract[0], depth + 1)


def _check(attempt: etree._Element, check: etree._Element, rule: etree._Element) -> None:
    """An assert speaks when its test is false, a report when it is true, both when their test cannot be computed."""
    test = check.get("test", "")
    spoken = f"not({test})" if check.tag == f"{SCH}assert" else test
    flag = check.get("flag") or check.get("role") or rule.get("flag") or rule.get("role") or "fatal"
    found = _finding(_sub(attempt, "if", test=spoken), check, flag)
    _message(found, check)
    for name in (check.get("diagnostics") or "").split():
        for diagnostic in check.getroottree().iter(f"{SCH}diagnostic"):
            if diagnostic.get("id") == name:
                _sub(found, "text").text = " "
                _message(found, diagnostic)
    caught = _finding(_sub(attempt, "catch"), check, flag)
    _sub(caught, "text").text = "a value here is not what it should be ("
    _sub(caught, "value-of", select="$err:description")
    _sub(caught, "text").text = "), so that this rule cannot be judged: "
    _sub(caught, "text").text = "".join(str(words) for words in check.itertext())


def _finding(parent: etree._Element, check: etree._Element, flag: str) -> etree._Element:
    found = _sub(parent, "element", name="f")
    for name, value in (("id", check.get("id") or "schematron"), ("flag", flag)):
        _sub(found, "attribute", name=name).text = value
    _sub(found, "attribute", name="path", select="path(.)")
    return found


def _message(parent: etree._Element, element: etree._Element) -> None:
    """The words of an assert, with what it reads from the document; markup in them is left away."""
    _sub(parent, "text").text = element.text or ""
    for child in element:
        if child.tag == f"{SCH}value-of":
            _sub(parent, "value-of", select=child.get("select", ""))
        elif child.tag == f"{SCH}name":
            _sub(parent, "value-of", select=f"name({child.get('path', '.')})")
        elif isinstance(child.tag, str):
            _message(parent, child)
        _sub(parent, "text").text = child.tail or ""
