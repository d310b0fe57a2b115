"""What a server and the worker load at their start: each package left out is megabytes of every process."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
LATER = (
    *("aiohttp", "alembic", "charset_normalizer", "cryptography", "filetype", "flask_migrate", "markdown", "nh3"),
    *("PIL", "rapidfuzz", "redis", "rich", "segno", "snowballstemmer", "webauthn", "xlsxwriter"),
)
ASK = f"import json, sys, wsgi; print(json.dumps([name for name in {LATER} if name in sys.modules]))"


def environment(folder):
    return {name: value for name, value in os.environ.items() if name != "REDIS_URL"} | {"INSTANCE_PATH": str(folder)}


def test_a_server_starts_without_what_it_may_never_need(tmp_path):
    line = [sys.executable, "-c", ASK]
    told = subprocess.run(line, cwd=ROOT, env=environment(tmp_path), check=True, capture_output=True, text=True).stdout
    assert json.loads(told.splitlines()[-1]) == []
