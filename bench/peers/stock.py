"""The lists in stock Flask-Admin: its own views of our models, set up as its manual says, with Flask-Login before them.

What a careful author would do is done: relations come with a join, and none that no cell shows.
"""

import os
from datetime import UTC
from uuid import UUID

from flask import Flask, abort, redirect, url_for
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.filters import DateTimeBetweenFilter, FilterConverter, FilterEmpty, filters
from flask_babel import Babel
from flask_login import LoginManager, current_user, login_user
from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import engine
from app.models.accounts import User
from app.models.conversations import Conversation, Message
from app.models.inquiries import Inquiry
from app.models.places import City
from bench.peers.timed import Timed

program = Flask("stock")
program.config |= {"SECRET_KEY": "bench", "SQLALCHEMY_DATABASE_URI": os.environ["PEER_ROWS"]}
program.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_use_lifo": True, "connect_args": {"check_same_thread": False}}
db.init_app(program)
with program.app_context():
    engine.prepare(db.engine)
Babel(program, default_locale="ru")
entrance = LoginManager(program)


@entrance.user_loader
def load(key):
    person = UUID(key.partition(":")[0])  # what User.get_id says
    return db.session.scalar(select(User).where(User.public_id == person))


@program.get("/enter")
def enter():
    login_user(db.session.get(User, int(os.environ["PEER_OWNER"])))
    return redirect(url_for("admin.index"))


def _link(endpoint, row, text):
    return Markup(f'<a href="{escape(url_for(endpoint, id=row.id))}">{escape(text)}</a>')


def _person(name):
    def show(view, context, row, column):
        user = getattr(row, name)
        return _link("people.details_view", user, user.name) if user else ""

    return show


def _place(view, context, row, column):
    return f"{row.city.name_ru}, {row.city.country.name_ru}"


def _about(conversation):
    return f"№ {conversation.inquiry.number}" if conversation.inquiry else "Поддержка"


class Between(DateTimeBetweenFilter):
    def clean(self, value):
        return [moment.replace(tzinfo=UTC) for moment in super().clean(value)]


class Filters(FilterConverter):
    @filters.convert("utcdatetime")
    def moments(self, column, name, **settings):
        return [Between(column, name, **settings), FilterEmpty(column, name, **settings)]


class Stock(ModelView):
    filter_converter = Filters()
    can_view_details, can_create, can_delete, page_size, named_filter_urls = True, False, False, 50, True
    related = ()

    def is_accessible(self):
        return current_user.is_authenticated or abort(403)

    def get_query(self):
        return super().get_query().options(*self.related)


class Inquiries(Stock):
    column_list = ("number", "status", "property_type", "city", "client", "acceptances", "created_at")
    column_sortable_list = ("number", "created_at")
    column_default_sort = ("id", True)
    column_filters = ("status", "deal", "source", "city_id", "published_at", "acceptances", "awaiting_realtor")
    column_filters += ("city.country_id",)
    column_searchable_list = ("number", "wishes", "client.name", "client.email", "client.phone", "city.name_ru")
    column_searchable_list += ("city.name_en",)
    column_formatters = {"city": _place, "client": _person("client")}
    column_auto_select_related = False
    related = (
        joinedload(Inquiry.client).lazyload(User.realtor),
        joinedload(Inquiry.city).joinedload(City.country),
    )


class People(Stock):
    column_list = ("name", "role", "email", "phone", "city", "agency", "blocked_at", "created_at")
    column_sortable_list = ("created_at",)
    column_default_sort = ("id", True)
    column_filters = ("role", "blocked_at", "deleted_at", "realtor.city_id", "realtor.agency_id")
    column_searchable_list = ("name", "email", "phone")
    column_formatters = {
        "city": lambda view, context, row, name: row.realtor.city.name_ru if row.realtor else "",
        "agency": lambda view, context, row, name: row.realtor.agency.name if row.realtor else "",
    }
    column_auto_select_related = False


class Conversations(Stock):
    column_list = ("inquiry", "client", "realtor", "open", "last_preview", "last_seq", "last_message_at")
    column_sortable_list = ("last_message_at",)
    column_default_sort = ("last_message_at", True)
    column_filters = ("open", "waiting_since", "client_id", "realtor_id")
    column_searchable_list = ("client.name", "client.email", "client.phone")
    column_formatters = {
        "inquiry": lambda view, context, row, name: _about(row),
        "client": _person("client"),
        "realtor": _person("realtor"),
    }
    column_auto_select_related = False
    related = (
        joinedload(Conversation.inquiry),
        joinedload(Conversation.client).lazyload(User.realtor),
        joinedload(Conversation.realtor).lazyload(User.realtor),
    )


class Messages(Stock):
    column_list = ("conversation", "seq", "sender", "role", "kind", "created_at", "edited_at", "deleted_at")
    column_sortable_list = ("created_at",)
    column_default_sort = ("id", True)
    column_filters = ("created_at", "kind", "conversation.realtor_id", "conversation.client_id")
    column_formatters = {
        "conversation": lambda view, context, row, name: _about(row.conversation),
        "sender": _person("sender"),
        "role": lambda view, context, row, name: row.sender.role if row.sender else "",
    }
    column_auto_select_related = False
    related = (
        joinedload(Message.conversation).joinedload(Conversation.inquiry),
        joinedload(Message.sender).lazyload(User.realtor),
    )


Admin(program).add_views(
    Inquiries(Inquiry, db, endpoint="inquiries"),
    People(User, db, endpoint="people"),
    Conversations(Conversation, db, endpoint="conversations"),
    Messages(Message, db, endpoint="messages"),
)
app = Timed(program)
