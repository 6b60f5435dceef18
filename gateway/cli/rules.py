"""`avrop rules install|list`: the official rules that judge documents, side by side, each in force from its day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.say import Json, say
from gateway.rules.install import install
from gateway.rules.packages import InForce, Installed, in_force, installed
from gateway.settings import load_settings

app = typer.Typer(help="Official rules: install a published package, see what is in force.", no_args_is_help=True)
Day = Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The day from which it is in force.")]


@app.command("install")
def install_package(
    path: Annotated[Path, typer.Argument(exists=True, readable=True, help="A folder or zip as published.")],
    name: Annotated[str, typer.Option(help="What verdicts will call it, such as peppol-2026.5.")],
    effective: Day,
    json: Json = False,
) -> None:
    """Install a package: every rule is compiled first, and nothing is there before all of it is."""
    package = install(load_settings().rules_dir, path, name, effective.date())
    text = f"{name} is installed, in force from {package.effective}: {_holds(package)}"
    say(_facts(package), text, json)


@app.command("list")
def list_packages(json: Json = False) -> None:
    """What is in force today for each transaction, what comes, and what is installed since when."""
    folder, today = load_settings().rules_dir, datetime.now(UTC).astimezone().date()
    force, packages = in_force(folder, today), installed(folder)
    data = {
        "day": today,
        "in_force": force.table(),
        "coming": [_facts(package) for package in packages if package.effective > today],
        "installed": [_facts(package) for package in packages],
    }
    say(data, _shown(force, packages, today), json)


def _facts(package: Installed) -> dict[str, Any]:
    return {
        "name": package.name,
        "from": package.effective,
        "installed": package.installed,
        "transactions": sorted({number for file in package.schematrons for number in file.transactions}),
        "schemas": [file.path for file in package.schemas],
        "dtds": [file.path for file in package.dtds],
        "versions": package.versions,
    }


def _holds(package: Installed) -> str:
    counted = ((len(package.schematrons), "Schematron"), (len(package.schemas), "XSD"), (len(package.dtds), "DTD"))
    versions = f" (cXML {', '.join(package.versions)})" if package.versions else ""
    return ", ".join(f"{number} {kind}" for number, kind in counted if number) + versions


def _shown(force: InForce, packages: tuple[Installed, ...], today: date) -> str:
    if not packages:
        return "no rules are installed: avrop rules install PATH --name NAME --from DATE"
    lines = [f"in force on {today}:"]
    for transaction, row in force.table().items():
        lines.append(f"  {transaction:<5} " + "  ".join(f"{layer}: {name}" for layer, name in row.items()))
    lines.append("installed:")
    for package in packages:
        when = "comes on" if package.effective > today else "from"
        since = f"{package.installed:%Y-%m-%d %H:%M} UTC"
        lines.append(f"  {package.name:<24} {when} {package.effective}, installed {since}: {_holds(package)}")
    return "\n".join(lines)
