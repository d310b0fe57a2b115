"""What clients ask for: sending, publishing, editing, closing, and what is kept until its author signs in."""

from app.services.inquiries.drafts import InquiryDraft, checked
from app.services.inquiries.editing import edit, held, with_answers
from app.services.inquiries.pending import claim_pending, keep_pending, peek_pending, purge_pending
from app.services.inquiries.publishing import bring_in, publish_awaiting, repeat, send, submit, waits
from app.services.inquiries.removing import GAPS, remove, why_not_removed
from app.services.inquiries.states import CLOSED, expire_old, may_move, move, reopened, why_not

__all__ = [
    "CLOSED",
    "GAPS",
    "InquiryDraft",
    "bring_in",
    "claim_pending",
    "checked",
    "edit",
    "expire_old",
    "held",
    "keep_pending",
    "may_move",
    "move",
    "peek_pending",
    "publish_awaiting",
    "purge_pending",
    "remove",
    "reopened",
    "repeat",
    "send",
    "submit",
    "waits",
    "why_not",
    "why_not_removed",
    "with_answers",
]
