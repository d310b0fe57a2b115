"""Comments that wait for an owner: one press each."""

from flask import flash, request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access.loaders import get_visible
from app.access.permissions import Permission
from app.admin import groups
from app.admin.base import SecureView
from app.constants import CommentState
from app.doors import current_actor
from app.errors import DomainError
from app.models.comments import Comment
from app.services import articles, comments

STATES = {
    CommentState.WAITING: (_l("waits"), "warm"),
    CommentState.SHOWN: (_l("shown"), "ok"),
    CommentState.HIDDEN: (_l("hidden"), "danger"),
    CommentState.REJECTED: (_l("rejected"), ""),
}
TABS = (
    ("", _l("To look at")),
    (CommentState.SHOWN.value, _l("Shown")),
    (CommentState.HIDDEN.value, _l("Hidden")),
    (CommentState.REJECTED.value, _l("Rejected")),
)
DECISIONS = {"approve": CommentState.SHOWN, "reject": CommentState.REJECTED, "hide": CommentState.HIDDEN}


class CommentsQueue(SecureView):
    permission = Permission.COMMENTS_MODERATE
    icon = "message-square-text"
    label = _l("Comments")
    group = groups.CONTENT

    @expose("/")
    def index(self):
        asked = request.args.get("state", "")
        state = CommentState(asked) if asked in {value for value, _label in TABS if value} else None
        key = request.args.get("before")
        before = get_visible(current_actor(), Comment, key, self.permission) if key else None
        found, about, more = comments.queue(state, before)
        silenced = comments.silenced({each.author_id for each in found})
        page = {"found": found, "about": about, "silenced": silenced, "state": asked, "address": articles.address}
        page["earlier"] = found[-1].public_id if more else None
        return self.render("admin/supervisor/comments.html", tabs=TABS, states=STATES, **page)

    @expose("/<id>/<any(approve, reject, hide, delete, silence, unsilence):what>/", methods=("POST",))
    def decide(self, id, what):
        comment = get_visible(current_actor(), Comment, id, self.permission)
        try:
            self._do(comment, what, current_actor())
            flash(_("Done."), "success")
        except DomainError as error:
            flash(str(error.message), "error")
        return self.to("index", state=request.args.get("state") or None)

    def _do(self, comment, what, actor):
        if what == "delete":
            comments.remove(comment, actor=actor)
        elif what in DECISIONS:
            comments.decide(comment, DECISIONS[what], actor=actor)
        else:
            comments.silence(comment.author, what == "silence", actor=actor)
