"""Invented goods for the demo: what a municipality buys, by category, in packs and units as suppliers sell them."""

from __future__ import annotations

from collections.abc import Iterator

from shop.everyday import EVERYDAY
from shop.ware import BOOK_VAT, CATERING_VAT, FOOD_VAT, VAT, Goods

__all__ = ["BOOK_VAT", "CATERING_VAT", "CRISIS", "FOOD_VAT", "GOODS", "LABELLED", "VAT", "Goods", "expanded"]
_SIZES = ("XS", "S", "M", "L", "XL")
_CLOTHES = ("S", "M", "L", "XL", "XXL")
_COLOURS = ("vit", "blå", "svart", "röd", "grön", "gul")
_AMOUNTS = ("liten", "mellan", "stor")

LABELLED = {"ekologisk": "eu_organic", "eko": "eu_organic", "miljö": "svanen", "rättvisemärkt": "fairtrade"}
"""What a name says, and the label that the invented article has for it."""
CRISIS = (
    "Undersökningshandske", "Munskydd", "Handdesinfektion", "Plastförkläde", "Blöja", "Inkontinensskydd", "Sårkompress",
)  # fmt: skip


def expanded(goods: Goods) -> Iterator[str]:
    """The name of each variant."""
    for variant in goods.variants or ("",):
        yield f"{goods.name}, {variant}" if variant else goods.name


