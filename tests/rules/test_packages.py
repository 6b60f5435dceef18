"""Installing packages: folders and zips as publishers ship them, side by side, and what nobody may install."""

from __future__ import annotations

import io
import json
import os
import zipfile
from datetime import date
from pathlib import Path

import pytest

from gateway.findings import Rejected
from gateway.rules import unpack
from gateway.rules.install import install
from gateway.rules.packages import in_force, installed, only
from gateway.rules.pool import Pool
from tests.rules.samples import BASIC, FILES, SCHEMA, folder, one_rule, schematron, zipped

SPRING, AUTUMN = date(2026, 5, 15), date(2026, 11, 15)


@pytest.fixture(scope="module")
def pool():
    with Pool() as opened:
        yield opened


def refused(*arguments, **named) -> str:
    with pytest.raises(Rejected) as caught:
        install(*arguments, **named)
    assert all(finding.fatal for finding in caught.value.findings)
    return str(caught.value)


def test_a_folder_and_a_zip_of_it_are_the_same_package(tmp_path, pool):
    package = install(tmp_path / "rules", folder(tmp_path / "in"), "own-1", SPRING, pool)
    assert [file.path for file in package.files] == [
        "rules/own-T01.sch", "xsd/common/basic-2.1.xsd", "xsd/maindoc/UBL-Order-2.1.xsd",
    ]  # fmt: skip
    (rules,), (schema,) = package.schematrons, package.schemas
    assert rules.transactions == ("T01",)
    assert (schema.path, schema.version) == ("xsd/maindoc/UBL-Order-2.1.xsd", "2.1")
    assert install(tmp_path / "rules", zipped(tmp_path / "in.zip"), "own-1", SPRING, pool) == package
    assert installed(tmp_path / "rules") == (package,)
    assert sorted(path.name for path in (tmp_path / "rules").iterdir()) == ["own-1"]


def test_the_same_name_with_other_content_is_refused_and_another_day_moves_it(tmp_path, pool):
    home = tmp_path / "rules"
    install(home, folder(tmp_path / "in"), "own-1", AUTUMN, pool)
    moved = install(home, tmp_path / "in", "own-1", SPRING, pool)
    assert (moved.effective, installed(home)) == (SPRING, (moved,))
    folder(tmp_path / "in", {"rules/own-T01.sch": one_rule("cbc:Note")})
    assert "under a name of its own, such as own-1-1" in refused(home, tmp_path / "in", "own-1", SPRING, pool)
    assert installed(home) == (moved,)


def test_versions_stand_side_by_side_and_the_newest_in_force_judges(tmp_path, pool):
    home = tmp_path / "rules"
    install(home, folder(tmp_path / "old"), "own-spring", SPRING, pool)
    install(home, folder(tmp_path / "new", {"own-T01.sch": one_rule("cbc:Note")}), "own-autumn", AUTUMN, pool)
    assert in_force(home, date(2026, 5, 14)).table() == {}
    assert in_force(home, SPRING).table() == {"T01": {"xsd": "own-spring", "schematron": "own-spring"}}
    assert in_force(home, AUTUMN).table() == {"T01": {"xsd": "own-spring", "schematron": "own-autumn"}}
    assert only(home, "own-autumn").table() == {"T01": {"schematron": "own-autumn"}}
    with pytest.raises(Rejected, match="known: own-spring, own-autumn"):
        only(home, "own-winter")


def test_what_does_not_compile_is_told_with_file_and_line_and_not_installed(tmp_path, pool):
    files = FILES | {"rules/own-T01.sch": one_rule("count(("), "rules/own-T76.sch": one_rule("$nothing")}
    said = refused(tmp_path / "rules", folder(tmp_path / "in", files), "own-1", SPRING, pool)
    assert "rules/own-T01.sch:5: the rules do not compile" in said
    assert "rules/own-T76.sch:5: the rules do not compile: Variable $nothing" in said
    assert list((tmp_path / "rules").iterdir()) == []


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a-T01.sch": "<schema"}, "a-T01.sch:1:"),
        ({"a-T01.sch": "<rules/>"}, "expected schema in the ISO Schematron namespace"),
        ({"own.sch": schematron("<rule context='cbc:ID'><assert test='.'>x</assert></rule>")}, "own.sch: what this"),
        ({"x.xsd": "<xsd"}, "x.xsd:1:"),
        ({"x-2.1.xsd": SCHEMA}, "x-2.1.xsd:2: it needs ../common/basic-2.1.xsd"),
        ({"m/x.xsd": SCHEMA, "common/basic-2.1.xsd": BASIC.replace("ID", "Id")}, "m/x.xsd: this schema cannot be read"),
        ({"readme.txt": "nothing"}, "holds none of .dtd"),
        ({"a-T01.sch": '<!DOCTYPE schema [<!ENTITY a "b">]>' + one_rule()}, "document type declaration"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path, pool, files, words):
    assert words in refused(tmp_path / "rules", folder(tmp_path / "in", files), "own-1", SPRING, pool)
    assert installed(tmp_path / "rules") == ()


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "a" * 65, "å"])
def test_a_name_that_is_no_folder_is_refused(tmp_path, name):
    assert "cannot name a package" in refused(tmp_path / "rules", folder(tmp_path / "in"), name, SPRING)


