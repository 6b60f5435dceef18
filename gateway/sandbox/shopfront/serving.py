"""One shop alone on a port of its own, for whoever builds the other side."""

from __future__ import annotations

import os
from typing import Final

import uvicorn

from gateway.sandbox.cxml_house import House
from gateway.sandbox.shopfront.app import shop_app
from gateway.sandbox.shopfront.quirks import NONE, Quirk
from gateway.sandbox.shopfront.shop import Shop

PORT: Final = 8711
_NAMED, _OTHERWISE, _USER = "AVROP_SANDBOX_TOKEN", "lekplats", "kommunen"


def practice_shop(secret: str, quirks: frozenset[Quirk] = NONE) -> Shop:
    """The shop of nobody in particular: every way in, one secret for all of them."""
    house = House(ours="OrgNr:5500006597", theirs="OrgNr:2120009994", secret=secret)
    return Shop(id="prov", name="Provhandeln AB", house=house, users={_USER: secret}, quirks=quirks)


def serve_shop(host: str, port: int, quirks: frozenset[Quirk] = NONE) -> None:
    """Says where, and serves until it is stopped."""
    shop = practice_shop(os.environ.get(_NAMED, _OTHERWISE), quirks)
    at = f"http://{host}:{port}/{shop.id}"
    print(f"cXML    {at}/cxml    from {shop.house.theirs} to {shop.house.ours}", flush=True)
    print(f"OCI     {at}/oci     USERNAME {_USER}", flush=True)
    print(f"Peppol  {at}/peppol  username {_USER}", flush=True)
    print(f"The secret of all three is that of {_NAMED}, or {_OTHERWISE}.", flush=True)
    uvicorn.run(shop_app({shop.id: shop}), host=host, port=port, log_level="warning", server_header=False)
