"""A whole site from one command: prepare the database, then the web server and the worker, ended together."""

import signal
import subprocess
import sys
import threading
import time

FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
COMMANDS = {
    "web": (sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"),
    "worker": (*FLASK, "worker"),
}
PATIENCE = 15  # seconds a process gets to end by itself


class Site:
    """The processes of a running site. The worker is restarted when it falls; without the web server all end."""

    def __init__(self, commands=COMMANDS):
        self.commands = commands
        self.processes = {}
        self.stopping = threading.Event()

    def run(self):
        """Serve until a signal or the web server's end; the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        for name in self.commands:
            self._start(name)
        try:
            return self._watch()
        finally:
            self._end()

    def _start(self, name):
        # A session of its own: Ctrl-C reaches only us, and we end the others in order.
        self.processes[name] = subprocess.Popen(self.commands[name], start_new_session=True)

    def _watch(self):
        while not self.stopping.wait(0.5):
            if (code := self.processes["web"].poll()) is not None:
                return code or 1
            if self.processes["worker"].poll() is not None and not self.stopping.wait(2):
                self._start("worker")
        return 0

    def _end(self):
        running = [process for process in self.processes.values() if process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + PATIENCE
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
