"""Warnings of the crisis stock as an e-mail, in Swedish. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from email.message import EmailMessage

from hub.stock.goods import HUB
from hub.stock.warning import Kind, Warning

_LISTED = 200
_UNITS = {
    "C62": "st", "EA": "st", "H87": "st", "PR": "par", "KGM": "kg", "GRM": "g", "LTR": "l", "MLT": "ml", "MTR": "m",
    "XPK": "förp", "XCT": "krt", "XBX": "ask", "XBG": "påse", "XRO": "rulle", "XBO": "flaska", "XCA": "dunk",
}  # fmt: skip


def letter(found: Sequence[Warning], place_name: Callable[[str], str]) -> EmailMessage:
    """One e-mail for all of these, without sender and receiver."""
    mail = EmailMessage()
    about = f": {found[0].goods}" if len(found) == 1 else ""
    mail["Subject"] = " ".join(f"Beredskapslagret: {len(found)} att göra något åt{about}".split())[:180]
    lines = [f"- {said(one, place_name)}" for one in found[:_LISTED]]
    more = len(found) - _LISTED
    lines += [f"… och {more} till"] if more > 0 else []
    lines += ["", "Allt står på sidan Beredskapslager i hubben. Där kan du också ta på dig det."]
    mail.set_content("\n".join(["Det här behöver någon göra något åt:", "", *lines]) + "\n", cte="quoted-printable")
    return mail


def said(one: Warning, place_name: Callable[[str], str]) -> str:
    """A warning in one sentence."""
    place = "Hubben" if one.place == HUB else place_name(one.place)
    lot = f" (parti {one.lot})" if one.lot else ""
    match one.kind:
        case Kind.BELOW:
            lacks = f"det fattas {_much(one.much, one.unit)}"
            return f"{one.goods}, {place}: räcker {one.days} dagar, ska räcka {one.least}; {lacks}."
        case Kind.WILL_BE_BELOW:
            return (
                f"{one.goods}, {place}: räcker för kort från {one.on}, när partier går ut; ska räcka {one.least} dagar."
            )
        case Kind.SILENT:
            gone = f"om inget kommer på 14 dagar står {one.units} enheter utan från {one.on}"
            return f"{one.goods}: {one.supplier} svarar inte som avtalat; {gone} ({_much(one.much, one.unit)})."
        case Kind.ROTATE:
            waste = f" {_much(one.of, one.unit)} hinner ändå inte användas." if one.of else ""
            begin = f"går ut {one.on}, börja använda senast {one.by}."
            return f"{one.goods}{lot}, {place}: {_much(one.much, one.unit)} {begin}{waste}"
        case Kind.EXPIRED:
            return f"{one.goods}{lot}, {place}: {_much(one.much, one.unit)} gick ut {one.on} och ska kasseras."
        case Kind.AGREEMENT_ENDS:
            return f"{one.goods}: {one.supplier} slutar hålla {_much(one.of, one.unit)} åt oss {one.on}."
        case Kind.AGREEMENT_SHORT:
            return (
                f"{one.goods}: {one.supplier} håller {_much(one.much, one.unit)} av lovade {_much(one.of, one.unit)}."
            )


def _much(value: Decimal, unit: str) -> str:
    return f"{value.normalize():f}".replace(".", ",") + f" {_UNITS.get(unit, unit)}"
