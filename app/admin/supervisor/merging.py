"""Pages of records that may be one: the pairs, and two of them side by side with a choice for every field."""

from flask import flash, request
from flask_admin import expose
from flask_babel import gettext as _

from app.doors import current_actor
from app.errors import DomainError
from app.forms.console import MergeForm


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

    def loader(self, name):
        return self.winners if name == "winner" else super().loader(name)

    @expose("/alike/")
    def alike_view(self):
        pairs = self.pairs()
        self.adorn([row for first, second, _why in pairs for row in (first, second)])
        return self.render("admin/supervisor/alike.html", pairs=pairs)

    @expose("/<id>/merge/", methods=("GET", "POST"))
    def merge_view(self, id):
        """Choose the record that stays, see both and what moves, then do it."""
        row = self.get_one(id)
        form = MergeForm(request.values)
        winner = self.loader("winner").get_one(form.winner.data) if form.winner.data else None
        if request.method == "POST" and winner is not None:
            try:
                winner = self.merge(winner, row, self._chosen(row), actor=current_actor())
            except DomainError as error:
                form.winner.errors = [error.message]
            else:
                flash(_("It is one record now. It can be taken back in the journal."), "success")
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
        self.adorn([loser, winner])
        ours, theirs = self.sides(winner), self.sides(loser)
        fields = [(name, label, text, theirs[name][1]) for name, (label, text, _value) in ours.items()]
        return {"fields": fields, "moves": self.moves(loser)}
