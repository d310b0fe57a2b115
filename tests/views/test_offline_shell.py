"""The page that stands in for all others without a network: whole only when its every script was kept."""

import re
from pathlib import Path

STATIC = Path(__file__).parents[2] / "app" / "static"
IMPORTED = re.compile(r"""^import (?:[^"']+ from )?["']([^"']+)["']""", re.MULTILINE)


def imported(script):
    """The scripts that ``script`` imports, and what those import."""
    found = {(script.parent / name).resolve() for name in IMPORTED.findall(script.read_text())}
    return found.union(*map(imported, found))


def test_the_worker_keeps_every_module_of_the_shell(visitor):
    scripts = re.findall(r'src="/static/(js/[^"?]+)', visitor.get("/offline").text)
    assert scripts
    needed = set().union(*(imported(STATIC / script) for script in scripts)) - {STATIC / script for script in scripts}
    kept = re.search(r"MODULES = \[(.*?)\]", (STATIC / "js/worker/pages.js").read_text())[1]
    assert {f"{STATIC}/js/{name}.js" for name in re.findall(r'"([^"]+)"', kept)} == set(map(str, needed))
