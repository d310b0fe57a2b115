"""Finding conversations by whoever takes part in them, or by the number of their inquiry.

Nothing is written for it: what people are found by leads to their conversations off indexes that the chats have anyway.
"""

import re

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.extensions import db
from app.models.conversations import Conversation
from app.models.inquiries import Inquiry
from app.services.search import PEOPLE

NUMBER = re.compile(r"(?:№|#|no\.?|n)?\s*(\d{1,9})", re.IGNORECASE)
MOST = 200_000  # conversations that are sorted; where there are more of them, the list is walked and each is tried
BEGUN = 3  # letters from which the last word may be only begun


class Talks:
    placeholder = _l("number of the inquiry; name, e-mail, phone or agency of either side")

    def asking(self, text):
        """One question: how many conversations, MOST and one more at most; below zero: the last word is only begun."""
        terms = PEOPLE.terms(text)
        if not terms:
            return {}
        found = _count(_ways(text))
        if len(terms[-1]) == 1 and len(terms[-1][0]) >= BEGUN:
            people = sa.exists(PEOPLE.ids(terms))
            whole = sa.or_(people, sa.exists(_numbered(number))) if (number := _number(text)) else people
            found = sa.case((whole, found), else_=-1 - _count(_ways(text, begun=True)))
        return {("talks", text): sa.select(found)}

    def ways(self, text, answer=lambda key, ask: ask()):
        """``(clauses, are many)``: conversations that meet any of them, and whether there are more than MOST.

        ``answer``: as services/search.py has it.
        """
        asking = self.asking(text)
        if not asking:
            return [sa.false()], False
        [(key, question)] = asking.items()
        count = answer(key, lambda: db.session.scalar(question))
        return _ways(text, begun=count < 0), max(count, -1 - count) > MOST


def _ways(text, *, begun=False):
    people = PEOPLE.ids(PEOPLE.terms(text), begun=begun)
    ways = [Conversation.client_id.in_(people), Conversation.realtor_id.in_(people)]
    if number := _number(text):
        ways.append(Conversation.inquiry_id.in_(_numbered(number)))
    return ways


def _number(text):
    found = NUMBER.fullmatch(text.strip())
    return found and int(found[1])


def _numbered(number):
    return sa.select(Inquiry.id).where(Inquiry.number == number)


def _count(ways):
    found = sa.union_all(*(sa.select(Conversation.id).where(way) for way in ways)).limit(MOST + 1)
    return sa.select(sa.func.count()).select_from(found.subquery()).scalar_subquery()
