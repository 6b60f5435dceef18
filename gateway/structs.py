"""The fields of all structs, worked out before there are threads."""

from __future__ import annotations

from contextlib import suppress

import msgspec


def know_structs() -> int:
    """Has msgspec work out every struct there is, and says how many.

    It does so at a struct's first use. Another thread that comes meanwhile finds fields without types, and the process
    dies of it (msgspec 0.22: a segmentation fault); ten phones that scan at once after a restart were enough.
    """
    waiting, known = [*msgspec.Struct.__subclasses__()], 0
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        with suppress(TypeError, NameError):  # of types that nobody reads from outside
            msgspec.json.Decoder(kind)
            known += 1
    return known
