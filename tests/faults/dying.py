"""Our program, which dies in the moment between a message's commit and its acknowledgement when DIE_ONCE exists."""

import os
import signal
from pathlib import Path

from app import create_app
from app.services import transaction

app = create_app()
tell = transaction._publish
order = Path(os.environ["DIE_ONCE"])


def publish(event):
    if event.name == "message" and order.exists():
        order.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    tell(event)


transaction.set_publisher(publish)
