"""The worker process: the dispatcher, and beside it the clock, crowds, voices, imports, long lists and the bot.

One signal ends all.
"""

import signal
import threading

from app.tasks import announcements, dispatcher, exports, long_work, schedule, telegram, voices


def run(app):
    """Work until SIGTERM or Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    rooms = (schedule, announcements, voices, telegram, long_work, exports)
    others = [threading.Thread(target=room.run, args=(app, stop), daemon=True) for room in rooms]
    for thread in others:
        thread.start()
    dispatcher.run(app, stop)
    for thread in others:
        thread.join(timeout=5)
