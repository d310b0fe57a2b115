"""/supervisor/: the owners' console. One module per domain word."""

from app.admin.supervisor.dashboard import Dashboard
from app.admin.supervisor.statistics import Statistics


def index_view():
    return Dashboard(endpoint="supervisor", url="/supervisor")


def views():
    """Every other view of the console, in the order of its menu."""
    return (Statistics(endpoint="statistics_admin", url="statistics"),)
