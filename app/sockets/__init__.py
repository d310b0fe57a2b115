"""Socket.IO doors. The socket is only a hint; the database is the truth (DESIGN rule 3)."""


def init_app(app, socketio, settings):
    pass


def publish(event):
    """Tell connected people about a committed services.transaction.Event."""
