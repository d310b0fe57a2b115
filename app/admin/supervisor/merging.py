"""Pages of records that may be one: the pairs, and two of them side by side with a choice for every field."""

from flask import flash, request
from flask_admin import expose
from flask_babel import format_date
from flask_babel import gettext as _

from app.admin import offers
from app.doors import current_actor
from app.errors import DomainError
from app.forms.console import MergeForm
from app.services import audit
from app.services.merging import dismissals, moving


class Merging:
    """Beside SecureModelView. A view says ``winners`` (a look-up of the record that stays), ``sides``, ``merge``."""

    winners = None
    merge_note = ""

    def sides(self, row):
        """What is chosen from either record: ``{field: (label, text, value)}``."""
        raise NotImplementedError

    def about(self, row):
        """A few facts to tell the records of a pair apart."""
        raise NotImplementedError

    def moves(self, row):
        """What would move with ``row``: ``[(label, count)]``."""
        raise NotImplementedError

    def merge(self, winner, loser, values, *, actor):
        raise NotImplementedError

    def pairs(self):
        """Records that may be one: ``[(row, row, why)]``."""
        raise NotImplementedError

    def details_context(self, row):
        return super().details_context(row) | {"move": moving.of(row)}

    def loader(self, name):
        return self.winners if name == "winner" else super().loader(name)

    def weigh(self, rows):
        """What about() and weight() need to know, asked of all rows at once."""
        self.adorn(rows)

    def weight(self, row):
        """How much hangs on the record: the one with more is proposed to stay."""
        return row.realtors

    @expose("/alike/", methods=("POST",))
    def different_view(self):
        """The two are different things, and are proposed no more."""
        first, second = (self.get_one(request.form.get(name, "")) for name in ("first", "second"))
        dismissals.dismiss(first, second, actor=current_actor())
        flash(_("These two are not proposed any more."), "success")
        return self.to("alike_view")

    @expose("/alike/")
    def alike_view(self):
        pairs = dismissals.proposed(self.pairs())
        self.weigh([row for first, second, _why in pairs for row in (first, second)])
        return self.render("admin/supervisor/alike.html", pairs=pairs, dismissed=False)

    @expose("/different/")
    def dismissed_view(self):
        """Those that were called different, to be proposed again."""
        pairs = dismissals.dismissed(self.model, actor=current_actor())
        self.weigh([row for first, second, _said in pairs for row in (first, second)])
        pairs = [(first, second, [_said(said)]) for first, second, said in pairs]
        return self.render("admin/supervisor/alike.html", pairs=pairs, dismissed=True)

    @expose("/different/", methods=("POST",))
    def propose_view(self):
        first, second = (self.get_one(request.form.get(name, "")) for name in ("first", "second"))
        dismissals.propose_again(first, second)
        flash(_("They are compared again, and proposed if they look alike."), "success")
        return self.to("dismissed_view")

    @expose("/<id>/merge/", methods=("GET", "POST"))
    def merge_view(self, id):
        """Choose the record that stays, see both and what moves, then do it."""
        row = self.get_one(id)
        form = MergeForm(request.values)
        winner = self.loader("winner").get_one(form.winner.data) if form.winner.data else None
        if "winner" in request.values and winner in (None, row):
            winner, form.winner.data = None, ""
            form.winner.errors = [_("Choose another record from the list.")]
        if request.method == "POST" and winner is not None:
            try:
                with audit.noted() as events:
                    winner = self.merge(winner, row, self._chosen(row), actor=current_actor())
            except DomainError as error:
                form.winner.errors = [error.message]
            else:
                offers.tell(_said_of(winner), events)
                return self.to("details_view", id=winner.public_id)
        return self.render(
            "admin/supervisor/merge.html", row=row, form=form, winner=winner, **self._compared(row, winner)
        )

    def _chosen(self, loser):
        return {
            name: value
            for name, (_label, _text, value) in self.sides(loser).items()
            if request.form.get(f"keep-{name}") == "loser"
        }

    def _compared(self, loser, winner):
        """``fields``: (name, label, the winner's text, the loser's text)."""
        if winner is None:
            return {}
        self.weigh([loser, winner])
        ours, theirs = self.sides(winner), self.sides(loser)
        common = ((name, *ours[name][:2]) for name in ours if name in theirs)
        fields = [(name, label, text, theirs[name][1]) for name, label, text in common]
        return {"fields": fields, "moves": self.moves(loser)}


def _said_of(winner):
    if moving.of(winner):
        return _("It is one record now, and the rest of what belongs to it is coming over.")
    return _("It is one record now. It can be taken back in the journal.")


def _said(different):
    return _("said %(day)s", day=format_date(different.created_at))
