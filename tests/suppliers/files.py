"""Small suppliers files, and the loader as the program calls it."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.findings import Finding
from gateway.suppliers.invent import DIALECTS
from gateway.suppliers.load import load
from gateway.suppliers.supplier import Suppliers
from gateway.transports import TRANSPORTS

HEAD = """\
profiles:
  peppol: {dialect: peppol, participant: "0007:{org}", transport: {type: access_point, url: "http://a", token: env:T}}
  files:
    dialect: csv
    transport:
      type: sftp
      host: sftp.example
      port: ${PORT:-22}
      host_key: SHA256:abc
      user: "{id}"
suppliers:
  - {id: alfa, name: Alfa AB, org: 5500000004, gln: 7350001400006, profile: peppol, category: care, contracts: [24-118]}
"""
TAIL = "  - {id: omega, name: Omega AB, org: 5500000012, profile: files, lead_days: 4}\n"
LINE = HEAD.count("\n") + 1  # of what stands between HEAD and TAIL


def read(text: str, environ: Mapping[str, str] | None = None) -> Suppliers:
    """`text` loaded against the real transports."""
    return load(text, "suppliers.yaml", TRANSPORTS, DIALECTS, environ or {})


def told(between: str) -> Finding:
    """The one finding about what stands between two sound suppliers, both of which stay."""
    suppliers = read(HEAD + between + "\n" + TAIL)
    assert [supplier.id for supplier in suppliers] == ["alfa", "omega"]
    assert len(suppliers.findings) == 1, [str(finding) for finding in suppliers.findings]
    return suppliers.findings[0]


def where(finding: Finding) -> tuple[int | None, int | None]:
    """Line and column."""
    return finding.place.line, finding.place.column
