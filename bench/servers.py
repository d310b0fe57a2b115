"""Real servers for measurements: our program and its floors, as processes on loopback, ended by their PID."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def gunicorn(target, instance=None, environment=None, options=()):
    """Serve ``module:app`` and yield (base URL, pid); the process group is ended at the end."""
    port = free_port()
    env = os.environ | {
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "RATELIMIT_ENABLED": "0",
        "PYTHONPATH": str(ROOT),
        **({"INSTANCE_PATH": str(instance)} if instance else {}),
        **(environment or {}),
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        *options,
        "--bind",
        f"127.0.0.1:{port}",
        "--log-level",
        "error",
        target,
    ]
    process = subprocess.Popen(command, env=env, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL)
    try:
        yield wait(f"http://127.0.0.1:{port}"), process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(15)


def wait(base, seconds=120):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", int(base.rsplit(":", 1)[1])), 1):
                urllib.request.urlopen(base + "/healthz", timeout=5).close()
            return base
        except urllib.error.HTTPError:
            return base  # it answers; a floor has no /healthz
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{base} does not answer")


def memory(pid):
    """Resident megabytes of a process and its children."""
    pids = {pid}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := entry / "stat").exists():
            fields = stat.read_text().rsplit(")", 1)[1].split()
            if int(fields[1]) in pids:
                pids.add(int(entry.name))
    total = 0
    for one in pids:
        for line in Path(f"/proc/{one}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                total += int(line.split()[1])
    return total / 1024
