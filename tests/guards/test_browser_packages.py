"""What the browser gets: pinned by a lock that names no registry, served from our own origin."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "app/static"


def test_the_lock_pins_everything_and_names_no_registry():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = {name: entry for name, entry in packages.items() if name}
    assert {"node_modules/socket.io-client", "node_modules/axe-core"} <= set(installed)
    assert all(entry["integrity"].startswith("sha512-") for entry in installed.values())
    assert not any("resolved" in entry for entry in installed.values())


def test_style_sheets_ask_only_for_files_we_serve():
    for sheet in (STATIC / "css").glob("*.css"):
        for address in re.findall(r'url\("?(?!data:)([^")]+)"?\)', sheet.read_text()):
            assert (sheet.parent / address).resolve().is_file(), f"{sheet.name}: {address}"


def test_scripts_import_only_files_we_serve():
    for script in (STATIC / "js").rglob("*.js"):
        for address in re.findall(r'^import\s(?:[^"\n]*from\s)?"([^"]+)"', script.read_text(), re.MULTILINE):
            assert address.startswith("."), f"{script.name}: {address} is not ours"
            assert (script.parent / address).resolve().is_file(), f"{script.name}: {address}"


def test_templates_name_only_files_we_serve():
    for page in (ROOT / "app/templates").rglob("*.html"):
        for name in re.findall(r'url_for\("static", filename="([^"]+)"\)', page.read_text()):
            assert (STATIC / name).is_file(), f"{page.name}: {name}"


def test_every_icon_named_in_templates_exists():
    names = {
        name
        for page in (ROOT / "app/templates").rglob("*.html")
        for name in re.findall(r'\bicon\("([^"{}]+)"', page.read_text())
    }
    assert len(names) > 20
    missing = [name for name in names if not (STATIC / "vendor/icons" / f"{name}.svg").is_file()]
    assert missing == []