_FIRST: dict[str, tuple[Goods, ...]] = {
    "hygiene": (
        Goods("Undersökningshandske nitril, puderfri", _SIZES, "XBX", 100, "C62", 48, 89, VAT, "Engång, AQL 1,5."),
        Goods("Undersökningshandske vinyl, puderfri", _SIZES, "XBX", 100, "C62", 35, 62),
        Goods("Nitrilhandske lång, kemskydd", _SIZES, "XBX", 50, "C62", 95, 160),
        Goods("Handdesinfektion 75 %", ("600 ml", "1000 ml", "refill 700 ml"), "XBO", 1, "C62", 39, 84),
        Goods("Tvål flytande, oparfymerad", ("1 l pump", "1 l refill"), "XBO", 1, "LTR", 29, 72),
        Goods("Tvål flytande, oparfymerad", ("5 l dunk",), "XCA", 5, "LTR", 99, 189),
        Goods("Toalettpapper 2-lager", ("64 rullar", "64 rullar extra mjukt"), "XCT", 64, "XRO", 189, 329),
        Goods("Toalettpapper jumbo", ("6 rullar",), "XCT", 6, "XRO", 149, 239),
        Goods("Pappershandduk vikt, natur", ("bredd 21 cm", "bredd 24 cm"), "XCT", 3000, "C62", 189, 330),
        Goods("Torkrulle centrummatad", ("300 m", "150 m"), "XCT", 6, "XRO", 169, 298),
        Goods("Tvättlapp engångs, mjuk", ("19 x 20 cm", "25 x 30 cm"), "XPK", 100, "C62", 29, 75),
        Goods("Hudkräm oparfymerad", ("100 ml", "250 ml", "500 ml"), "XTU", 1, "C62", 24, 79),
    ),
    "care": (
        Goods("Blöja barn", ("strl 3, 4-9 kg", "strl 4, 7-18 kg", "strl 5, 11-25 kg"), "XCT", 120, "C62", 189, 349),
        Goods("Inkontinensskydd formad", _AMOUNTS, "XPK", 28, "C62", 89, 219),
        Goods("Byxblöja vuxen", _SIZES, "XPK", 14, "C62", 99, 189),
        Goods("Munskydd typ IIR", ("öronslinga", "knytband"), "XBX", 50, "C62", 29, 99),
        Goods("Sårkompress steril", ("5 x 5 cm", "10 x 10 cm", "10 x 20 cm"), "XBX", 75, "C62", 49, 139),
        Goods("Plåster elastiskt", ("6 cm x 5 m", "blandade storlekar"), "XBX", 1, "C62", 35, 92),
        Goods("Plastförkläde engångs", _COLOURS[:2], "XRO", 100, "C62", 55, 110),
        Goods("Underlägg 60 x 90 cm", ("lätt", "kraftig"), "XPK", 30, "C62", 69, 129),
        Goods("Medicinbägare 30 ml", ("graderad", "med lock"), "XPK", 80, "C62", 19, 45),
        Goods("Förbandslåda komplett", ("vägg", "väska"), "C62", 1, "C62", 299, 890),
    ),
    "office": (
        Goods("Kopieringspapper A4 80 g, vitt", ("ohålat", "hålat"), "XCT", 2500, "C62", 179, 329, VAT, "Fem ris."),
        Goods("Kopieringspapper A3 80 g, vitt", (), "XCT", 1500, "C62", 269, 429),
        Goods("Kulspetspenna 0,7 mm", ("blå", "svart", "röd"), "XBX", 50, "C62", 49, 149),
        Goods("Whiteboardpenna rund spets", ("sorterade 4 färger", *_COLOURS[1:4]), "XPK", 4, "C62", 35, 79),
        Goods("Pärm A4 60 mm", _COLOURS, "C62", 1, "C62", 19, 45),
        Goods("Plastficka A4, klar", ("0,06 mm", "0,12 mm"), "XBX", 100, "C62", 39, 99),
        Goods("Häftmassa avtagbar", (), "XPK", 1, "C62", 15, 32),
        Goods("Blädderblocksblock 50 blad", ("rutat", "olinjerat"), "C62", 1, "C62", 69, 149),
        Goods("Batteri alkaliskt", ("AA 24-pack", "AAA 24-pack"), "XPK", 24, "C62", 79, 199),
        Goods("Kuvert C5 självhäftande", ("med fönster", "utan fönster"), "XBX", 500, "C62", 149, 289),
        Goods("Anteckningsblock A5, linjerat", (), "XPK", 10, "C62", 59, 139),
    ),
    "food": (
        Goods("Bryggkaffe mellanrost", ("12 x 450 g", "12 x 450 g eko"), "XCT", "5.4", "KGM", 489, 890, FOOD_VAT),
        Goods("Kaffe hela bönor, mörkrost", ("1 kg", "1 kg rättvisemärkt"), "XPK", 1, "KGM", 129, 249, FOOD_VAT),
        Goods("Mjölk 1,5 %", ("1 l", "1 l ekologisk", "1 l laktosfri"), "XPA", 1, "LTR", 12, 24, FOOD_VAT),
        Goods("Havregryn", ("20 kg", "ekologiska 20 kg"), "XBG", 20, "KGM", 179, 349, FOOD_VAT),
        Goods("Äpple svenskt", ("klass 1, 12 kg", "ekologiskt 12 kg"), "XCT", 12, "KGM", 189, 389, FOOD_VAT),
        Goods("Banan", ("klass 1, 18 kg", "ekologisk 18 kg"), "XCT", 18, "KGM", 279, 469, FOOD_VAT),
        Goods("Potatis tvättad", ("fast, 10 kg", "mjölig, 10 kg"), "XBG", 10, "KGM", 79, 149, FOOD_VAT),
        Goods("Morot skalad", ("hel, 5 kg", "strimlad, 5 kg"), "XBG", 5, "KGM", 69, 129, FOOD_VAT),
        Goods("Knäckebröd råg", ("4 kg", "portionsförpackat 4 kg"), "XCT", 4, "KGM", 69, 169, FOOD_VAT),
        Goods("Lax filé utan skinn, fryst", ("portion 110 g",), "XCT", 5, "KGM", 589, 899, FOOD_VAT),
        Goods("Te grönt, 100 påsar", ("citron", "naturell"), "XBX", 100, "C62", 39, 89, FOOD_VAT),
        Goods("Lunchlåda catering", ("vegetarisk", "fisk", "kött"), "C62", 1, "C62", 69, 119, CATERING_VAT),
    ),
    "cleaning": (
        Goods("Allrengöring oparfymerad", ("1 l", "1 l koncentrat"), "XBO", 1, "LTR", 29, 89),
        Goods("Sanitetsrent", ("750 ml", "1 l"), "XBO", 1, "C62", 25, 69),
        Goods("Maskindiskmedel flytande", ("10 l", "10 l miljömärkt"), "XCA", 10, "LTR", 289, 549),
        Goods("Tvättmedel color, oparfymerat", ("8 kg", "8 kg miljömärkt"), "XBG", 8, "KGM", 199, 349),
        Goods("Mopp mikrofiber 60 cm", _COLOURS[:3], "XPK", 5, "C62", 149, 339),
        Goods("Mikrofiberduk 40 x 40 cm", _COLOURS[1:], "XPK", 10, "C62", 59, 149),
        Goods("Sopsäck 125 l", ("svart", "klar", "återvunnen plast"), "XRO", 25, "C62", 39, 99),
        Goods("Avfallspåse 30 l", ("på rulle",), "XRO", 50, "C62", 19, 49),
        Goods("Diskborste", ("trä", "återvunnen plast"), "C62", 1, "C62", 12, 39),
        Goods("Skurhink 12 l", (), "C62", 1, "C62", 69, 149),
    ),
    "building": (
        Goods("Träskruv försänkt", ("4,0 x 40", "4,5 x 50", "5,0 x 70", "6,0 x 90"), "XBX", 200, "C62", 59, 189),
        Goods("Gipsskruv 3,5 x 32", ("band", "lös"), "XBX", 1000, "C62", 99, 189),
        Goods("Väggfärg matt", ("10 l vit", "10 l varmvit"), "XCA", 10, "LTR", 590, 1190),
        Goods("Målarpensel", ("25 mm", "50 mm", "70 mm"), "C62", 1, "C62", 29, 99),
        Goods("Regel gran 45 x 95", ("2,4 m", "3,6 m", "4,8 m"), "MTR", 1, "MTR", 15, 29),
        Goods("Maskeringstejp", ("24 mm, 50 m", "48 mm, 50 m"), "XRO", 50, "MTR", 19, 59),
        Goods("Slipark sorterat", (), "XPK", 20, "C62", 39, 89),
        Goods("Fogskum 750 ml", (), "XCA", 1, "C62", 59, 119),
    ),
    "electrical": (
        Goods("LED-lampa E27", ("5 W varmvit", "9 W varmvit", "9 W neutral"), "C62", 1, "C62", 19, 69),
        Goods("LED-rör T8", ("60 cm", "120 cm", "150 cm"), "C62", 1, "C62", 69, 169),
        Goods("Förlängningskabel jordad", ("3 m", "5 m", "10 m"), "C62", 1, "C62", 79, 249),
        Goods("Grenuttag sex uttag", ("med brytare", "utan brytare"), "C62", 1, "C62", 69, 199),
        Goods("Installationskabel 3G1,5", ("ring",), "MTR", 1, "MTR", 9, 19),
        Goods("Buntband 200 mm", ("svart", "vit"), "XPK", 100, "C62", 19, 59),
    ),
    "it": (
        Goods("Bildskärm 24 tum", ("IPS", "med dockning"), "C62", 1, "C62", 1290, 2990),
        Goods("Tangentbord svenskt", ("trådlöst", "med sladd"), "C62", 1, "C62", 149, 690),
        Goods("Mus optisk", ("trådlös", "med sladd", "lodrät"), "C62", 1, "C62", 99, 590),
        Goods("Hörlurar med mikrofon", ("USB", "trådlösa"), "C62", 1, "C62", 349, 1490),
        Goods("HDMI-kabel", ("2 m", "5 m"), "C62", 1, "C62", 69, 249),
        Goods("USB-C-laddare 65 W", (), "C62", 1, "C62", 199, 449),
        Goods("Surfplatta 10 tum", ("64 GB", "128 GB"), "C62", 1, "C62", 2490, 4990),
        Goods("Toner", ("svart", "cyan", "magenta", "gul"), "C62", 1, "C62", 590, 1890),
    ),
    "school": (
        Goods("Blyertspenna HB", ("natur", "lackad"), "XBX", 72, "C62", 69, 179),
        Goods("Färgpenna tjock", ("12 färger", "12 färger, trekantig"), "XPK", 12, "C62", 29, 69),
        Goods("Ritpapper A3 120 g", ("vitt", "sorterade färger"), "XPK", 250, "C62", 99, 239),
        Goods("Limstift 20 g", (), "XBX", 24, "C62", 119, 249),
        Goods("Barnsax 13 cm", ("höger", "vänster"), "XPK", 10, "C62", 99, 219),
        Goods("Modellera mjuk", ("8 färger", "12 färger"), "XPK", 1, "C62", 59, 149),
        Goods("Byggklossar trä", ("100 bitar", "200 bitar"), "SET", 1, "C62", 299, 890),
        Goods("Pussel golv", ("24 bitar", "48 bitar"), "C62", 1, "C62", 79, 199),
        Goods("Läsebok årskurs 2", ("häftad", "inbunden"), "C62", 1, "C62", 119, 249, BOOK_VAT),
        Goods("Räknehäfte rutat A5", (), "XPK", 25, "C62", 79, 169),
        Goods("Fotboll strl 4", (), "C62", 1, "C62", 149, 399),
    ),
    "garden": (
        Goods("Planteringsjord", ("40 l", "torvfri 40 l"), "XBG", 40, "LTR", 49, 109),
        Goods("Blomsterlök tulpan", ("röd", "gul", "blandad"), "XBG", 50, "C62", 89, 199),
        Goods("Grässådd lekyta", ("5 kg", "5 kg slitage"), "XBG", 5, "KGM", 349, 690),
        Goods("Kratta", ("löv", "jord"), "C62", 1, "C62", 149, 349),
        Goods("Trädgårdshandske", ("strl 8", "strl 9", "strl 10"), "PR", 1, "PR", 39, 129),
        Goods("Sandningssand", ("20 kg",), "XBG", 20, "KGM", 39, 79),
        Goods("Spade rund", (), "C62", 1, "C62", 199, 449),
    ),
    "transport": (
        Goods("Flyttkartong", ("50 l", "80 l"), "XPK", 10, "C62", 149, 319),
        Goods("Packtejp", ("brun", "transparent"), "XPK", 6, "XRO", 69, 169),
        Goods("Bubbelplast 50 cm", ("50 m",), "XRO", 50, "MTR", 149, 299),
        Goods("Budkörning inom kommunen", ("inom 3 timmar", "samma dag"), "HUR", 1, "HUR", 390, 690),
        Goods("Pallkrage begagnad", (), "C62", 1, "C62", 69, 149),
    ),
    "laundry": (
        Goods("Arbetsbyxa vård", _CLOTHES, "C62", 1, "C62", 189, 389),
        Goods("Bussarong unisex", _CLOTHES, "C62", 1, "C62", 159, 329),
        Goods("Regnställ barn", ("90 cl", "100 cl", "110 cl", "120 cl"), "SET", 1, "C62", 249, 549),
        Goods("Lakan 150 x 250 cm", ("vitt", "blått"), "C62", 1, "C62", 69, 159),
        Goods("Handduk frotté 50 x 70", _COLOURS[:3], "C62", 1, "C62", 29, 79),
        Goods("Strumpa arbete", ("36-39", "40-43", "44-47"), "PR", 1, "PR", 19, 59),
    ),
    "furniture": (
        Goods("Kontorsstol ergonomisk", ("svart", "grå"), "C62", 1, "C62", 1990, 4990),
        Goods("Höj- och sänkbart skrivbord", ("120 cm", "140 cm", "160 cm"), "C62", 1, "C62", 2990, 5990),
        Goods("Barnstol", ("30 cm", "50 cm"), "C62", 1, "C62", 490, 1490),
        Goods("Bokhylla björk", ("80 cm", "180 cm"), "C62", 1, "C62", 990, 2490),
        Goods("Matbord björk", ("120 cm", "180 cm"), "C62", 1, "C62", 1490, 3990),
        Goods("Madrass vila barn", (), "C62", 1, "C62", 290, 690),
    ),
    "safety": (
        Goods("Skyddsglasögon klara", (), "C62", 1, "C62", 39, 149),
        Goods("Hörselkåpa", ("hjässbygel", "med radio"), "C62", 1, "C62", 149, 990),
        Goods("Arbetshandske bomull med PVC-noppor", ("strl 8", "strl 9", "strl 10"), "XPK", 12, "PR", 99, 229),
        Goods("Reflexväst", ("barn", *_CLOTHES[1:4]), "C62", 1, "C62", 29, 99),
        Goods("Brandsläckare pulver 6 kg", (), "C62", 1, "C62", 349, 690),
        Goods("Skyddssko låg", ("38", "40", "42", "44"), "PR", 1, "PR", 590, 1290),
        Goods("Hänglås", ("40 mm", "50 mm"), "C62", 1, "C62", 99, 349),
    ),
}  # fmt: skip

GOODS: dict[str, tuple[Goods, ...]] = {kind: (*goods, *EVERYDAY.get(kind, ())) for kind, goods in _FIRST.items()}
