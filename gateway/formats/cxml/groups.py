"""The groups that an article of an Index is in, and its pictures ↔ ours."""

from __future__ import annotations

from msgspec.structs import replace

from gateway.formats.cxml.lines import LANGUAGE, TST, UNCLASSIFIED, UNSPSC
from gateway.model.article import ItemDocument
from gateway.model.cxml_catalogue import CxmlGroup, CxmlPicture
from gateway.model.cxml_order import CxmlDescription
from gateway.model.item import Classification

URL = "URL"
"""The id of the page about an article: it has a place of its own there."""
UNGROUPED = CxmlGroup(domain=UNCLASSIFIED.domain, text=UNCLASSIFIED.code)


def says(group: CxmlGroup) -> bool:
    return group != UNGROUPED and (group.code or group.text) is not None


def group_of(one: Classification) -> CxmlGroup:
    domain = UNSPSC if one.list == TST else one.list or UNCLASSIFIED.domain
    if one.name is None:
        return CxmlGroup(domain=domain, text=one.code)
    return CxmlGroup(domain=domain, code=one.code, text=one.name)


def classification_of(group: CxmlGroup) -> Classification:
    """The code is the text, or stands beside it; then the text is the name."""
    scheme = TST if group.domain.upper() == UNSPSC else group.domain
    if group.code is None:
        return Classification(code=group.text, list=scheme)
    return Classification(code=group.code, list=scheme, name=group.text)


def sayable(document: ItemDocument) -> ItemDocument:
    """A picture is called something there."""
    if document.id == URL:
        return document
    return replace(document, descriptions=tuple(dict.fromkeys(document.descriptions)) or (document.id,))


def picture_of(document: ItemDocument) -> CxmlPicture:
    """Raises ValueError for one without a name: `sayable` gives it one."""
    name, *more = document.descriptions
    about = CxmlDescription(language=LANGUAGE, text=more[0] if more else name)
    return CxmlPicture(id=document.id, name=name, description=about, url=document.uri)


def document_of(picture: CxmlPicture) -> ItemDocument:
    about = picture.description.text or picture.description.short or picture.name
    said = (picture.name,) if about == picture.name else (picture.name, about)
    return ItemDocument(id=picture.id, descriptions=said, uri=picture.url)
