"""Small packages of our own, in the manner of published ones."""

from __future__ import annotations

import zipfile
from pathlib import Path

ORDER = "urn:oasis:names:specification:ubl:schema:xsd:Order-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
CUSTOMIZATION = "urn:fdc:peppol.eu:poacc:trns:order:3"
# A test whose cost grows with the cube of a number in the document: by it a document is slow, or takes much memory.
SLOW = "count(for $a in 1 to $n, $b in 1 to $n, $c in 1 to $n return $a[. mod 7 = $b mod 5 + $c mod 3]) ge 0"
LARGE = "count(distinct-values(for $a in 1 to ($n * 1000) return concat('a long text to be kept ', $a))) ge 0"


def schematron(rules: str, lets: str = "") -> str:
    return (
        f'<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">\n<ns prefix="ubl" uri="{ORDER}"/>'
        f'<ns prefix="cbc" uri="{CBC}"/><ns prefix="xs" uri="http://www.w3.org/2001/XMLSchema"/>\n{lets}<pattern>\n{rules}\n</pattern></schema>'
    )


def one_rule(test: str = "cbc:ID", identifier: str = "OWN-T01-R001") -> str:
    assertion = f'<assert id="{identifier}" flag="fatal" test="{test}">An order has a number</assert>'
    return schematron(f'<rule context="/ubl:Order"><let name="n" value="xs:integer(cbc:Note)"/>\n{assertion}</rule>')


def order(note: object = 1, number: str = "<cbc:ID>7</cbc:ID>") -> bytes:
    return (
        f'<Order xmlns="{ORDER}" xmlns:cbc="{CBC}">\n<cbc:CustomizationID>{CUSTOMIZATION}</cbc:CustomizationID>'
        f"{number}<cbc:Note>{note}</cbc:Note></Order>"
    ).encode()


SCHEMA = f"""<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="{ORDER}" xmlns:cbc="{CBC}">
<xsd:import namespace="{CBC}" schemaLocation="../common/basic-2.1.xsd"/>
<xsd:element name="Order"><xsd:complexType><xsd:sequence>
<xsd:element ref="cbc:CustomizationID"/><xsd:element ref="cbc:ID"/><xsd:element ref="cbc:Note" minOccurs="0"/>
</xsd:sequence></xsd:complexType></xsd:element></xsd:schema>"""
BASIC = f"""<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="{CBC}">
<xsd:element name="CustomizationID" type="xsd:string"/><xsd:element name="ID" type="xsd:string"/>
<xsd:element name="Note" type="xsd:string"/></xsd:schema>"""
FILES = {
    "rules/own-T01.sch": one_rule(),
    "xsd/maindoc/UBL-Order-2.1.xsd": SCHEMA,
    "xsd/common/basic-2.1.xsd": BASIC,
    "readme.txt": "not kept",
}


def folder(path: Path, files: dict[str, str] | None = None) -> Path:
    for name, text in (FILES if files is None else files).items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")
    return path


def zipped(path: Path, files: dict[str, str] | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (FILES if files is None else files).items():
            archive.writestr(f"release/{name}", text)
    return path
