"""Processes of our own program that start at once: forked from one that has imported it already.

Importing the program costs seconds of processor time, and the tests start a hundred servers and workers. What is forked
has run nothing of the program yet: it makes its application from its own environment, as any process does.
"""

import multiprocessing
import os
import runpy
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

_forkserver = multiprocessing.get_context("forkserver")
_forkserver.set_forkserver_preload(["tests.forks_preload"])


class Forked:
    """``python -m MODULE ARGUMENTS…`` in a session of its own; what it says is appended to the file ``log``."""

    def __init__(self, module, *arguments, env, log=os.devnull):
        asked = (module, arguments, {key: str(value) for key, value in env.items()}, str(log))
        self._process = _forkserver.Process(target=_become, args=asked, daemon=True)
        self._process.start()
        self.pid = self._process.pid

    def poll(self):
        """The exit code, None while it runs."""
        return self._process.exitcode

    def wait(self, seconds=60):
        self._process.join(seconds)
        assert self.poll() is not None, f"process {self.pid} did not end"
        return self.poll()

    def send_signal(self, number):
        """To itself and to its children."""
        if self.poll() is None:
            os.killpg(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)
        self.wait()


def _become(module, arguments, env, log):
    os.setsid()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(env)
    with open(log, "a") as said:
        os.dup2(said.fileno(), sys.stdout.fileno())
        os.dup2(said.fileno(), sys.stderr.fileno())
    sys.argv[1:] = arguments
    runpy.run_module(module, run_name="__main__", alter_sys=True)
