"""Words for what catalogues say: message ids by code."""

from __future__ import annotations

from typing import Final

from shop.catalogue.jobs import State
from web.languages import N_

STATES: Final[dict[str, tuple[str, str]]] = {
    State.WAITING: (N_("Waits to be read"), "wait"),
    State.READING: (N_("Is being read"), "info"),
    State.REVIEW: (N_("To approve"), "wait"),
    State.APPROVED: (N_("Approved"), "good"),
    State.IN_FORCE: (N_("In force"), "good"),
    State.DECLINED: (N_("Turned down"), "plain"),
    State.FAILED: (N_("Could not be read"), "bad"),
}
KINDS: Final = {
    "new": N_("New articles"),
    "gone": N_("Gone articles"),
    "unit": N_("Changed unit"),
    "price": N_("Changed price"),
    "other": N_("Other changes"),
}
REASONS: Final = {
    "first": N_("It is the contract's first catalogue."),
    "price": N_("%(count)s prices change by more than %(limit)s %%."),
    "unit": N_("%(count)s articles change their unit."),
    "grave": N_("%(count)s articles change content, tiers, VAT, quantities, currency or contract."),
    "new": N_("%(count)s articles are new, more than %(limit)s %% of those that stand."),
    "gone": N_("%(count)s articles are gone, more than %(limit)s %% of those that stand."),
    "bad": N_("%(count)s lines cannot be used, more than %(limit)s %%."),
}
FIELDS: Final = {
    "name": N_("name"), "unit": N_("unit"), "price": N_("price"), "currency": N_("currency"), "gtin": "GTIN",
    "description": N_("description"), "content": N_("content"), "content_unit": N_("unit of the content"),
    "vat": N_("VAT"), "category": N_("kind of goods"), "lead_days": N_("lead time"), "unspsc": "UNSPSC",
    "brand": N_("brand"), "manufacturer_id": N_("the maker's number"), "keywords": N_("keywords"),
    "minimum": N_("minimum"), "multiple": N_("steps"), "tiers": N_("tiers"), "labels": N_("eco labels"),
    "allergens": N_("allergens"), "hazards": N_("danger signs"), "image": N_("picture"), "sheet": N_("data sheet"),
    "valid_from": N_("first day"), "valid_to": N_("last day"), "substitutes": N_("replaces"),
    "contract": N_("contract"),
}  # fmt: skip
LABELS: Final = {
    "svanen": N_("Nordic Swan"), "eu_ecolabel": "EU Ecolabel", "krav": "KRAV",
    "bra_miljoval": N_("Good Environmental Choice"), "eu_organic": N_("EU organic"), "fairtrade": "Fairtrade",
    "msc": "MSC", "asc": "ASC", "fsc": "FSC", "pefc": "PEFC",
    "rainforest_alliance": "Rainforest Alliance", "tco": "TCO Certified", "energy_star": "Energy Star",
    "oeko_tex": "Oeko-Tex", "gots": "GOTS", "astma_allergi": N_("Asthma Allergy Nordic"),
}  # fmt: skip
ALLERGENS: Final = {
    "gluten": N_("gluten"), "crustaceans": N_("crustaceans"), "eggs": N_("eggs"), "fish": N_("fish"),
    "peanuts": N_("peanuts"), "soy": N_("soy"), "milk": N_("milk"), "nuts": N_("nuts"), "celery": N_("celery"),
    "mustard": N_("mustard"), "sesame": N_("sesame"), "sulphites": N_("sulphites"), "lupin": N_("lupin"),
    "molluscs": N_("molluscs"),
}  # fmt: skip
HAZARDS: Final = {
    "GHS01": N_("Explosive"), "GHS02": N_("Flammable"), "GHS03": N_("Oxidising"), "GHS04": N_("Gas under pressure"),
    "GHS05": N_("Corrosive"), "GHS06": N_("Toxic"), "GHS07": N_("Irritant"), "GHS08": N_("Hazardous to health"),
    "GHS09": N_("Hazardous to the environment"),
}  # fmt: skip