@pytest.mark.parametrize("name", ["../T01.sch", "/etc/T01.sch", "a/../../T01.sch", "C:/T01.sch", "..\\T01.sch"])
def test_a_zip_that_points_out_of_itself_is_refused(tmp_path, name):
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, one_rule())
    assert "points out of the package" in refused(tmp_path / "rules", path, "own-1", SPRING)
    assert not (tmp_path / "rules").exists()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a-T01.sch", "w") as entry:
        for _ in range(30):
            entry.write(bytes(1_000_000))
    assert path.stat().st_size < 100_000
    assert "more than 20000000 bytes" in refused(tmp_path / "rules", path, "own-1", SPRING)


def test_bounds_on_number_and_sum_of_files(tmp_path, monkeypatch):
    monkeypatch.setattr(unpack, "MOST_FILES", 3)
    assert "more than 3 files" in refused(tmp_path / "rules", folder(tmp_path / "in"), "own-1", SPRING)
    assert "more than 3 files" in refused(tmp_path / "rules", zipped(tmp_path / "in.zip"), "own-1", SPRING)
    monkeypatch.undo()
    monkeypatch.setattr(unpack, "MOST_BYTES", 900)
    assert "900 bytes together" in refused(tmp_path / "rules", tmp_path / "in", "own-1", SPRING)


def test_a_zip_of_countless_entries_is_refused_before_its_directory_is_read(tmp_path):
    path = zipped(tmp_path / "in.zip")
    raw = bytearray(path.read_bytes())
    at = raw.rfind(b"PK\x05\x06")
    raw[at + 12 : at + 16] = (50_000_000).to_bytes(4, "little")
    path.write_bytes(raw)
    assert "more than 5000 files" in refused(tmp_path / "rules", path, "own-1", SPRING)
    path.write_bytes(raw[:at] + b"PK\x06\x07" + bytes(16) + raw[at:])
    assert "beyond 4 GB" in refused(tmp_path / "rules", path, "own-1", SPRING)
    path.write_bytes(b"PK")
    assert "it has no end" in refused(tmp_path / "rules", path, "own-1", SPRING)


def test_links_and_broken_archives_are_refused(tmp_path):
    link = zipfile.ZipInfo("a-T01.sch")
    link.external_attr = 0o120777 << 16
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(link, "/etc/hostname")
    (tmp_path / "link.zip").write_bytes(held.getvalue())
    assert "is a link" in refused(tmp_path / "rules", tmp_path / "link.zip", "own-1", SPRING)
    (tmp_path / "half.zip").write_bytes(zipped(tmp_path / "in.zip").read_bytes()[:-40])
    assert "no zip that can be read" in refused(tmp_path / "rules", tmp_path / "half.zip", "own-1", SPRING)
    assert "no such folder" in refused(tmp_path / "rules", tmp_path / "none", "own-1", SPRING)
    outside = folder(tmp_path / "outside", {"b-T01.sch": one_rule()})
    inside = folder(tmp_path / "inside", {"a-T01.sch": one_rule()})
    os.symlink(outside / "b-T01.sch", inside / "b-T01.sch")
    assert list(unpack.unpacked(inside)) == ["a-T01.sch"]


def test_document_types_are_stored_and_listed(tmp_path, pool):
    package = install(tmp_path / "rules", folder(tmp_path / "in", {"cXML.dtd": "<!ELEMENT cXML EMPTY>"}), "c", SPRING)
    assert [file.path for file in package.dtds] == ["cXML.dtd"]
    assert in_force(tmp_path / "rules", AUTUMN).table() == {}


def test_a_damaged_manifest_is_named(tmp_path, pool):
    install(tmp_path / "rules", folder(tmp_path / "in"), "own-1", SPRING, pool)
    manifest = Path(tmp_path / "rules" / "own-1" / "manifest.json")
    assert json.loads(manifest.read_text())["name"] == "own-1"
    manifest.write_text("{")
    os.utime(tmp_path / "rules", ns=(1, 1))
    with pytest.raises(Rejected, match="install the package again"):
        installed(tmp_path / "rules")
