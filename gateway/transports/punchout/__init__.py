"""Ways into a supplier's own shop: `PUNCHOUTS` names them, each with the settings it wants."""

from __future__ import annotations

import msgspec

from gateway.transports.punchout.settings import CxmlShop, OciShop, PeppolShop, Visit

__all__ = ["PUNCHOUTS", "CxmlShop", "Entrance", "OciShop", "PeppolShop", "Visit"]


class Entrance(msgspec.Struct, frozen=True):
    """A way in: what `punchout: {type: NAME}` may state besides."""

    name: str
    Settings: type[msgspec.Struct]


PUNCHOUTS = {
    one.name: one for one in (Entrance("cxml", CxmlShop), Entrance("oci", OciShop), Entrance("peppol", PeppolShop))
}
