"""Writes the pages of docs/documents anew from the tables: python docs/generate.py"""

from __future__ import annotations

from pathlib import Path

from gateway.mapping.pages import pages

_HERE = Path(__file__).resolve().parent
_TABLES = _HERE.parent / "mappings"


def main() -> None:
    """One file for each table and the index; a page whose table is gone goes too."""
    texts = {str(path.relative_to(_TABLES)): path.read_text(encoding="utf-8") for path in _TABLES.rglob("*.yaml")}
    wanted, folder = pages(texts), _HERE / "documents"
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, content in wanted.items():
        (folder / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
