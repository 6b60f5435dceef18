"""Rules of the data model are broken by their shape: what must be there goes, what is not known comes in."""

from __future__ import annotations

from lxml import etree

from tests.rules.breaking.drafts import PREFIXES, Draft
from tests.rules.breaking.facts import Assert

_STRANGE = f"{{{PREFIXES['cbc']}}}UUID"  # known to UBL, and to none of these documents


def broken(rule: Assert, draft: Draft) -> etree._Element:
    """Breaks `rule` in `draft`; gives the element that the finding has to name."""
    if rule.shape == "missing":
        return _without(draft, rule.path, rule.subject)
    element = draft.at(rule.path)
    if rule.shape == "foreign":
        strange = etree.SubElement(element, _STRANGE)
        strange.text = "1"
        return strange
    if rule.shape == "location":
        draft.put("@xsi:schemaLocation", "urn:example:own own.xsd")
    elif rule.shape == "attribute":
        element.attrib.pop(rule.subject, None)
    elif rule.shape == "value":
        element.text = f"{element.text}?"
    elif rule.subject == "currencyID":
        _strange_currency(draft, element)
    else:
        element.set(rule.subject, "none such")
    return element


def _without(draft: Draft, path: str, name: str) -> etree._Element:
    """An element left empty would break a rule of its own: something else is let in, or text without the child."""
    draft.at(f"{path}/{name}" if path else name)
    element, spec = draft.at(path), draft.spec_of(path)
    other = next((child for child in spec.children if child.name != name), None)
    if other is not None and len(element) == len(element.findall(name, PREFIXES)):
        draft.grow(element, spec, other)
    for child in element.findall(name, PREFIXES):
        element.remove(child)
    if not len(element):
        element.text = "Exempel"
    return element


def _strange_currency(draft: Draft, element: etree._Element) -> None:
    """No code, and yet the document's own: a second currency of the document, which is one but for its blank."""
    element.set("currencyID", f" {draft.currency}")
    for own in draft.root.findall("cbc:DocumentCurrencyCode", PREFIXES)[:1]:
        draft.twice("cbc:DocumentCurrencyCode")
        own.getnext().text = f" {draft.currency}"
