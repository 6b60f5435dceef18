"""Compiles a table into a writer: generated Python that appends escaped text in the order of the syntax.

Text from the table reaches the generated code through `repr` only; terms are canonical fields, checked at load.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.formats import values
from gateway.formats.hooks import SPLITTERS
from gateway.formats.ubl.dress import dress_of
from gateway.formats.ubl.elements import Element
from gateway.formats.ubl.spelling import Spelling
from gateway.formats.xml import escape, escape_attribute
from gateway.mapping.check import mapped_terms
from gateway.mapping.shapes import HOOKS, shapes
from gateway.mapping.table import Leaf, Table

Bad = Callable[[str, str], None]
Writer = Callable[[Any, Callable[[str], None], Bad], None]


def compile_writer(table: Table, root: Element) -> Writer:
    """`writer(document, append, bad)`; `bad(path, message)` is called for every term that cannot be expressed."""
    return _Generator(table).compile(root)


class _Generator(Spelling):
    def __init__(self, table: Table) -> None:
        super().__init__()
        self.table = table

    def compile(self, root: Element) -> Writer:
        if root.tag.startswith("{"):
            namespace = root.tag[1:].split("}", 1)[0]
            declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in dress_of(self.table).namespaces.items())
            self.text(f'<?xml version="1.0" encoding="UTF-8"?>\n<{root.name} xmlns="{namespace}"{declared}>')
        else:
            self.open(root, "d", "")
        for hook in sorted(_hooks(root)):
            self.names[f"split_{hook}"] = SPLITTERS[hook]
            self.line(f"h_{hook} = split_{hook}(d, bad)")
        self.body(root, "d", "", "")
        self.own(root, "d", "")
        self.text(f"</{root.name}>\n")
        self.flush()
        source = "def write(d, a, bad):\n" + "\n".join(self.lines)
        exec(compile(source, f"<writer of {self.table.name}>", "exec"), self.names)  # noqa: S102 - generated above
        writer: Writer = self.names["write"]
        return writer

    def body(self, element: Element, var: str, shown: str, plain: str) -> None:
        """The children of an object; `shown` is the path for messages (with indices), `plain` without them."""
        if element.group is not None:
            tree = mapped_terms(element.group)
            if not plain:
                tree |= {HOOKS[hook][0]: True for hook in _hooks(element)}
            self.refuse_unmapped(var, element.group.struct, tree, shown, plain)
        self.children(element, var, shown, plain)

    def children(self, element: Element, var: str, shown: str, plain: str) -> None:
        for child in element.children:
            if child.kind == "leaf":
                self.leaf(child, var, shown)
            elif child.kind == "wrapper":
                self.wrapper(child, var, shown)
            elif child.kind == "container":
                self.container(child, var, shown, plain)
            else:
                self.object(child, var, shown, plain)

    def container(self, element: Element, var: str, shown: str, plain: str) -> None:
        if _unsaid(element):
            return
        present = " or ".join(self.presence(element, var))
        if not element.min and present:
            self.line(f"if {present}:")
            self.depth += 1
        kept = self.kept(element, var)
        self.open(element, var, shown)
        self.children(element, var, shown, plain)
        self.own(element, var, shown)
        self.text(f"</{element.name}>")
        if kept:
            self.flush()
            self.depth -= 1
        if not element.min and present:
            self.flush()
            self.depth -= 1

    def kept(self, element: Element, var: str) -> bool:
        """Where the whole element is said as markup, that is written; the lines only otherwise."""
        if element.kept:
            self.line(f"if {var}.{element.kept} is not None: a({var}.{element.kept})")
            self.line("else:")
            self.depth += 1
        return bool(element.kept)

    def presence(self, element: Element, var: str) -> list[str]:
        """Python tests, one of which is true when a container has something to hold."""
        said = [leaf for leaf in element.beside if leaf.term and leaf.only != "read"]
        tests = [f"{self.value(var, leaf.term)} is not None" for leaf in said]
        for child in element.children:
            if child.leaf and child.leaf.only == "read":
                continue
            if child.hook:
                tests.append(f"h_{child.hook}.get({var}.id)")
            elif child.kept:
                tests.append(f"{var}.{child.kept} is not None")
                tests.extend(self.presence(child, var))
            elif child.kind in {"container", "wrapper"}:
                tests.extend(self.presence(child, var))
            elif child.term:
                value = self.value(var, child.term)
                tests.append(value if child.many else f"{value} is not None")
            if child.kind == "leaf":
                extra = [leaf for leaf in child.attributes.values() if leaf.term and leaf.only != "read"]
                tests.extend(f"{self.value(var, leaf.term)} is not None" for leaf in extra)
        return tests

    def several(self, var: str, term: tuple[str, ...]) -> str:
        """The same for a repeated term: where a struct on the way is missing there is nothing to repeat."""
        return self.value(var, term) if len(term) == 1 else f"({self.value(var, term)} or ())"

    def object(self, element: Element, var: str, shown: str, plain: str) -> None:
        term = ".".join(element.term) or str(element.hook)
        inner = self.variable("o")
        if element.many:
            index = self.variable("i")
            source = f"h_{element.hook}.get({var}.id, ())" if element.hook else self.several(var, element.term)
            self.bounds(element, source, f"{shown}{term}")
            self.line(f"for {index}, {inner} in enumerate({source}):")
            path = f"{shown}{term}[{{{index}}}]."
        else:
            self.line(f"{inner} = {self.value(var, element.term)}")
            if element.min:
                self.line(f"if {inner} is None: bad(f'{shown}{term}', 'is missing')")
            self.line(f"if {inner} is not None:")
            path = f"{shown}{term}."
        self.depth += 1
        self.refuse_empty(element, inner, path)
        self.open(element, inner, path)
        self.body(element, inner, path, f"{plain}{term}.")
        self.own(element, inner, path)
        self.text(f"</{element.name}>")
        self.flush()
        self.depth -= 1

    def refuse_empty(self, element: Element, var: str, path: str) -> None:
        said = [leaf for leaf in element.beside if leaf.term and leaf.only != "read"]
        if not any(child.min for child in element.children) and not any(leaf.min for leaf in said):
            tests = " or ".join(self.presence(element, var))
            self.line(f"if not ({tests}): bad(f'{path[:-1]}', 'is empty; leave it out instead')")

    def open(self, element: Element, var: str, shown: str) -> None:
        """The start tag of an element that holds others, with its attributes."""
        self.text(f"<{element.name}")
        for name, leaf in element.attributes.items():
            if leaf.only == "read":
                continue
            if not leaf.term:
                self.text(f' {name}="{escape_attribute(leaf.const or "")}"')
                continue
            value = self.checked(leaf, var, shown)
            opening = repr(f' {name}="')
            self.line(f"if {value} is not None: a({opening} + esc_attr({self.worded(leaf, value)}) + '\"')")
        self.text(">")

    def own(self, element: Element, var: str, shown: str) -> None:
        """The text of an element that holds others as well."""
        if element.own is not None and element.own.only != "read":
            value = self.checked(element.own, var, shown)
            self.line(f"if {value} is not None: a(esc({self.worded(element.own, value)}))")

    def checked(self, leaf: Leaf, var: str, shown: str) -> str:
        """A variable that holds the leaf's value, after the checks of its presence and code."""
        value = self.variable("v")
        self.line(f"{value} = {self.value(var, leaf.term)}")
        if leaf.min:
            self.line(f"if {value} is None: bad(f'{shown}{leaf.dotted}', 'is missing')")
        if leaf.codes is not None:
            known, message = self.constant(leaf.codes.to_wire), f" is not in the code list {leaf.codes.name}"
            test = f"{value} is not None and {value} not in {known}"
            self.line(f"if {test}: bad(f'{shown}{leaf.dotted}', repr({value}) + {message!r})")
        return value

    def worded(self, leaf: Leaf, value: str) -> str:
        """The value as text that is still to be escaped."""
        if leaf.type in values.WRITERS:
            return f"{self.constant(values.WRITERS[leaf.type])}({value})"
        return self.spelled(leaf, value, "")

    def bounds(self, element: Element, source: str, path: str) -> None:
        if element.min:
            self.line(f"if not {source}: bad(f'{path}', 'is missing')")
        if element.max == 1:
            message = f"holds more than one, and {self.table.name} has room for one"
            self.line(f"if len({source}) > 1: bad(f'{path}', {message!r})")

    def leaf(self, element: Element, var: str, shown: str) -> None:
        leaf = element.leaf
        if leaf is None or leaf.only == "read":
            return
        if not leaf.term:
            dressed = "".join(f' {name}="{escape_attribute(said)}"' for name, said in _constants(element).items())
            said = escape(leaf.const) if leaf.const else ""
            self.text(f"<{element.name}{dressed}>{said}</{element.name}>")
        elif leaf.many:
            self.repeated(element, element, leaf, var, shown)
        else:
            value = self.variable("v")
            path = f"{shown}{leaf.dotted}"
            self.line(f"{value} = {self.value(var, leaf.term)}")
            if "default" in leaf.options:
                self.line(f"if {value} is None: {value} = {str(leaf.options['default'])!r}")
            elif element.min:
                self.line(f"if {value} is None: bad(f'{path}', 'is missing')")
            self.line(f"if {value} is not None:")
            self.depth += 1
            self.append(element, leaf, value, var, path)
            self.flush()
            self.depth -= 1
            for extra in element.attributes.values():
                if extra.term and extra.only != "read":
                    place = f"{shown}{extra.dotted}"
                    self.line(f"elif {self.value(var, extra.term)} is not None:")
                    self.line(f"    bad(f'{place}', 'is said of {leaf.dotted}, which is missing')")

    def wrapper(self, element: Element, var: str, shown: str) -> None:
        inner = element.children[0]
        if inner.leaf is not None:
            self.repeated(element, inner, inner.leaf, var, shown)

    def repeated(self, outer: Element, element: Element, leaf: Leaf, var: str, shown: str) -> None:
        """A value that stands many times, each in its wrapper where it has one."""
        value = self.variable("v")
        path = f"{shown}{leaf.dotted}"
        source = self.several(var, leaf.term)
        self.bounds(outer, source, path)
        self.line(f"for {value} in {source}:")
        self.depth += 1
        self.text(f"<{outer.name}>" if outer is not element else "")
        self.append(element, leaf, value, var, path)
        self.text(f"</{outer.name}>" if outer is not element else "")
        self.flush()
        self.depth -= 1

    def refuse_unmapped(self, var: str, struct: type, tree: dict[str, Any], shown: str, plain: str) -> None:
        """What the table does not name is refused when it is there, never dropped."""
        for name, shape in shapes(struct).items():
            mapped = tree.get(name)
            if mapped is None and f"{plain}{name}" not in self.table.leave_out:
                test = f"{var}.{name}" if shape.many else f"{var}.{name} != {shape.default!r}"
                self.line(f"if {test}: bad(f'{shown}{name}', {f'cannot be said in {self.table.name}'!r})")
            elif isinstance(mapped, dict):
                inner = self.variable("o")
                self.line(f"{inner} = {var}.{name}")
                self.line(f"if {inner} is not None:")
                self.depth += 1
                self.line("pass")
                self.refuse_unmapped(inner, shape.type, mapped, f"{shown}{name}.", f"{plain}{name}.")
                self.depth -= 1


def _constants(element: Element) -> dict[str, str]:
    return {name: leaf.const for name, leaf in element.attributes.items() if leaf.const is not None}


def _unsaid(element: Element) -> bool:
    """Whether everything in it is for reading only."""
    leaves = [*element.beside, *(child.leaf for child in element.children if child.leaf)]
    return all(leaf.only == "read" for leaf in leaves) and all(
        map(_unsaid, (c for c in element.children if not c.leaf))
    )


def _hooks(element: Element) -> set[str]:
    found = {element.hook} if element.hook else set()
    return found.union(*(_hooks(child) for child in element.children))
