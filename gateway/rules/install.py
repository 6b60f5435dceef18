"""Installing a rule package: proved to compile before it is there, there all at once, and the same twice is nothing."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from gateway.findings import Finding, Place, Rejected, reject
from gateway.rules.contents import File, brought_in, described
from gateway.rules.packages import MANIFEST, NAME, Installed, installed
from gateway.rules.pool import Limits, Pool
from gateway.rules.unpack import unpacked
from gateway.rules.xsd import Schema


def install(folder: Path, source: Path, name: str, effective: date, pool: Pool | None = None) -> Installed:
    """Installs the folder or zip `source` as `name`, in force from `effective`. Raises `Rejected` with file and line.

    The same content under the same name again changes nothing but the day; other content is refused. Schematron is
    compiled in `pool`, or in one of its own.
    """
    if not NAME.fullmatch(name):
        message = f"{name!r} cannot name a package: letters, digits, points, dashes, at most 64; such as peppol-2026.5"
        raise reject("rules-name", message, Place(source=name))
    files = _described(unpacked(source))
    if (there := _there(folder, name)) is not None:
        return _again(folder, there, tuple(file for file, _ in files), effective)
    package = Installed(
        name=name, effective=effective, installed=datetime.now(UTC), files=tuple(file for file, _ in files)
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".installing-", dir=folder, ignore_cleanup_errors=True) as building:
            _put(Path(building), package, files, pool)
            os.chmod(building, 0o755)  # noqa: S103 - a temporary folder is its maker's alone; who serves may be another
            os.rename(building, folder / name)
    except OSError as error:
        raise reject("rules-install", f"it cannot be put there: {error.strerror}", Place(source=str(folder))) from None
    return package


def _put(building: Path, package: Installed, files: list[tuple[File, bytes]], pool: Pool | None) -> None:
    for file, raw in files:
        path = building / "files" / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    _prove(building, package.files, pool)
    _write_manifest(building, package)


def _described(files: Mapping[str, bytes]) -> list[tuple[File, bytes]]:
    """Each file with what it judges; raises `Rejected` with everything that is wrong with any."""
    included = brought_in(files)
    found, wrong = [], list[Finding]()
    for path, raw in files.items():
        try:
            found.append((described(path, raw, hashlib.sha256(raw).hexdigest(), included), raw))
        except Rejected as rejected:
            wrong.extend(rejected.findings)
    if wrong:
        raise Rejected(wrong)
    return found


def _there(folder: Path, name: str) -> Installed | None:
    return next((package for package in installed(folder) if package.name == name), None)


def _again(folder: Path, there: Installed, files: tuple[File, ...], effective: date) -> Installed:
    if {(file.path, file.sha256) for file in files} != {(file.path, file.sha256) for file in there.files}:
        message = (
            f"{there.name} is installed with other content, and verdicts name it; install this one under a name of its "
            f"own, such as {there.name}-1"
        )
        raise reject("rules-installed", message, Place(source=there.name))
    if there.effective == effective:
        return there
    moved = msgspec.structs.replace(there, effective=effective)
    _write_manifest(folder / there.name, moved)
    os.utime(folder)  # who reads the packages looks at the folder's time first
    return moved


def _write_manifest(package_folder: Path, package: Installed) -> None:
    """All at once: a reader sees the old one or the new one."""
    new = package_folder / f".{MANIFEST}"
    new.write_bytes(msgspec.json.format(msgspec.json.encode(package)))
    os.replace(new, package_folder / MANIFEST)


def _prove(building: Path, files: tuple[File, ...], pool: Pool | None) -> None:
    """Every file is compiled; raises `Rejected` with the first reason of each that cannot be."""
    wrong: list[Finding] = []
    own = pool or Pool(Limits(workers=1, seconds=60))
    try:
        for file in files:
            path = building / "files" / file.path
            if file.kind == "schematron":
                wrong.extend(_at(file, finding) for finding in own.compile(path))
            elif file.kind == "xsd" and file.roots:
                wrong.extend(_at(file, finding) for finding in _schema_fault(path))
    finally:
        if pool is None:
            own.close()
    if wrong:
        raise Rejected(wrong)


def _schema_fault(path: Path) -> tuple[Finding, ...]:
    try:
        Schema(path)
    except Rejected as rejected:
        return rejected.findings
    return ()


def _at(file: File, finding: Finding) -> Finding:
    return msgspec.structs.replace(finding, place=msgspec.structs.replace(finding.place, source=file.path))
