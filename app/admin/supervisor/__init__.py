"""/supervisor/: the owners' console. One module per domain word."""

from app.admin.supervisor.agencies import AgencyAdmin
from app.admin.supervisor.api_tokens import ApiTokenAdmin
from app.admin.supervisor.articles import ArticleAdmin
from app.admin.supervisor.behaviour import Behaviour
from app.admin.supervisor.bin import BinAdmin
from app.admin.supervisor.cohorts import Cohorts
from app.admin.supervisor.comments import CommentsQueue
from app.admin.supervisor.conversations import ConversationAdmin
from app.admin.supervisor.dashboard import Dashboard
from app.admin.supervisor.demand import DemandView
from app.admin.supervisor.developer import Developer
from app.admin.supervisor.diagnostics import Diagnostics
from app.admin.supervisor.exports import Exports
from app.admin.supervisor.faq import FaqQuestionAdmin, FaqTopicAdmin
from app.admin.supervisor.find import Find
from app.admin.supervisor.hints import HintsAdmin
from app.admin.supervisor.imports import ImportsAdmin
from app.admin.supervisor.inquiries import InquiryAdmin
from app.admin.supervisor.join_links import JoinLinkAdmin
from app.admin.supervisor.journal import JournalAdmin
from app.admin.supervisor.list_views import ListViews
from app.admin.supervisor.matches import MatchAdmin
from app.admin.supervisor.menus import MenuAdmin
from app.admin.supervisor.messages import MessageAdmin
from app.admin.supervisor.messenger_links import MessengerLinkAdmin
from app.admin.supervisor.outbox import OutboxAdmin
from app.admin.supervisor.pages import PageAdmin
from app.admin.supervisor.partner_pages import PartnerPages
from app.admin.supervisor.people import PeopleAdmin
from app.admin.supervisor.places import CityAdmin, CountryAdmin
from app.admin.supervisor.ready_answers import ReadyAnswerAdmin
from app.admin.supervisor.reports import Reports
from app.admin.supervisor.request_fields import RequestFields
from app.admin.supervisor.roles import RolesAdmin
from app.admin.supervisor.settings import SettingsAdmin
from app.admin.supervisor.statistics import Statistics
from app.admin.supervisor.support import SupportDesk
from app.admin.supervisor.texts import TextsAdmin
from app.admin.supervisor.webhooks import WebhookAdmin
from app.models.accounts import JoinLink, User
from app.models.api import ApiToken
from app.models.articles import Article
from app.models.audit import AuditEvent, BinItem
from app.models.content import MessengerLink, Page
from app.models.conversations import Conversation, Message
from app.models.faq import FaqQuestion, FaqTopic
from app.models.inquiries import Inquiry, Match
from app.models.menus import MenuItem
from app.models.outbox import Delivery
from app.models.partners import Agency
from app.models.places import City, Country
from app.models.ready_answers import ReadyAnswer
from app.models.roles import StaffRole
from app.models.webhooks import Webhook


def index_view():
    return Dashboard(endpoint="supervisor", url="/supervisor")


def views():
    """Every other view of the console, in the order of its menu."""
    return (
        Statistics(endpoint="statistics_admin", url="statistics"),
        Cohorts(endpoint="cohorts", url="statistics/agencies"),
        DemandView(endpoint="demand", url="demand"),
        Behaviour(endpoint="behaviour_admin", url="behaviour"),
        Reports(endpoint="reports", url="reports"),
        InquiryAdmin(Inquiry, endpoint="inquiries_admin", url="inquiries"),
        MatchAdmin(Match, endpoint="matches", url="matches"),
        ConversationAdmin(Conversation, endpoint="talks", url="conversations"),
        MessageAdmin(Message, endpoint="talk_messages", url="messages"),
        SupportDesk(endpoint="desk", url="support"),
        ReadyAnswerAdmin(ReadyAnswer, endpoint="ready_answers", url="ready-answers"),
        PeopleAdmin(User, endpoint="people", url="people"),
        RolesAdmin(StaffRole, endpoint="roles", url="roles"),
        AgencyAdmin(Agency, endpoint="agencies", url="agencies"),
        PartnerPages(endpoint="partner_pages", url="partners"),
        CityAdmin(City, endpoint="cities", url="cities"),
        CountryAdmin(Country, endpoint="countries", url="countries"),
        ImportsAdmin(endpoint="imports", url="imports"),
        JoinLinkAdmin(JoinLink, endpoint="invitations", url="invitations"),
        ArticleAdmin(Article, endpoint="articles_admin", url="articles"),
        CommentsQueue(endpoint="comments_admin", url="comments"),
        PageAdmin(Page, endpoint="pages", url="pages"),
        MenuAdmin(MenuItem, endpoint="menu_items", url="menus"),
        HintsAdmin(endpoint="hints", url="hints"),
        FaqQuestionAdmin(FaqQuestion, endpoint="faq_questions", url="faq"),
        FaqTopicAdmin(FaqTopic, endpoint="faq_topics", url="faq-topics"),
        MessengerLinkAdmin(MessengerLink, endpoint="contacts", url="contacts"),
        TextsAdmin(endpoint="texts", url="texts"),
        RequestFields(endpoint="request_fields", url="request-fields"),
        SettingsAdmin(endpoint="settings", url="settings"),
        OutboxAdmin(Delivery, endpoint="deliveries", url="deliveries"),
        Diagnostics(endpoint="diagnostics", url="diagnostics"),
        JournalAdmin(AuditEvent, endpoint="journal", url="journal"),
        Exports(endpoint="exports", url="exports"),
        Find(endpoint="find", url="find"),
        ListViews(endpoint="list_views", url="views"),
        BinAdmin(BinItem, endpoint="bin", url="bin"),
        Developer(endpoint="developer", url="developer"),
        ApiTokenAdmin(ApiToken, endpoint="api_tokens", url="api"),
        WebhookAdmin(Webhook, endpoint="webhooks", url="webhooks"),
    )
