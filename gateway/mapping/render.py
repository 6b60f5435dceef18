"""A page for a table: what the document is, how it is known, and every line of the table as a tree. Pure Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gateway.mapping.codes import Codes
from gateway.mapping.located import load_located
from gateway.mapping.table import MANY, Group, Leaf, Table, leaves

_LISTS = "../../mappings/codelists"
_SHOWN = 12
_ACRONYMS = {"csv": "CSV", "cxml": "cXML", "oci": "OCI"}


@dataclass(frozen=True)
class CodeList:
    """What a page says of a code list: its title, and how many codes it holds."""

    title: str
    size: int


def code_lists(texts: Mapping[str, str]) -> dict[str, CodeList]:
    """Every file of mappings/codelists/ by its name, out of `texts` (path below mappings/ → text)."""
    found = {}
    for path, text in texts.items():
        if path.startswith("codelists/"):
            data = load_located(text, path)
            codes = data["codes"]
            size = len(codes.split() if isinstance(codes, str) else codes)
            found[_file_name(path)] = CodeList(str(data.get("title", "")), size)
    return found


def render(table: Table, lists: Mapping[str, CodeList]) -> str:
    """The page of one table: facts, tree, code lists."""
    used = sorted({_file_name(leaf.codes.name) for _, leaf in leaves(table.root) if leaf.codes} & set(lists))
    parts = [
        f"# {title(table)}",
        table.about,
        _facts(table),
        "## Lines",
        _LEGEND,
        "\n".join(_lines(table.root, 0, "fields" if table.syntax == "form" else "rows")),
    ]
    if used:
        parts += ["## Code lists", "\n".join(_code_list(name, lists[name]) for name in used)]
        parts.append("\n".join(f"[{name}]: {_LISTS}/{name}.yaml" for name in used))
    return "\n\n".join(part for part in parts if part) + "\n"


def title(table: Table) -> str:
    """Peppol: despatch advice."""
    folder, _, name = table.name.partition("/")
    return f"{_ACRONYMS.get(folder, folder.capitalize())}: {name.replace('_', ' ')}"


def page_name(table: Table) -> str:
    """peppol-order.md"""
    return f"{table.name.replace('/', '-').replace('_', '-')}.md"


_LEGEND = (
    "Place on the wire → term of the canonical document, how often it stands, its type. A line without a term holds "
    "those below it."
)


def _facts(table: Table) -> str:
    facts = [
        ("canonical document", f"[{table.document.__name__}](canonical.md#{table.document.__name__.lower()})"),
        ("variant", f"`{table.variant}`: written only where a dialect chooses it" if table.variant else ""),
        ("root", ticked([table.root.at] if table.root.at else [])),
        ("recognised by", ticked(table.recognise.get("transaction", ()))),
        ("but never with", ticked(table.recognise.get("absent", ()))),
        ("processes", ticked(processes(table))),
        ("layout", ticked(f"{key}: {value!r}" for key, value in table.layout.items())),
        ("what no line names", "is forbidden" if table.complete else "is reported as not carried"),
        ("left out knowingly", ticked(table.leave_out)),
        ("table", f"[{table.source}](../../mappings/{table.source})"),
        ("example", f"[{table.example}.yaml](../../mappings/{table.example}.yaml)" if table.example else ""),
    ]
    rows = [f"| {name} | {cell(said)} |" for name, said in facts if said]
    return "\n".join(["| | |", "|---|---|", *rows])


def cell(text: str) -> str:
    """Text as a cell of a Markdown table."""
    return text.replace("|", r"\|")


def processes(table: Table) -> tuple[str, ...]:
    """The business processes in which the document stands: what its profile identifier may say."""
    for leaf in (line for line in table.root.terms if isinstance(line, Leaf)):
        if leaf.at == "cbc:ProfileID":
            return (leaf.const,) if leaf.const else tuple(leaf.codes.from_wire) if leaf.codes else ()
    return ()


def _lines(group: Group, depth: int, unnamed: str) -> Iterator[str]:
    """One bullet for each line, those inside it indented; an attribute stands below its element."""
    for line in group.terms:
        below = "/@" in line.at
        place = f"@{line.at.split('/@')[1]}" if below else line.at
        yield f"{'  ' * (depth + below)}- {_bullet(line, place, unnamed)}"
        if isinstance(line, Group):
            yield from _lines(line, depth + 1, unnamed)


def _bullet(line: Leaf | Group, place: str, unnamed: str) -> str:
    head = f"`{place}`" if place else unnamed if isinstance(line, Group) else "not on the wire"
    if line.term:
        head += f" → `{line.dotted}`"
    said = [head, f"{line.min}..{'n' if line.max == MANY else line.max}"]
    if line.hook:
        said.append(f"by the hook {line.hook}")
    if isinstance(line, Leaf):
        said += [line.type] if line.term else []
        said += list(_details(line))
    elif line.term:
        said.append(line.struct.__name__)
    return " · ".join(said)


def _details(leaf: Leaf) -> Iterator[str]:
    if leaf.const is not None:
        yield f"always `{leaf.const}`"
    if leaf.codes is not None:
        yield _codes(leaf.codes)
    if leaf.coded:
        yield "with its scheme or unit"
    for key, value in leaf.options.items():
        yield f"{key} `{value}`"
    if leaf.only:
        yield f"{leaf.only} only"


def _codes(codes: Codes) -> str:
    if codes.name.startswith("codelists/"):
        return f"[{_file_name(codes.name)}]"
    pairs = [ours if ours == theirs else f"{ours} = {theirs}" for ours, theirs in codes.to_wire.items()]
    more = f" and {len(pairs) - _SHOWN} more" if len(pairs) > _SHOWN else ""
    return f"codes {ticked(pairs[:_SHOWN])}{more}"


def _code_list(name: str, found: CodeList) -> str:
    return f"- [{name}] {found.title}; {found.size} code{'' if found.size == 1 else 's'}"


def _file_name(path: str) -> str:
    return path.removeprefix("codelists/").removesuffix(".yaml")


def ticked(texts: Iterable[str]) -> str:
    return ", ".join(f"`{text}`" for text in texts)
