"""Our own web process as gunicorn runs it, on the test's database, to be killed and restarted at will."""

import os
import signal
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.browsing import signed_in
from tests.forks import Forked
from tests.servers import free_port


class LiveServer:
    """``start``, ``stop``, ``kill`` (-9) and ``restart`` keep the port, so that open pages find it again."""

    def __init__(self, settings, instance, program="wsgi:app", **environment):
        self.program = program
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = Path(instance) / f"live-{self.port}.log"
        self.process = None
        self.env = os.environ | {
            "INSTANCE_PATH": str(instance),
            "DATABASE_URL": settings.database_url,
            "SECRET_KEY": settings.secret_key,
            "MAIL_URL": settings.mail_url,
            "MEDIA_URL": settings.media_url,
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "THREADS": "60",
            "RATELIMIT_ENABLED": "0",
            **environment,
        }

    def start(self):
        self.process = Forked("gunicorn", self.program, env=self.env, log=self.log)
        deadline = time.monotonic() + 180  # the first of a machine compiles every template
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-2000:]}")
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=30).close()
                return self
            except OSError:
                time.sleep(0.03)
        raise TimeoutError("the server does not answer")

    def stop(self, how=signal.SIGTERM):
        if self.process:
            self.process.send_signal(how)
            self.process.wait()

    def kill(self):
        self.stop(signal.SIGKILL)

    def restart(self):
        self.kill()
        return self.start()

    @property
    def worker_pid(self):
        """The process that serves: gunicorn's child."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])


def session_cookie(app, user, **more):
    """The value of the session cookie of a browser signed in as ``user``."""
    session = {"_user_id": signed_in(app, user), "_fresh": True, **more}
    return app.session_interface.get_signing_serializer(app).dumps(session)
