"""The worker process: the dispatcher, beside it the clock, crowds, the voices and the bot, all ended by one signal."""

import signal
import threading

from app.tasks import announcements, dispatcher, long_work, schedule, telegram, voices


def run(app):
    """Work until SIGTERM or Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    rooms = (schedule, announcements, voices, telegram, long_work)
    others = [threading.Thread(target=room.run, args=(app, stop), daemon=True) for room in rooms]
    for thread in others:
        thread.start()
    dispatcher.run(app, stop)
    for thread in others:
        thread.join(timeout=5)
