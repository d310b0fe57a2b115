"""The worker process: the dispatcher in the foreground, the clock beside it, both ended by one signal."""

import signal
import threading

from app.tasks import dispatcher, schedule


def run(app):
    """Work until SIGTERM or Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    clock = threading.Thread(target=schedule.run, args=(app, stop), daemon=True)
    clock.start()
    dispatcher.run(app, stop)
    clock.join(timeout=5)
