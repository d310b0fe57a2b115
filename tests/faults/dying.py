"""Our program, which dies between a commit and the telling of the event that the file DIE_ONCE names, if it exists."""

import os
import signal
from pathlib import Path

from app import create_app
from app.services import transaction

app = create_app()
tell = transaction._publish
order = Path(os.environ["DIE_ONCE"])


def publish(event):
    if order.exists() and event.name == order.read_text():
        order.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    tell(event)


transaction.set_publisher(publish)
