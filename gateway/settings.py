"""What the program is told from outside: the environment, read once, checked, and passed on as one value."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from gateway.findings import Place, reject
from gateway.identifiers import Gln, OrgNumber, ParticipantId
from gateway.model.party import Address
from gateway.observing import Observing, read_observing

REPOSITORY = Path(__file__).resolve().parent.parent


class Hub(msgspec.Struct, frozen=True, kw_only=True):
    """The place that receives for all units: the consignee of every order. `place` is latitude and longitude (WGS 84),
    from where runs are planned."""

    name: str
    gln: Gln
    address: Address
    place: tuple[float, float] | None = None


class Municipality(msgspec.Struct, frozen=True, kw_only=True):
    """Who buys. `participant` is its electronic address in Peppol."""

    name: str
    org_number: OrgNumber
    gln: Gln
    participant: ParticipantId
    hub: Hub


EXAMPLE = Municipality(
    name="Exempelstads kommun",
    org_number=OrgNumber("2120009994"),
    gln=Gln("7350001000008"),
    participant=ParticipantId("0007:2120009994"),
    hub=Hub(
        name="Exempelstads omlastningshubb",
        gln=Gln("7350001000015"),
        address=Address(street="Hubbvägen 1", city="Exempelstad", postal_code="123 45", country="SE"),
        place=(59.87, 17.66),
    ),
)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the program reads from its environment. Durations are seconds, sizes bytes.

    `coding_file` says how purchases are coded (kontering).
    `worker_slots` is how many messages one worker sends at a time; a killed worker's jobs are taken over after
    `worker_heartbeat`. Suppliers with open orders are polled every `poll_active`, the others every `poll_idle`.
    Official rules are applied in `rules_workers` processes, each of which may take `rules_seconds` for a document and
    hold `rules_memory`. Peppol participants are looked up in `sml_zone`, by the machine's own name servers unless
    `sml_nameserver` (address, port) is given; `smp_trust` is a folder of trust anchors for the signatures of SMPs,
    `smp_ca` a file of those for their TLS instead of the machine's; `smp_loopback` lets an SMP be on this machine.
    """

    home: Path
    suppliers_file: Path
    mappings_dir: Path
    coding_file: Path = REPOSITORY / "coding.yaml"
    municipality: Municipality = EXAMPLE
    database_url: str | None = None
    inbox_token: str = ""
    inbox_limit: int = 100 * 1024 * 1024
    retry_first: float = 60.0
    poll_active: float = 5.0
    poll_idle: float = 300.0
    worker_slots: int = 200
    worker_heartbeat: float = 30.0
    rules_workers: int = 2
    rules_seconds: float = 20.0
    rules_memory: int = 1_500_000_000
    sml_zone: str = "production"
    sml_nameserver: tuple[str, int] | None = None
    smp_trust: Path | None = None
    smp_ca: Path | None = None
    smp_loopback: bool = False
    observing: Observing = Observing()

    @property
    def rules_dir(self) -> Path:
        """Where official rule packages are installed."""
        return self.home / "rules"


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of `environ`; raises `Rejected` naming the variable that cannot be understood and what it wants."""
    home = Path(environ.get("AVROP_HOME") or Path.cwd() / ".avrop")
    municipality = environ.get("AVROP_MUNICIPALITY")
    return Settings(
        home=home.expanduser().absolute(),
        suppliers_file=Path(environ.get("AVROP_SUPPLIERS") or REPOSITORY / "suppliers.yaml"),
        mappings_dir=Path(environ.get("AVROP_MAPPINGS") or REPOSITORY / "mappings"),
        coding_file=Path(environ.get("AVROP_CODING") or REPOSITORY / "coding.yaml"),
        municipality=read_municipality(Path(municipality)) if municipality else EXAMPLE,
        database_url=environ.get("AVROP_DATABASE_URL") or None,
        inbox_token=environ.get("AVROP_INBOX_TOKEN", ""),
        inbox_limit=int(_number(environ, "AVROP_INBOX_LIMIT", 100 * 1024 * 1024)),
        retry_first=_number(environ, "AVROP_RETRY_FIRST", 60),
        poll_active=_number(environ, "AVROP_POLL_ACTIVE", 5),
        poll_idle=_number(environ, "AVROP_POLL_IDLE", 300),
        worker_slots=int(_number(environ, "AVROP_WORKER_SLOTS", 200)),
        worker_heartbeat=_number(environ, "AVROP_WORKER_HEARTBEAT", 30),
        rules_workers=int(_number(environ, "AVROP_RULES_WORKERS", 2)),
        rules_seconds=_number(environ, "AVROP_RULES_SECONDS", 20),
        rules_memory=int(_number(environ, "AVROP_RULES_MEMORY", 1_500_000_000)),
        sml_zone=environ.get("AVROP_SML_ZONE") or "production",
        sml_nameserver=_server(environ, "AVROP_SML_NAMESERVER"),
        smp_trust=_path(environ, "AVROP_SMP_TRUST"),
        smp_ca=_path(environ, "AVROP_SMP_CA"),
        smp_loopback=environ.get("AVROP_SMP_LOOPBACK", "").lower() in {"1", "yes", "true", "on"},
        observing=read_observing(environ),
    )


def read_municipality(path: Path) -> Municipality:
    """The municipality of a TOML file; raises `Rejected` naming the file and the field."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        return msgspec.convert(found, Municipality, dec_hook=lambda kind, value: kind(value))
    except (OSError, ValueError) as error:
        raise reject("settings-municipality", str(error), Place(source=str(path))) from error


def mapping_texts(settings: Settings) -> dict[str, str]:
    """Every mapping table by its path under the mappings directory, `/` as separator, in order."""
    root = settings.mappings_dir
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in sorted(root.rglob("*.yaml"))
    }


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    text = environ.get(name)
    return Path(text).expanduser() if text else None


def _server(environ: Mapping[str, str], name: str) -> tuple[str, int] | None:
    """`192.0.2.1`, `192.0.2.1:5353` or `[2001:db8::1]:5353`; the port is 53 where none is given."""
    text = environ.get(name)
    if not text:
        return None
    try:
        parts = urlsplit(f"//{text}")
        return str(ip_address(parts.hostname or "")), parts.port or 53
    except ValueError:
        message = f"{name} is {text!r}: expected an address, such as 192.0.2.1 or 192.0.2.1:5353"
        raise reject("settings-server", message, Place(source="environment", path=name)) from None


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name)
    if not text:
        return float(default)
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number < float("inf"):
        raise reject(
            "settings-number", f"{name} is {text!r}: expected a number above 0", Place(source="environment", path=name)
        )
    return number
