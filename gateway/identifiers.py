"""Identifiers of the trade: hold one and it is valid. Each class is a str that has been checked when it was made.

Sources: GS1 General Specifications 7.9 (check digit), Skatteverket SKV 704 (organisation number),
ISO/IEC 6523 and the OpenPeppol code list for electronic address schemes (participant identifier), OpenPeppol Policy
for use of identifiers (document type identifier).
"""

from __future__ import annotations

import re
from typing import ClassVar, Self


def gs1_check_digit(digits: str) -> int:
    """The modulo-10 check digit of `digits` (which come without it); weights 3, 1, 3 … from the right."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -total % 10


def luhn_check_digit(digits: str) -> int:
    """The Luhn check digit of `digits` (which come without it); weights 2, 1, 2 … from the right."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10


class _CheckedDigits(str):
    """Digits of known lengths whose last one is a check digit. Raises ValueError naming value, expected and found."""

    __slots__ = ()
    lengths: ClassVar[tuple[int, ...]]
    called: ClassVar[str]

    def __new__(cls, value: str) -> Self:
        digits = cls.plain(value)
        if not (digits.isascii() and digits.isdigit()) or len(digits) not in cls.lengths:
            wanted = " or ".join(str(length) for length in cls.lengths)
            raise ValueError(
                f"{value!r} is not {cls.called}: {wanted} digits are expected, found {len(digits)} characters"
            )
        expected = cls.check_digit(digits[:-1])
        if int(digits[-1]) != expected:
            raise ValueError(f"{value!r} is not {cls.called}: the check digit should be {expected}, found {digits[-1]}")
        return super().__new__(cls, digits)

    @classmethod
    def plain(cls, value: str) -> str:
        """The digits of a value as people write it."""
        return re.sub(r"[\s-]", "", value)

    @classmethod
    def check_digit(cls, digits: str) -> int:
        return gs1_check_digit(digits)


class Gln(_CheckedDigits):
    """Global Location Number, 13 digits: `Gln("7300010000001")`."""

    __slots__ = ()
    lengths = (13,)
    called = "a GLN"


class Gtin(_CheckedDigits):
    """Global Trade Item Number of 8, 12, 13 or 14 digits, kept as written."""

    __slots__ = ()
    lengths = (8, 12, 13, 14)
    called = "a GTIN"

    @property
    def padded(self) -> str:
        """14 digits, by which two spellings of one article are compared."""
        return self.zfill(14)


class Sscc(_CheckedDigits):
    """Serial Shipping Container Code, 18 digits; also read as the AI (00) element string of a label."""

    __slots__ = ()
    lengths = (18,)
    called = "an SSCC"

    @classmethod
    def plain(cls, value: str) -> str:
        digits = re.sub(r"^\](?:C1|e0|d2|Q3)", "", value.strip())
        digits = super().plain(digits).replace("(00)", "", 1)
        return digits[2:] if len(digits) == 20 and digits.startswith("00") else digits

    def __format__(self, spec: str) -> str:
        """`format(sscc, "label")` gives the spaced form people read aloud: (00) 3 7350001 234567890 5."""
        if spec == "label":
            return f"(00) {self[0]} {self[1:8]} {self[8:17]} {self[17]}"
        return super().__format__(spec)


class CompanyPrefix(str):
    """A GS1 company prefix, 4 to 12 digits, that every number of ours begins with; it has no check digit."""

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        digits = re.sub(r"[\s-]", "", value)
        if not (digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 12):
            raise ValueError(f"{value!r} is not a GS1 company prefix: 4 to 12 digits are expected")
        return super().__new__(cls, digits)


class OrgNumber(_CheckedDigits):
    """Swedish organisation number: 10 digits with a Luhn check digit; a VAT number SE…01 is not one."""

    __slots__ = ()
    lengths = (10,)
    called = "an organisation number"

    @classmethod
    def check_digit(cls, digits: str) -> int:
        return luhn_check_digit(digits)

    @property
    def vat_number(self) -> str:
        return f"SE{self}01"

    def __format__(self, spec: str) -> str:
        return f"{self[:6]}-{self[6:]}" if spec == "dash" else super().__format__(spec)


class ParticipantId(str):
    """Peppol participant `scheme:value`, e.g. `0007:2120003005`; schemes 0007 and 0088 carry checked numbers."""

    __slots__ = ()
    _checked: ClassVar[dict[str, type[_CheckedDigits]]] = {"0007": OrgNumber, "0088": Gln}

    def __new__(cls, value: str) -> Self:
        match = re.fullmatch(r"(\d{4}):([A-Za-z0-9._~-]{1,50})", value.strip())
        if match is None:
            raise ValueError(f"{value!r} is not a participant identifier: expected ICD:value such as 0007:2120003005")
        scheme, number = match.groups()
        if scheme in cls._checked:
            number = cls._checked[scheme](number)
        return super().__new__(cls, f"{scheme}:{number}")

    @property
    def scheme(self) -> str:
        return self.split(":", 1)[0]

    @property
    def value(self) -> str:
        return self.split(":", 1)[1]


# Transactions whose documents are of UBL 2.3 (T114, T115, T116, T128); all others are of 2.1.
_UBL_23 = ("order_change:3", "order_cancellation:3", "order_response_advanced:3", "receipt_advice:1")


def ubl_version(customization: str) -> str:
    """The version of UBL that the identifier of a transaction's documents ends with."""
    return "2.3" if customization.endswith(_UBL_23) else "2.1"


def document_type_id(namespace: str, root: str, customization: str) -> str:
    """What a participant is registered for in Peppol: `namespace::Root##customization::version`, case-sensitive."""
    return f"{namespace}::{root}##{customization}::{ubl_version(customization)}"
