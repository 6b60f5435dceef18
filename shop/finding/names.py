"""What facets are called on the page: headings, eco labels, segments of UNSPSC, price bands."""

from __future__ import annotations

from web.languages import N_

HEADINGS: dict[str, str] = {
    "category": N_("Kind of goods"),
    "supplier": N_("Supplier"),
    "band": N_("Price"),
    "label": N_("Eco label"),
    "agreement": N_("Contract"),
    "group": N_("Group by UNSPSC"),
}
"""In the order of the page."""
FOLDED = frozenset({"agreement", "group"})
"""Asked for by few: folded until one is chosen."""

SEGMENTS: dict[str, str] = {
    "10": N_("Plants and animals"),
    "11": N_("Minerals and textiles"),
    "12": N_("Chemicals"),
    "14": N_("Paper"),
    "15": N_("Fuels"),
    "22": N_("Building machines"),
    "23": N_("Industrial machines"),
    "24": N_("Packing and handling"),
    "25": N_("Vehicles"),
    "26": N_("Power"),
    "27": N_("Tools"),
    "30": N_("Building material"),
    "31": N_("Fixings and parts"),
    "32": N_("Electronics"),
    "39": N_("Electricity and light"),
    "40": N_("Pipes and ventilation"),
    "41": N_("Laboratory and measuring"),
    "42": N_("Medical supplies"),
    "43": N_("IT and telephones"),
    "44": N_("Office supplies"),
    "45": N_("Print, picture and sound"),
    "46": N_("Safety and security"),
    "47": N_("Cleaning supplies"),
    "48": N_("Kitchens and catering"),
    "49": N_("Sport and leisure"),
    "50": N_("Food and drink"),
    "51": N_("Medicines"),
    "52": N_("Household goods"),
    "53": N_("Clothes and hygiene"),
    "55": N_("Books and papers"),
    "56": N_("Furniture"),
    "60": N_("School, play and music"),
    "72": N_("Building services"),
    "76": N_("Cleaning services"),
    "78": N_("Transport services"),
    "80": N_("Business services"),
    "81": N_("Technical services"),
    "85": N_("Health services"),
    "90": N_("Meals and travel"),
}
