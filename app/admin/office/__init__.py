"""/office/: what realtors work in. One module per domain word."""

from app.admin.office.home import OfficeIndex


def index_view():
    return OfficeIndex(name="", endpoint="office", url="/office")


def views():
    """Every other view of the office. Endpoints are named in app/navigation.py."""
    return ()
