"""`python -m gateway.sandbox.shopfront`: one shop alone, for whoever builds the other side."""

from __future__ import annotations

import argparse
import os

import uvicorn

from gateway.sandbox.cxml_house import House
from gateway.sandbox.shopfront.app import shop_app
from gateway.sandbox.shopfront.quirks import Quirk, quirks_of
from gateway.sandbox.shopfront.shop import Shop

PORT = 8711
_NAMED = "AVROP_SANDBOX_TOKEN"


def practice_shop(secret: str, quirks: frozenset[Quirk] = frozenset()) -> Shop:
    """The shop of nobody in particular: every way in, one secret for all of them."""
    house = House(ours="OrgNr:5500006597", theirs="OrgNr:2120009994", secret=secret)
    return Shop(id="prov", name="Provhandeln AB", house=house, users={"kommunen": secret}, quirks=quirks)


def main() -> None:
    """Serves until it is stopped."""
    parser = argparse.ArgumentParser(prog="python -m gateway.sandbox.shopfront", description=__doc__)
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--quirk", action="append", default=[], help=f"any of {', '.join(Quirk)}")
    asked = parser.parse_args()
    try:
        quirks = quirks_of(asked.quirk)
    except ValueError as error:
        parser.error(str(error))
    shop = practice_shop(os.environ.get(_NAMED, "lekplats"), quirks)
    at = f"http://{asked.host}:{asked.port}/{shop.id}"
    print(
        f"cXML {at}/cxml · OCI {at}/oci · Peppol {at}/peppol (user kommunen; secret {_NAMED}, or lekplats)", flush=True
    )
    uvicorn.run(shop_app({shop.id: shop}), host=asked.host, port=asked.port, log_level="warning", server_header=False)


if __name__ == "__main__":
    main()
