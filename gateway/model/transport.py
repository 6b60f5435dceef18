"""How goods travel: who drives with what, on which fuel, and what they are packed and carried in (Peppol T120)."""

from __future__ import annotations

from gateway.model.item import Dimension, Item
from gateway.model.party import Amount, Identifier, Party, PersonDocument, Quantity, Value


class Carrier(Party, frozen=True):
    """Who drives; `drivers` are the identity documents of the persons announced."""

    drivers: tuple[PersonDocument, ...] = ()


class Fuel(Value, frozen=True):
    """One fuel of the journey and its measures (consumption, distance, share of renewable …)."""

    code: str | None = None
    code_list: str | None = None
    code_agency: str | None = None
    code_version: str | None = None
    description: str | None = None
    measures: tuple[Dimension, ...] = ()
    provider: Party | None = None
    item: Item | None = None


class Emission(Value, frozen=True):
    """What the journey lets out: `code` is CO2, NOX, PM or HC."""

    code: str
    value: Quantity
    code_list: str | None = None
    name: str | None = None


class Journey(Value, frozen=True):
    """The report on fuel and emissions; `code` is FuelReport."""

    code: str
    fuels: tuple[Fuel, ...] = ()
    emissions: tuple[Emission, ...] = ()


class Consignment(Value, frozen=True):
    """What one carrier takes; `handling_code` is from the list that it names, `id_scheme` GINC."""

    id: str
    information: str | None = None
    carrier: Carrier | None = None
    id_scheme: str | None = None
    hazardous: bool | None = None
    handling_code: str | None = None
    handling_list: str | None = None
    handling: str | None = None
    journey: Journey | None = None


class TransportMeans(Value, frozen=True):
    """The vehicle by what identifies it; several licence plates are divided by semicolons (T120)."""

    aircraft: str | None = None
    licence_plate: str | None = None
    train: str | None = None
    rail_car: str | None = None
    vessel: str | None = None
    dimensions: tuple[Dimension, ...] = ()


class Equipment(Value, frozen=True):
    """A container or the like around a logistic unit; `code` is UNCL8053, `size` UNCL8155."""

    id: str
    code: str | None = None
    size: str | None = None
    refrigeration_on: bool | None = None
    description: str | None = None
    power: bool | None = None


class PackedGoods(Value, frozen=True):
    """How much of one despatch line is packed in a unit."""

    line: str
    quantity: Quantity
    hazardous: bool | None = None
    declared_value: Amount | None = None
    trace_id: Identifier | None = None


class Package(Value, frozen=True):
    """A package inside a logistic unit; `type_code` is Recommendation 21."""

    id: str
    type_code: str | None = None


class LogisticUnit(Value, frozen=True):
    """A parcel or pallet: `id` is its SSCC, `units` what stands on it or in it.

    What is packed in it is said either by `lines`, the ids of despatch lines, or by `goods`, which say how much too.
    """

    id: Identifier | None = None
    type_code: str | None = None
    hazardous: bool | None = None
    marks: tuple[str, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    packages: tuple[Package, ...] = ()
    lines: tuple[str, ...] = ()
    units: tuple[LogisticUnit, ...] = ()
    goods: tuple[PackedGoods, ...] = ()
    handling_code: str | None = None
    handling_list: str | None = None
    handling: str | None = None
    equipment: tuple[Equipment, ...] = ()
    minimum_temperature: Dimension | None = None
    maximum_temperature: Dimension | None = None
    returnable: bool | None = None
    material: str | None = None

    @property
    def packed(self) -> tuple[str, ...]:
        """The ids of the despatch lines packed in this very unit, each once."""
        return tuple(dict.fromkeys((*self.lines, *(goods.line for goods in self.goods))))
