"""Generated Python, line by line: markup that never changes is joined; values go in by name."""

from __future__ import annotations

from typing import Any

from gateway.formats.xml import escape, escape_attribute


class Emitter:
    """The body of a function `write(d, a, bad)`; `names` is what it sees."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.depth = 1
        self.names: dict[str, Any] = {"esc": escape, "esc_attr": escape_attribute}
        self.static = ""
        self.fresh = 0

    def line(self, code: str) -> None:
        self.flush()
        self.lines.append("    " * self.depth + code)

    def text(self, markup: str) -> None:
        self.static += markup

    def flush(self) -> None:
        if self.static:
            markup, self.static = self.static, ""
            self.lines.append("    " * self.depth + f"a({markup!r})")

    def variable(self, stem: str) -> str:
        self.fresh += 1
        return f"{stem}{self.fresh}"

    def constant(self, value: Any) -> str:
        name = self.variable("K")
        self.names[name] = value
        return name
