"""SQLite in tests does not wait for the disk: they kill processes and never the machine."""

from app.models import engine


def forget_the_disk():
    """From now on, for every database that this process opens."""
    opened = engine._open

    def at_ease(connection, record):
        opened(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    engine._open = at_ease
