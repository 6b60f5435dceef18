"""The reference for Schematron: the same rules as an ordinary compiler writes them, without any of our shortcuts.

One template for each rule, matched by its whole context; each fired rule and failed assert told; code lists walked.
"""

from __future__ import annotations

import copy

from lxml import etree

from gateway.rules.compiler import namespaces
from gateway.rules.sheet import SCH, XSL, XSL_URI, add, declare


def plain(schema: etree._Element) -> str:
    """The stylesheet."""
    sheet = etree.Element(f"{XSL}stylesheet", {"version": "2.0"}, nsmap=namespaces(schema) | {"xsl": XSL_URI})
    add(sheet, "output", method="xml", **{"omit-xml-declaration": "yes"})
    for child in schema:
        if isinstance(child.tag, str) and child.tag.startswith(XSL):
            sheet.append(copy.deepcopy(child))
    for let in [*schema.findall(f"{SCH}let"), *schema.findall(f"{SCH}pattern/{SCH}let")]:
        declare(sheet, let)
    report = add(add(sheet, "template", match="/"), "element", name="report")
    for number, pattern in enumerate(schema.findall(f"{SCH}pattern")):
        mode = f"M{number}"
        add(report, "apply-templates", select="/", mode=mode)
        rules = pattern.findall(f"{SCH}rule")
        for place, rule in enumerate(rules):
            _rule(sheet, rule, mode, 1000 + len(rules) - place)
        add(sheet, "template", match="text()", mode=mode, priority="-1")
        walk = add(sheet, "template", match="@*|node()", mode=mode, priority="-2")
        add(walk, "apply-templates", select="@*|*", mode=mode)
    return etree.tostring(sheet, encoding="unicode")


def _rule(sheet: etree._Element, rule: etree._Element, mode: str, priority: int) -> None:
    template = add(sheet, "template", match=rule.get("context", ""), mode=mode, priority=str(priority))
    fired = add(template, "element", name="fired-rule")
    add(fired, "attribute", name="context").text = rule.get("context", "")
    for part in rule.iterchildren(f"{SCH}let", f"{SCH}assert"):
        if part.tag == f"{SCH}let":
            declare(template, part)
            continue
        choose = add(template, "choose")
        add(choose, "when", test=part.get("test", ""))
        failed = add(add(choose, "otherwise"), "element", name="failed-assert")
        add(failed, "attribute", name="id").text = part.get("id", "")
        add(failed, "attribute", name="location", select="path(.)")
        add(failed, "text").text = part.text or ""
    add(template, "apply-templates", select="@*|*", mode=mode)
