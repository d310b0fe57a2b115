"""/supervisor/: the owners' console. One module per domain word."""

from app.admin.supervisor.dashboard import Dashboard


def index_view():
    return Dashboard(endpoint="supervisor", url="/supervisor")


def views():
    """Every other view of the console, in the order of its menu."""
    return ()
