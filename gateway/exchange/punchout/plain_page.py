"""What somebody sees who ends up at the return door itself: no log-in and no language is known there, so both stand."""

from __future__ import annotations

from typing import Final

import msgspec
from fastapi import Response


class Said(msgspec.Struct, frozen=True):
    """One page: its status, and heading and what to do in both languages."""

    status: int
    heading: tuple[str, str]
    cure: tuple[str, str]


PAGES: Final[dict[str, Said]] = {
    "unknown": Said(
        404,
        ("Besöket finns inte", "There is no such visit"),
        (
            "Adressen som butiken skickade dig till hör inte till något besök. Öppna butiken från Avrop i stället.",
            "The address that the shop sent you to belongs to no visit. Open the shop from Avrop instead.",
        ),
    ),
    "over": Said(
        410,
        ("Besöket är avslutat", "The visit is over"),
        (
            "Det tog för lång tid, eller så avslutades besöket i Avrop. Inget har lagts i varukorgen. "
            "Öppna butiken igen från Avrop.",
            "It took too long, or the visit was ended in Avrop. Nothing was put in the basket. "
            "Open the shop again from Avrop.",
        ),
    ),
    "too-large": Said(
        413,
        ("Varukorgen är för stor", "The basket is too large"),
        (
            "Butiken skickade mer än vi kan ta emot, och inget har lagts i varukorgen. Gå tillbaka till butiken och "
            "dela upp inköpet.",
            "The shop sent more than we can take, and nothing was put in the basket. Go back to the shop and split "
            "the purchase.",
        ),
    ),
    "away": Said(
        503,
        ("Avrop kan inte ta emot just nu", "Avrop cannot take it now"),
        (
            "Vänta en stund och ladda sedan om sidan. Gå inte till en annan sida innan dess, för då kan varukorgen "
            "gå förlorad.",
            "Wait a moment, then reload this page. Do not leave it before that, or the basket may be lost.",
        ),
    ),
    "only-shops": Said(
        405,
        ("Hit kommer bara varukorgar", "Only baskets come here"),
        (
            "Adressen används av leverantörens butik när du är klar där. Har du inte lämnat över varukorgen i butiken: "
            "gör det där. Annars finns dina besök i Avrop.",
            "This address is used by the supplier's shop when you are done there. If you have not handed over the "
            "basket in the shop, do so there. Otherwise your visits stand in Avrop.",
        ),
    ),
}  # fmt: skip


def page(kind: str) -> Response:
    """The page called `kind`, of `PAGES`."""
    said = PAGES[kind]
    body = _PAGE.format(title=said.heading[0], swedish=_part("sv", 0, said), english=_part("en", 1, said))
    headers = {"Allow": "POST"} if said.status == 405 else {}
    return Response(body, said.status, media_type="text/html; charset=utf-8", headers=headers)


def _part(language: str, place: int, said: Said) -> str:
    heading, link = ("h1", "Mina butiksbesök") if place == 0 else ("h2", "My visits to shops")
    words = f"<{heading}>{said.heading[place]}</{heading}><p>{said.cure[place]}</p>"
    return f'<section lang="{language}">{words}<p><a href="/punchout">{link}</a></p></section>'


# Whatever hash a static file is asked for under, it is given as it is now.
_PAGE: Final = (
    '<!doctype html>\n<html lang="sv"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, '
    'initial-scale=1"><meta name="color-scheme" content="light dark"><title>{title} – Avrop</title>'
    '<link rel="stylesheet" href="/static/now/avrop.css"></head><body><main class="slim" id="content">'
    '<div class="door stack">{swedish}{english}</div></main></body></html>\n'
)
