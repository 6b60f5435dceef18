"""The invented supplier files of `samples.yaml`."""

from __future__ import annotations

from pathlib import Path

import msgspec
import yaml

from gateway.identifiers import gs1_check_digit


def _checked(digits: str) -> str:
    return f"{digits}{gs1_check_digit(digits)}"


_NUMBERS = {f"g{n}": _checked(f"73500010{n:04}") for n in range(1, 8)}
_NUMBERS |= {f"s{n}": _checked(f"373500010{n:08}") for n in range(1, 5)}
_NUMBERS |= {"hub": "7350001000015", "unit": "7350001000022"}


class Sample(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`means`: for each column the standard one, `-` for none. `open`: a person must look, and truly so."""

    name: str
    means: str
    text: str
    document: str = ""
    encoding: str = "utf-8"
    open: bool = False
    newline: str = "\r\n"
    tab: bool = False

    @property
    def file(self) -> str:
        """What the file is called tells nothing."""
        return f"{self.name.replace(' ', '-')}.csv"

    @property
    def raw(self) -> bytes:
        text = self.text.format(**_NUMBERS).replace("\n", self.newline)
        return (text.replace(";", "\t") if self.tab else text).encode(self.encoding)

    @property
    def columns(self) -> list[str]:
        return ["" if name == "-" else name for name in self.means.split()]


SAMPLES = msgspec.convert(
    yaml.safe_load((Path(__file__).parent / "samples.yaml").read_text(encoding="utf-8")), list[Sample]
)
NAMED = {sample.name: sample for sample in SAMPLES}
