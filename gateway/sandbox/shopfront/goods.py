"""What the shop sells: a handful of invented articles, one of each kind that is hard to buy from afar."""

from __future__ import annotations

from decimal import Decimal

import msgspec


class Choice(msgspec.Struct, frozen=True):
    """One way to have a configured article: the piece of its auxiliary id, what it is called, what it adds."""

    code: str
    label: str
    extra: Decimal = Decimal(0)


class Goods(msgspec.Struct, frozen=True, kw_only=True):
    """An article. `price` is for `basis` of its `unit` (UN/ECE, packages without their X). `choices` are made one of
    each; their codes together are the auxiliary id."""

    part: str
    name: str
    text: str
    category: str
    unit: str
    unspsc: str
    price: Decimal
    basis: Decimal = Decimal(1)
    lead_days: int = 2
    maker: str = ""
    maker_part: str = ""
    pieces: int = 1
    choices: tuple[tuple[str, tuple[Choice, ...]], ...] = ()

    def auxiliary(self, codes: tuple[str, ...]) -> str:
        """The auxiliary id of the article with these choices; empty where there is nothing to choose."""
        return "CFG:" + ";".join(codes) if codes else ""

    def price_with(self, auxiliary: str) -> Decimal:
        """What it costs as `auxiliary` says it is."""
        chosen = auxiliary.removeprefix("CFG:").split("#")[0].split(";")
        return self.price + sum(
            (one.extra for _, group in self.choices for one in group if one.code in chosen), Decimal(0)
        )

    def label_with(self, auxiliary: str) -> str:
        """What was chosen, in words."""
        chosen = auxiliary.removeprefix("CFG:").split("#")[0].split(";")
        return ", ".join(one.label for _, group in self.choices for one in group if one.code in chosen)


CATEGORIES = {
    "kontor": "Kontor & papper",
    "vard": "Vård & hygien",
    "tjanster": "Tjänster",
    "fest": "Fest & gåvor",
}
"""`fest` is what a municipality keeps its people from buying here."""

GOODS: tuple[Goods, ...] = (
    Goods(
        part="PH-1001", name="Kopieringspapper A4 80 g", text="Vitt, ohålat, 5 paket à 500 ark.", category="kontor",
        unit="BX", unspsc="14111507", price=Decimal("219.00"), lead_days=1, maker="Pappersmölla", maker_part="PM-A4-80",
    ),
    Goods(
        part="PH-1002", name="Kulspetspenna blå", text="Priset gäller 100 st, säljs styckvis.", category="kontor",
        unit="EA", unspsc="44121704", price=Decimal("249.00"), basis=Decimal(100), maker="Skrivfix", maker_part="SF-KB",
    ),
    Goods(
        part="PH-1100", name="Kontorsstol Sitta", text="Byggs efter dina val.", category="kontor", unit="EA",
        unspsc="56112102", price=Decimal("2490.00"), lead_days=15, maker="Stolmakeriet", maker_part="SITTA",
        choices=(
            (
                "Klädsel",
                (Choice("bla", "blått tyg"), Choice("gra", "grått tyg"), Choice("skinn", "skinn", Decimal(900))),
            ),
            ("Armstöd", (Choice("utan", "utan armstöd"), Choice("arm", "med armstöd", Decimal(350)))),
        ),
    ),
    Goods(
        part="PH-2001", name="Nitrilhandske M", text="Puderfri. Ask med 30 st.", category="vard", unit="BX",
        unspsc="42132203", price=Decimal("64.90"), maker="Fingerfin", maker_part="FF-N-M", pieces=30,
    ),
    Goods(
        part="PH-2002", name="Ytdesinfektion 5 L", text="Färdigblandad, för avtorkbara ytor. Före & efter.",
        category="vard", unit="EA", unspsc="47131805", price=Decimal("312.50"), maker="Blankt", maker_part="BL-Y5",
    ),
    Goods(
        part="PH-2003", name="Handdesinfektion 600 ml", text="Pumpflaska. Priset är höjt sedan avtalet skrevs.",
        category="vard", unit="EA", unspsc="53131626", price=Decimal("59.00"), maker="Blankt", maker_part="BL-H6",
    ),
    Goods(
        part="PH-3001", name="Montering på plats", text="Tjänst, per timme. Resa ingår.", category="tjanster",
        unit="HUR", unspsc="72154066", price=Decimal("780.00"), lead_days=5,
    ),
    Goods(
        part="PH-9001", name="Mousserande vin 75 cl", text="Får inte beställas av kommunen.", category="fest",
        unit="EA", unspsc="50202203", price=Decimal("129.00"), maker="Bubbelgården", maker_part="BG-75",
    ),
)  # fmt: skip
CONTRACT_PRICES = {"PH-2003": Decimal("49.00"), "PH-2001": Decimal("64.90"), "PH-1001": Decimal("219.00")}
"""What the contract says; the shop asks more for PH-2003."""
BOXES = {one.part: one.pieces for one in GOODS if one.pieces > 1}
"""How many pieces there are in a box of an article that is sold by the box."""
