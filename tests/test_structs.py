"""Many threads may use a struct for the first time at once, and nobody dies of it."""

from __future__ import annotations

import subprocess
import sys

from gateway.structs import know_structs

_RACE = """
import sys, threading, datetime, msgspec
from typing import Optional
from gateway.structs import know_structs

sys.setswitchinterval(1e-6)
fields = "".join(f"    f{n}: 'Optional[dict[str, list[datetime.datetime]]]' = None\\n" for n in range(25))
for n in range(200):
    exec(f"class A{n}(msgspec.Struct):\\n{fields}", globals())
know_structs()

def use(kind, together):
    together.wait()
    msgspec.convert({"f24": {"a": ["2026-01-01T00:00:00Z"]}}, kind)

for n in range(200):
    together = threading.Barrier(10)
    threads = [threading.Thread(target=use, args=(globals()[f"A{n}"], together)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print("alive")
"""


def test_threads_that_begin_at_once_find_whole_structs() -> None:
    """Without `know_structs` the process is killed by a segmentation fault."""
    done = subprocess.run([sys.executable, "-c", _RACE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr


def test_every_struct_that_is_read_from_outside_is_known() -> None:
    from gateway import program  # noqa: F401 - all rooms

    assert know_structs() > 500
