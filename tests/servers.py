"""Throw-away PostgreSQL and Redis servers for the tests, on loopback ports of their own."""

import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from glob import glob
from pathlib import Path

import pytest


def find(program):
    """The newest installed PostgreSQL program of this name, or None. Debian keeps them off PATH."""
    found = shutil.which(program)
    return found or max(glob(f"/usr/lib/postgresql/*/bin/{program}"), default=None)


def need(program, reason):
    """The path of a program; without it the test is skipped, saying why — and fails in CI, where nothing is skipped."""
    path = find(program)
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return path


def free_port():
    """A port that nobody has, below those of outgoing connections: none of them takes it while its server restarts."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", random.randrange(20_000, 32_000)))
            return probe.getsockname()[1]


class Cluster:
    """initdb, start, stop. PostgreSQL refuses to run as root, so root runs it as the user ``postgres``.

    ``durable``: a commit is on the disk, as in earnest; tests can do without.
    """

    def __init__(self, durable=False):
        self.durable = durable
        # Not in pytest's own folders: another run of the tests may clear those while this server lives.
        self.folder = Path(tempfile.mkdtemp(prefix="otklik-postgres-"))
        self.data, self.port = self.folder / "data", free_port()
        self.initdb = need("initdb", "PostgreSQL is not installed: apt-get install postgresql")
        self.control = need("pg_ctl", "PostgreSQL is not installed: apt-get install postgresql")

    def run(self, *command):
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        done = subprocess.run([*prefix, *command], capture_output=True, cwd="/", text=True)
        assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"

    def start(self):
        self.data.mkdir()
        if os.geteuid() == 0:
            self.folder.chmod(0o755)
            shutil.chown(self.data, "postgres")
        self.run(self.initdb, "-D", str(self.data), "-U", "otklik", "--auth=trust", "--no-sync", "--encoding=UTF8")
        self.launch()
        return f"postgresql+psycopg://otklik@127.0.0.1:{self.port}/postgres"

    def launch(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        if not self.durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
        self.run(self.control, "-D", str(self.data), "-w", "-l", str(self.data / "log"), "-o", options, "start")

    def crash(self):
        """Every connection breaks, nothing is tidied up; ``launch`` recovers from the log on the same port."""
        self.run(self.control, "-D", str(self.data), "-m", "immediate", "stop")

    def stop(self):
        self.crash()
        shutil.rmtree(self.folder)


class RedisServer:
    """redis-server without persistence; ``stop`` and ``start`` again keep the port, as a restart would."""

    def __init__(self):
        self.program = need("redis-server", "Redis is not installed: apt-get install redis-server")
        self.port, self.process = free_port(), None

    def start(self):
        options = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
        self.process = subprocess.Popen([self.program, *options], stdout=subprocess.DEVNULL, cwd="/tmp")
        wait_for_port(self.port)
        return f"redis://127.0.0.1:{self.port}/0"

    def stop(self):
        self.process.terminate()
        self.process.wait(60)


def wait_for_port(port, seconds=60):
    """Return once something listens on the loopback port. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")
