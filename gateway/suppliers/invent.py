"""Suppliers that nobody has: as many as asked for, the same ones every time, in the manner of a Swedish municipality.

Names join a trade with a town that is on no map. Organisation numbers come from 5500…, which no register gives out (the
third digit of a real one is at least 2, and a person is not born in month 00); GLNs from the example prefix 7350001.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import cycle

import msgspec

from gateway.identifiers import gs1_check_digit, luhn_check_digit

# Of 20 suppliers 11 speak Peppol, 5 send files, the others wait for e-mail, cXML and portal.
_PROFILES = (
    "peppol", "skogsbagaren", "peppol", "email", "peppol", "malarkem", "peppol", "cxml", "peppol", "uppkontor",
    "peppol", "tradgard", "peppol", "email", "peppol", "csv", "peppol", "portal", "peppol", "peppol",
)  # fmt: skip
# At these places of 20, in turn, the ways that a profile has grown: one Peppol supplier has agreed to
# Advanced Ordering, and of those who send standard files two in three still send UBL of before Peppol.
_GROWN = {
    19: ("peppol-advanced",),
    15: ("csv", "svehandel", "sveorder"),
}
# The first of those at a place keep shops of their own, entered as is usual in the Nordic countries: by OCI most often.
_SHOPS = {7: ("cxml-oci", "cxml-shop", "cxml-peppol", "cxml-oci", "cxml-shop", "cxml-oci")}
# What all of them speak, so that whoever loads them knows which tables there must be.
DIALECTS = (
    "peppol", "peppol-advanced", "svehandel", "sveorder", "csv", "skogsbagaren", "malarkem", "uppkontor", "tradgard",
    "cxml",
)  # fmt: skip
_TRADES = {
    "care": ("Vårdgrossisten", "Omsorgslagret", "Hjälpmedelsboden", "Sårvårdshuset", "Inkontinensdepån"),
    "food": ("Skogsbageriet", "Potatisgården", "Mejeriboden", "Storköksmaten", "Grönsakskorgen", "Fiskbilen"),
    "office": ("Kontorsboden", "Pappersmagasinet", "Pennfabriken", "Pärmlagret"),
    "cleaning": ("Städkemin", "Såpkokeriet", "Moppfabriken", "Renhållningsboden"),
    "hygiene": ("Tvålbruket", "Mjukpapperslagret", "Handskdepån"),
    "building": ("Byggladan", "Målarboden", "Plåtsmedjan", "Rörmokeriet", "Golvläggarna"),
    "electrical": ("Lamplagret", "Kabelboden", "Elmontören"),
    "it": ("Skärmverkstan", "Datorboden", "Nätverkarna", "Tangentlagret"),
    "school": ("Läromedlen", "Skolmagasinet", "Lekpedagogen", "Slöjdboden", "Idrottslagret"),
    "garden": ("Trädgårdsmästeriet", "Plantskolan", "Grusgården", "Häckklipparna"),
    "transport": ("Kurirkompaniet", "Flyttfirman", "Skolskjutsarna"),
    "laundry": ("Tvättstugan", "Arbetskläderna", "Linnelagret"),
    "furniture": ("Möbelsnickeriet", "Stolfabriken", "Återbruksmöblerna"),
    "safety": ("Skyddsboden", "Brandsläckarna", "Låssmedjan"),
}
# What each file dialect's first speaker deals in decides who else speaks it.
_SELLS = {
    "skogsbagaren": ("food",),
    "malarkem": ("cleaning", "hygiene", "laundry"),
    "uppkontor": ("office", "school", "it"),
    "tradgard": ("garden", "building"),
}
_TOWNS = (
    "Påhittinge", "Sagoköping", "Låtsasby", "Fabelsund", "Diktholm", "Drömköping", "Övningsby", "Fantasivik",
    "Mallinge", "Utkastköping", "Önskevalla", "Tänkeby", "Skissholm", "Provlunda", "Hittepåstad", "Exempelby",
    "Uppdikta", "Luftslottsvik", "Knåpköping", "Ritbordsby", "Skrönhult", "Molnhamra", "Trollstad", "Myteberga",
)  # fmt: skip
_SIDES = ("", "Nord", "Syd", "Öst", "Väst", "Mitt", "Strand", "Skog", "Berg", "Äng", "Sjö", "Torg")
_FORMS = ("AB", "AB", "AB", "HB", "AB", "ek. för.")
# Lines that the shop window and the guides mention by name; each speaks the dialect called after it.
_KNOWN = {
    "peppol": ("Vårdgrossisten Nord AB", "care"),
    "skogsbagaren": ("Skogsbagaren i Sagoskogen AB", "food"),
    "malarkem": ("Mälarkemi i Påhittinge AB", "cleaning"),
    "uppkontor": ("Uppkontor i Låtsasby AB", "office"),
    "tradgard": ("Trädgårdsboden i Fabelsund AB", "garden"),
}
_SLUG = str.maketrans({"å": "a", "ä": "a", "ö": "o", " ": "-", ".": None})

HEAD = """\
# yaml-language-server: $schema=suppliers.schema.json
# The suppliers of Exempelstads kommun, invented by gateway/suppliers/invent.py; docs/suppliers.md explains this file.
# A profile is what many share; a supplier's own facts come on top of it. {id}, {org} and {gln} are the supplier's,
# ${NAME:-default} comes from the environment. Secrets stand elsewhere: env:NAME or file:/path.
"""
PROFILES = """
profiles:
  peppol:
    dialect: peppol
    participant: "0007:{org}"
    lead_days: 2
    owner: alex
    lane: {concurrency: 4, timeout: 30s, retry: {longest: 2h, patience: 3d}}
    deadlines: {acknowledgement: 4h, response: 2d, despatch: 1w}
    transport:
      type: access_point
      url: ${AVROP_SANDBOX_URL:-http://127.0.0.1:8700}
      token: env:AVROP_SANDBOX_TOKEN

  # Advanced Ordering: order changes, cancellations, and responses that name the change they answer.
  peppol-advanced:
    profile: peppol
    dialect: peppol-advanced
    receiving: {receipt: channel, claim: [short, damaged, wrong, expired], want: replace}

  csv:
    dialect: csv
    owner: alex
    lane: {concurrency: 1, timeout: 10s, retry: {longest: 6h, patience: 3d}}
    deadlines: {response: 3d, despatch: 2w}
    receiving: {receipt: channel, claim: [short]}
    transport:
      type: sftp
      host: ${AVROP_SANDBOX_SFTP_HOST:-127.0.0.1}
      port: ${AVROP_SANDBOX_SFTP_PORT:-8722}
      host_key: ${AVROP_SANDBOX_SFTP_HOST_KEY:-file:.avrop/sandbox/host_key.pub}
      user: "{id}"
      password: env:AVROP_SANDBOX_TOKEN

  # Before Peppol: UBL as SFTI had it, as files. Sveorder is the older of the two.
  svehandel: {profile: csv, dialect: svehandel}
  sveorder: {profile: csv, dialect: sveorder}

  # Four file dialects of our own suppliers: everything else as the standard says.
  skogsbagaren: {profile: csv, dialect: skogsbagaren, lead_days: 1}
  malarkem: {profile: csv, dialect: malarkem, lead_days: 4}
  uppkontor: {profile: csv, dialect: uppkontor, lead_days: 3}
  tradgard: {profile: csv, dialect: tradgard, lead_days: 5}

  # The order as a letter with the file attached; what they answer is typed in by a person.
  email:
    dialect: csv
    lead_days: 5
    transport:
      type: email
      host: ${AVROP_SANDBOX_SMTP_HOST:-127.0.0.1}
      port: ${AVROP_SANDBOX_SMTP_PORT:-8725}
      security: none
      sender: avrop@exempelstad.example
      reply_to: inkop+@exempelstad.example

  # Orders by cXML; what they answer comes to /inbox/cxml. A Status of 5xx is tried again hourly, ten times.
  cxml:
    dialect: cxml
    lead_days: 3
    owner: alex
    lane: {concurrency: 2, timeout: 30s, retry: {first: 1h, longest: 1h, patience: 11h}}
    deadlines: {acknowledgement: 1d, response: 3d, despatch: 2w}
    receiving: {receipt: channel}
    transport:
      type: cxml
      url: ${AVROP_SANDBOX_URL:-http://127.0.0.1:8700}/cxml/{id}
      ours: OrgNr:2120009994
      theirs: OrgNr:{org}
      secret: env:AVROP_SANDBOX_TOKEN

  # Their own shops, on a site of their own: to the browser they are foreign to our pages. Drinks (UNSPSC 5020) are not
  # for the municipality. What they sell per hundred is said by a DTD that is newer than the usual one.
  cxml-shop:
    profile: cxml
    transport: {version: 1.2.071}
    punchout: {type: cxml, url: "${AVROP_SANDBOX_SHOP_URL:-http://localhost:8711}/{id}/cxml", blocked: ["5020"]}
  cxml-oci:
    profile: cxml
    punchout:
      type: oci
      url: ${AVROP_SANDBOX_SHOP_URL:-http://localhost:8711}/{id}/oci
      fields: {USERNAME: kommunen}
      secrets: {PASSWORD: env:AVROP_SANDBOX_TOKEN}
      blocked: ["5020"]
  cxml-peppol:
    profile: cxml
    punchout:
      type: peppol
      url: ${AVROP_SANDBOX_SHOP_URL:-http://localhost:8711}/{id}/peppol
      user: kommunen
      password: env:AVROP_SANDBOX_TOKEN
      blocked: ["5020"]

  # Not built yet: orders become tasks for a person.
  portal: {transport: portal, lead_days: 7}

"""


class _Invented(msgspec.Struct, frozen=True):
    name: str
    category: str
    profile: str
    number: int

    @property
    def id(self) -> str:
        words = self.name.lower().removesuffix(" ab").removesuffix(" hb").removesuffix(" ek. för.")
        return words.translate(_SLUG)

    @property
    def _spoken(self) -> str:
        turn, place = divmod(self.number, len(_PROFILES))
        if turn < len(keep := _SHOPS.get(place, ())):
            return keep[turn]
        ways = _GROWN.get(place, (self.profile,))
        return ways[turn % len(ways)]

    @property
    def line(self) -> str:
        org = f"5500{self.number:05d}"
        gln = f"73500014{self.number:04d}" if self.number < 10_000 else f"7350002{self.number:05d}"
        year = 2022 + self.number * 7 % 5
        facts = [
            f"id: {self.id}",
            f"name: {self.name}",
            f"org: {org}{luhn_check_digit(org)}",
            f"gln: {gln}{gs1_check_digit(gln)}",
            f"profile: {self._spoken}",
            f"category: {self.category}",
            f"contracts: [{year}-{100 + self.number * 37 % 900}]",
        ]
        if self.profile == "email":
            facts.append(f"email: order@{self.id}.example")
        if self.number % 9 == 4:
            facts.append(f"lead_days: {1 + self.number % 14}")
        return f"  - {{{', '.join(facts)}}}\n"


def invent(n: int) -> str:
    """The text of a suppliers file with `n` suppliers (1 to 99,999); from 128 on every profile is among them."""
    if not 1 <= n <= 99_999:
        raise ValueError(f"{n} suppliers cannot be invented; ask for 1 to 99999")
    suppliers = sorted(_suppliers(n), key=lambda supplier: supplier.id)
    return HEAD + PROFILES + "suppliers:\n" + "".join(supplier.line for supplier in suppliers)


def _suppliers(n: int) -> Iterator[_Invented]:
    categories = {profile: cycle(_SELLS.get(profile, tuple(_TRADES))) for profile in set(_PROFILES)}
    seen: set[str] = set()
    nth = dict.fromkeys(_TRADES, 0)
    known = dict(_KNOWN)
    for number, profile in zip(range(n), cycle(_PROFILES), strict=False):
        if profile in known:
            name, category = known.pop(profile)
        else:
            category = next(categories[profile])
            name = _name(category, nth, number)
        supplier = _Invented(name, category, profile, number)
        if supplier.id in seen:
            supplier = _Invented(f"{name.rsplit(' ', 1)[0]} {number} AB", category, profile, number)
        seen.add(supplier.id)
        yield supplier


def _name(category: str, nth: dict[str, int], number: int) -> str:
    """The next of all combinations of trade, town and side; towns change fastest, so that neighbours look different."""
    turn = nth[category]
    nth[category] += 1
    trades = _TRADES[category]
    block, place = divmod(turn, len(_TOWNS))
    trade = trades[(block + place) % len(trades)]
    town = _TOWNS[(place + 5 * list(_TRADES).index(category)) % len(_TOWNS)]
    side = _SIDES[block // len(trades) % len(_SIDES)]
    return " ".join(part for part in (trade, town, side, _FORMS[number % len(_FORMS)]) if part)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(invent(int(sys.argv[1]) if len(sys.argv) > 1 else 1200))
