"""ISO Schematron (query binding xslt2 or xslt3) to an XSLT 3.0 stylesheet.

Each pattern is a mode that skips what no rule names; each rule a template whose priority falls with its place, because
in a pattern the first rule that matches an element is the only one for it; each failed assert writes one `f` element
with id, flag, path and text. Includes and abstract patterns are refused: no published package here has them.
"""

from __future__ import annotations

import copy
import re

from lxml import etree

from gateway.rules.checks import judge
from gateway.rules.codelists import MAP_URI, PREFIX, ask_maps, declare_maps, is_constant
from gateway.rules.paths import Branch, branches
from gateway.rules.sheet import SCH, SOURCE_URI, XSL, XSL_URI, Lets, add, declare, unread, written_at

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
    schema = copy.deepcopy(schema)
    prefixes = namespaces(schema) | {"xsl": XSL_URI, "err": "http://www.w3.org/2005/xqt-errors", PREFIX: MAP_URI}
    prefixes["source"] = SOURCE_URI
    sheet = etree.Element(f"{XSL}stylesheet", {"version": "3.0"}, nsmap=prefixes)
    sheet.set("exclude-result-prefixes", "#all")
    add(sheet, "output", method="xml", **{"omit-xml-declaration": "yes"})
    lets = [*schema.findall(f"{SCH}let"), *schema.findall(f"{SCH}pattern/{SCH}let")]
    ask_maps(schema, declare_maps(sheet, lets))
    for child in schema.iterchildren():
        if isinstance(child.tag, str) and child.tag.startswith(XSL):
            sheet.append(copy.deepcopy(child))
    patterns = schema.findall(f"{SCH}pattern")
    for let in lets:
        if _alone(let, lets):
            declare(sheet, let)
    main = add(add(sheet, "template", match="/"), "element", name="findings")
    for number, pattern in enumerate(patterns):
        add(main, "apply-templates", select=".", mode=f"p{number}")
        _pattern(sheet, pattern, f"p{number}", lets)
    return etree.tostring(sheet, encoding="unicode")


def _refuse(schema: etree._Element) -> None:
    if schema.tag != f"{SCH}schema":
        raise unread(schema, f"the root is {schema.tag}; expected schema in the ISO Schematron namespace")
    if schema.get("queryBinding") not in _BINDINGS:
        raise unread(schema, f"queryBinding is {schema.get('queryBinding')}; expected {' or '.join(sorted(_BINDINGS))}")
    for name in _NOT_READ:
        for found in schema.iter(f"{SCH}{name}"):
            raise unread(found, f"{name} is not read here; install the package in its flat form")
    for pattern in schema.iter(f"{SCH}pattern"):
        if pattern.get("abstract") == "true" or pattern.get("is-a"):
            raise unread(pattern, "abstract patterns are not read here; install the package in its flat form")


def _pattern(sheet: etree._Element, pattern: etree._Element, mode: str, lets: list[etree._Element]) -> None:
    """`lets` are those of schema and patterns. One that reads the document is declared again beside the checks that use
    it: an error in a global variable could not be caught there, and would cost all other rules.
    """
    seen = [*pattern.itersiblings(f"{SCH}let", preceding=True), *pattern.findall(f"{SCH}let")]
    own = [(let, "root(.)/") for let in seen if not is_constant(let) or not _alone(let, lets)]
    rules = [rule for rule in pattern.findall(f"{SCH}rule") if rule.get("abstract") != "true"]
    tree = branches(rule.get("context", "") for rule in rules)
    if tree is None:
        _matched(sheet, mode, rules, own)
        return
    add(add(sheet, "template", match="/", mode=mode), "apply-templates", select="*", mode=mode)
    _walked(sheet, mode, tree, rules, own)


def _alone(let: etree._Element, lets: list[etree._Element]) -> bool:
    """Whether a let's name stands once, so that it can be global."""
    return sum(other.get("name") == let.get("name") for other in lets) == 1


def _matched(sheet: etree._Element, mode: str, rules: list[etree._Element], lets: Lets) -> None:
    """A template for each rule, its priority falling with its place; Saxon finds the first that matches."""
    add(sheet, "mode", name=mode, **{"on-no-match": "shallow-skip"})
    deeper = "*" if all(_matches_elements(rule.get("context", "")) for rule in rules) else "@* | node()"
    walk = add(sheet, "template", match="/ | *", mode=mode, priority="-1")
    add(walk, "apply-templates", select=deeper, mode=mode)
    for place, rule in enumerate(rules):
        priority = str(len(rules) - place)
        template = add(sheet, "template", match=rule.get("context", ""), mode=mode, priority=priority)
        written_at(template, rule)
        judge(template, rule, lets)
        add(template, "apply-templates", select=deeper, mode=mode)


def _walked(sheet: etree._Element, mode: str, tree: Branch, rules: list[etree._Element], lets: Lets) -> None:
    """A mode for each element that has children in a context, with a template for each name among them."""
    add(sheet, "mode", name=mode, **{"on-no-match": "deep-skip"})
    for place, (name, branch) in enumerate(tree.children.items()):
        template = add(sheet, "template", match=name, mode=mode, priority="1")
        winner = tree.winner(name)
        if winner is not None:
            judge(template, rules[winner], lets)
        if branch.children or branch.others is not None:
            add(template, "apply-templates", select="*", mode=f"{mode}.{place}")
            _walked(sheet, f"{mode}.{place}", branch, rules, lets)
    if tree.others is not None:
        judge(add(sheet, "template", match="*", mode=mode, priority="0"), rules[tree.others], lets)


def _matches_elements(context: str) -> bool:
    """Whether nothing but elements can match, so that attributes and texts need not be visited."""
    bare, before = _STRING.sub("", context), ""
    while bare != before:
        bare, before = _PREDICATE.sub("", bare), bare
    return not re.search(r"@|attribute|\(|node|text", bare)
