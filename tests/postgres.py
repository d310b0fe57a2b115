"""A PostgreSQL server of our own for the tests: a throw-away cluster on a loopback port."""

import os
import shutil
import socket
import subprocess
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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """initdb, start, stop. PostgreSQL refuses to run as root, so root runs it as the user ``postgres``."""

    def __init__(self, folder):
        self.data, self.port = Path(folder) / "data", free_port()
        self.initdb = need("initdb", "PostgreSQL is not installed: apt-get install postgresql")
        self.control = need("pg_ctl", "PostgreSQL is not installed: apt-get install postgresql")

    def run(self, *command):
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/")

    def start(self):
        self.data.mkdir(parents=True)
        if os.geteuid() == 0:
            for folder in (self.data, *self.data.parents):
                if folder == Path("/tmp"):
                    break
                os.chmod(folder, 0o755)
            shutil.chown(self.data, "postgres")
        self.run(self.initdb, "-D", str(self.data), "-U", "otklik", "--auth=trust", "--no-sync", "--encoding=UTF8")
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self.run(self.control, "-D", str(self.data), "-w", "-l", str(self.data / "log"), "-o", options, "start")
        return f"postgresql+psycopg://otklik@127.0.0.1:{self.port}/postgres"

    def stop(self):
        self.run(self.control, "-D", str(self.data), "-m", "immediate", "stop")
