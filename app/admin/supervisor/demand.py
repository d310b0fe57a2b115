"""/supervisor/demand/: what clients ask for and how it is answered. Each number opens the list behind it."""

from dataclasses import replace

from flask import request
from flask_admin import expose
from flask_babel import lazy_gettext as _l

from app.access.permissions import Permission
from app.admin import groups
from app.admin.base import SecureView
from app.admin.figures import Words
from app.constants import Deal
from app.doors import current_actor
from app.errors import InvalidInput
from app.services import statistics
from app.services.statistics import demand
from app.services.statistics.hours import hours

FARTHEST = 520  # weeks back: ten years
SHOWN = 8  # lines of a card
DEALS = {Deal.RENT: _l("Rent"), Deal.BUY: _l("Purchase")}


class DemandView(SecureView):
    permission = Permission.STATISTICS
    icon = "activity"
    label = _l("Demand")
    group = groups.NUMBERS

    @expose("/")
    def index(self):
        actor, filters, words = current_actor(), _asked(request.args), Words()
        back = max(0, min(request.args.get("back", 0, type=int), FARTHEST))
        asked = replace(filters, span=demand.week())
        figures = statistics.figures(asked, actor=actor, written=words.written)
        active = demand.most_active(filters, actor=actor)
        return self.render(
            "admin/statistics/demand.html",
            filters=filters,
            places=statistics.places(actor=actor),
            deals=DEALS,
            figures=figures,
            narrow=_narrow(filters),
            wanting=demand.wanting(figures),
            unserved=demand.unserved(filters, actor=actor),
            active=active,
            most_active=_named(active[:SHOWN], actor),
            silent=demand.silent(filters, SHOWN, actor=actor),
            funnel=demand.funnel(filters, demand.week(back), actor=actor),
            back=back,
            farthest=FARTHEST,
            shown=SHOWN,
            hours=hours(filters, actor=actor, today=statistics.today()),
            words=words,
        )


def _asked(args):
    """The place and the deal; what cannot be read is left out."""
    try:
        return statistics.parse({name: args[name] for name in ("city", "deal") if name in args})
    except InvalidInput:
        return statistics.parse({})


def _narrow(filters):
    """The same filters as the lists behind the numbers spell them."""
    words = {"city": filters.city.public_id} if filters.city else {}
    return words | ({"deal": filters.deal.value} if filters.deal else {})


def _named(active, actor):
    """``[(User, number)]``"""
    people = demand.people([id for id, _ in active], actor=actor)
    return [(people[id], number) for id, number in active if id in people]
