"""The fields that a person's browser posts to enter a shop: OCI's call-up, and the log-in of Peppol Punch Out.

Pure: settings in, pairs out in the order in which they are posted. Secrets come resolved; who calls shows them nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.formats.form.body import Pairs

RETURN = "HOOK_URL"
_TOP = "_top"
_CALL: dict[str, str] = {"~OkCode": "ADDI", "~TARGET": _TOP, "~CALLER": "CTLG", "returntarget": _TOP}
USER, PASSWORD, RETURN_URL = "username", "password", "returnURL"


def oci_fields(
    return_url: str, fields: Mapping[str, str], version: str = "4.0", function: Mapping[str, str] | None = None
) -> Pairs:
    """What is posted to an OCI shop: the shop's own `fields` (log-in included), `function`, then OCI's own.

    The shop's settings may say OCI's own fields otherwise (~OkCode, ~TARGET …), in any case, but never where the basket
    returns to: HOOK_URL is ours.
    """
    said = {name: value for name, value in fields.items() if name.upper() != RETURN}
    told = {name.lower() for name in said}
    call = {**(function or {}), "OCI_VERSION": version, RETURN: return_url, **_CALL}
    return [*said.items(), *((name, value) for name, value in call.items() if name.lower() not in told)]


def detail(product_id: str) -> dict[str, str]:
    """OCI 4: begin at one article. `product_id` is the shop's own key of it (EXT_PRODUCT_ID)."""
    return {"FUNCTION": "DETAIL", "PRODUCTID": product_id}


def validate(product_id: str, quantity: str) -> dict[str, str]:
    """OCI 4: the shop returns the article at once, with today's price for `quantity`."""
    return {"FUNCTION": "VALIDATE", "PRODUCTID": product_id, "QUANTITY": quantity}


def search(words: str, vendor: str = "") -> dict[str, str]:
    """OCI 4: begin at what the shop finds for `words`."""
    return {"FUNCTION": "BACKGROUND_SEARCH", "SEARCHSTRING": words, **({"VENDOR": vendor} if vendor else {})}


def peppol_fields(
    return_url: str, user: str, password: str, fields: Mapping[str, str], names: Mapping[Any, str]
) -> Pairs:
    """What is posted to a Peppol Punch Out shop: user, password and the address to which T77 is posted in base64.

    SFTI's note on log-in and transmission leaves the names to the parties: `names` says theirs (username: USER),
    `fields` what else they want.
    """
    ours = {USER: user, PASSWORD: password, RETURN_URL: return_url}
    said = {names.get(name, name): value for name, value in ours.items()}
    extra = {name: value for name, value in fields.items() if name not in said}
    return [*said.items(), *extra.items()]
