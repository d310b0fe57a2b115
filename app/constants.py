"""The closed sets of words (DESIGN section 2): what a column, a form or an event may say."""

from enum import StrEnum

LOCALES = ("ru", "en")  # the first is the house's own


class Role(StrEnum):
    CLIENT = "client"
    REALTOR = "realtor"
    SCOUT = "scout"
    AGENT = "agent"
    STAFF = "staff"  # somebody of the console with an own role (models/roles.py): what that role was given, no more
    SUPERVISOR = "supervisor"


class Deal(StrEnum):
    RENT = "rent"
    BUY = "buy"


class PropertyType(StrEnum):
    APARTMENT = "apartment"
    ROOM = "room"
    HOUSE = "house"
    LAND = "land"
    COMMERCIAL = "commercial"


class Rooms(StrEnum):
    STUDIO = "studio"
    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR_PLUS = "4+"


class FieldKind(StrEnum):
    """What a field of the request form, added by owners, takes."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    SEVERAL = "several"
    DATE = "date"
    YES_NO = "yes_no"


class InquiryStatus(StrEnum):
    DRAFT = "draft"
    NEW = "new"
    IN_WORK = "in_work"
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class InquirySource(StrEnum):
    SITE = "site"
    QUICK = "quick"
    REPEAT = "repeat"
    DEMO = "demo"  # what demonstrations of old were filled with
    API = "api"
    IMPORT = "import"


class FormStep(StrEnum):
    """How far a visit came with the form of an inquiry; those of FUNNEL follow each other."""

    OPENED = "opened"
    TOUCHED = "touched"
    SECOND = "second"
    PRESSED = "pressed"
    ACCEPTED = "accepted"  # nothing was wrong with what was typed
    PUBLISHED = "published"
    SIGN_IN = "sign_in"  # was asked to sign in on the way
    CAME_BACK = "came_back"  # and did, and the inquiry was sent


FUNNEL = (FormStep.OPENED, FormStep.TOUCHED, FormStep.SECOND, FormStep.PRESSED, FormStep.ACCEPTED, FormStep.PUBLISHED)


class Screen(StrEnum):
    PHONE = "phone"
    DESKTOP = "desktop"


class SearchPlace(StrEnum):
    """Where the public searches for something that we may not have."""

    FAQ = "faq"
    HELP = "help"
    CITY = "city"


class DeclineReason(StrEnum):
    NOT_MY_AREA = "not_my_area"
    BUDGET = "budget"
    NO_LISTINGS = "no_listings"
    BUSY = "busy"
    OTHER = "other"


class ConversationKind(StrEnum):
    INQUIRY = "inquiry"
    SUPPORT = "support"


class MessageKind(StrEnum):
    TEXT = "text"
    SYSTEM = "system"
    VOICE = "voice"
    IMAGE = "image"
    FILE = "file"


class MediaState(StrEnum):
    """A file on its way: announced before it is stored, so that one nobody came to need can be found and removed."""

    NEW = "new"  # not part of any message yet
    WAITING = "waiting"  # a recording whose copy for every device is still to be made
    READY = "ready"
    BROKEN = "broken"  # no such copy could be made; the original stands
    GONE = "gone"  # taken back: nothing of it is shown any more


class SystemEvent(StrEnum):
    """What a system message tells; its body is this word, its sentence is made for the reader's language."""

    ACCEPTED = "accepted"
    CLOSED = "closed"
    REOPENED = "reopened"
    INQUIRY_DONE = "inquiry_done"
    INQUIRY_CANCELLED = "inquiry_cancelled"
    INQUIRY_CHANGED = "inquiry_changed"
    INQUIRY_MOVED = "inquiry_moved"
    ACCOUNT_DELETED = "account_deleted"
    SUPPORT_CLOSED = "support_closed"


class ConsentDocument(StrEnum):
    TERMS = "terms"
    PRIVACY = "privacy"


class IdentityProvider(StrEnum):
    """Whose account somebody signs in with; integrations/sign_in knows what each of them is."""

    GOOGLE = "google"
    FACEBOOK = "facebook"
    VK = "vk"
    YANDEX = "yandex"
    TELEGRAM = "telegram"


class MessengerKind(StrEnum):
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    INSTAGRAM = "instagram"
    PHONE = "phone"


class ArticleSection(StrEnum):
    """Where an article stands: /blog, /help or /pages."""

    BLOG = "blog"
    KNOWLEDGE = "knowledge"
    PAGE = "page"


class MenuPlace(StrEnum):
    FOOTER = "footer"
    SUPPORT = "support"


class CommentState(StrEnum):
    WAITING = "waiting"
    SHOWN = "shown"
    HIDDEN = "hidden"  # it stood there and does not any more
    REJECTED = "rejected"


class ArticleState(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Channel(StrEnum):
    SITE = "site"
    EMAIL = "email"
    WEBPUSH = "webpush"
    TELEGRAM = "telegram"
    WEBHOOK = "webhook"  # to programs, not to people


class OutboxStatus(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"  # when its moment came there was nothing left to say


class Topic(StrEnum):
    """What a person can ask to hear of, or not to, by each channel."""

    NEW_INQUIRIES = "new_inquiries"
    MESSAGES = "messages"
    INQUIRIES = "inquiries"
    SUPPORT = "support"
    DESK = "desk"
    REPORTS = "reports"
    COMMENTS = "comments"
    ACCOUNT = "account"
    EXPORTS = "exports"


class Digest(StrEnum):
    """How often a realtor's mail about new inquiries comes."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"


class NotificationKind(StrEnum):
    INQUIRY_NEW = "inquiry_new"
    INQUIRY_MOVED = "inquiry_moved"
    INQUIRY_ACCEPTED = "inquiry_accepted"
    INQUIRY_PUBLISHED = "inquiry_published"
    CITY_SERVED = "city_served"
    INQUIRY_CHANGED = "inquiry_changed"
    INQUIRY_CORRECTED = "inquiry_corrected"
    INQUIRY_CLOSED = "inquiry_closed"
    INQUIRY_WITHDRAWN = "inquiry_withdrawn"
    CONVERSATION_CLOSED = "conversation_closed"
    CONVERSATION_REOPENED = "conversation_reopened"
    MESSAGE = "message"
    SNOOZE_OVER = "snooze_over"
    SUPPORT_ANSWER = "support_answer"
    SUPPORT_QUESTION = "support_question"
    SUPPORT_PASSED = "support_passed"
    REPORT_READY = "report_ready"
    COMMENT_NEW = "comment_new"
    COMMENT_ANSWERED = "comment_answered"
    ACCOUNT = "account"
    EXPORT_READY = "export_ready"
    EXPORT_FAILED = "export_failed"
    WEBHOOK_OFF = "webhook_off"


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    RANGE = "range"


class Every(StrEnum):
    """How often a report goes out by mail."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Variant(StrEnum):
    FULL = "full"
    PARTNER = "partner"


class Door(StrEnum):
    """Where a change came in."""

    SITE = "site"
    OFFICE = "office"
    CONSOLE = "console"
    API = "api"


class ApiScope(StrEnum):
    """What the token of a program is for."""

    INQUIRIES_READ = "inquiries:read"
    INQUIRIES_WRITE = "inquiries:write"
    PEOPLE_READ = "people:read"
    AGENCIES_READ = "agencies:read"
    AGENCIES_WRITE = "agencies:write"
    PLACES_READ = "places:read"
    CONVERSATIONS_READ = "conversations:read"
    STATISTICS_READ = "statistics:read"


class WebhookType(StrEnum):
    """What a program can ask to be told of."""

    INQUIRY_PUBLISHED = "inquiry.published"
    INQUIRY_CHANGED = "inquiry.changed"
    INQUIRY_ACCEPTED = "inquiry.accepted"
    INQUIRY_CLOSED = "inquiry.closed"
    INQUIRY_REOPENED = "inquiry.reopened"
    CONVERSATION_CLOSED = "conversation.closed"
    CONVERSATION_REOPENED = "conversation.reopened"
    REALTOR_JOINED = "realtor.joined"
    AGENCY_CREATED = "agency.created"
    AGENCY_CHANGED = "agency.changed"
    AGENCY_DELETED = "agency.deleted"
    TEST = "webhook.test"


class BulkOutcome(StrEnum):
    """What came of one row of a bulk edit."""

    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


class ImportState(StrEnum):
    """How far an import is. The worker does what ends in -ing."""

    COLUMNS = "columns"  # its columns are to be named
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"


class ImportOutcome(StrEnum):
    """What a row of an import will do, or has done."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    LEFT = "left"  # found, and found records were to be left alone
    UNCLEAR = "unclear"  # it may mean several records
    WRONG = "wrong"


class ExportKind(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


class ExportState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # its file is gone


class AuditTag(StrEnum):
    """Every kind of journal entry. services/audit.py declares which fields each one carries."""

    ACCOUNT_REGISTERED = "account.registered"
    ACCOUNT_IMPORTED = "account.imported"
    ACCOUNT_REMOVED = "account.removed"
    ACCOUNT_CHANGED = "account.changed"
    ACCOUNT_MERGED = "account.merged"
    ACCOUNT_PARTED = "account.parted"
    ACCOUNT_BLOCKED = "account.blocked"
    ACCOUNT_UNBLOCKED = "account.unblocked"
    ACCOUNT_DELETED = "account.deleted"
    PASSWORD_CHANGED = "account.password_changed"
    SIGNED_IN = "account.signed_in"
    SIGNED_OUT_EVERYWHERE = "account.signed_out_everywhere"
    SECOND_FACTOR_ON = "account.second_factor_on"
    SECOND_FACTOR_OFF = "account.second_factor_off"
    RECOVERY_CODE_USED = "account.recovery_code_used"
    RECOVERY_CODES_RENEWED = "account.recovery_codes_renewed"
    PASSKEY_ADDED = "account.passkey_added"
    PASSKEY_REMOVED = "account.passkey_removed"
    VIEW_BEGUN = "view.begun"
    VIEW_ENDED = "view.ended"
    IDENTITY_LINKED = "account.identity_linked"
    IDENTITY_UNLINKED = "account.identity_unlinked"
    TELEGRAM_LINKED = "account.telegram_linked"
    TELEGRAM_UNLINKED = "account.telegram_unlinked"
    REALTOR_JOINED = "realtor.joined"
    JOIN_LINK_CREATED = "join_link.created"
    JOIN_LINK_ROTATED = "join_link.rotated"
    JOIN_LINK_REVOKED = "join_link.revoked"
    INQUIRY_CREATED = "inquiry.created"
    INQUIRY_PUBLISHED = "inquiry.published"
    INQUIRY_CHANGED = "inquiry.changed"
    INQUIRY_STATUS = "inquiry.status"
    INQUIRY_REMOVED = "inquiry.removed"
    MATCH_ACCEPTED = "match.accepted"
    MATCH_DECLINED = "match.declined"
    CONVERSATION_CLOSED = "conversation.closed"
    CONVERSATION_REOPENED = "conversation.reopened"
    MESSAGE_EDITED = "message.edited"
    MESSAGE_DELETED = "message.deleted"
    TICKET_TAKEN = "ticket.taken"
    TICKET_PASSED = "ticket.passed"
    TICKET_CLOSED = "ticket.closed"
    READY_ANSWER_CHANGED = "ready_answer.changed"
    LIST_VIEW_CHANGED = "list_view.changed"
    FAQ_CHANGED = "faq.changed"
    REQUEST_FIELD_CHANGED = "request_field.changed"
    AGENCY_CREATED = "agency.created"
    AGENCY_CHANGED = "agency.changed"
    AGENCY_DELETED = "agency.deleted"
    AGENCY_MERGED = "agency.merged"
    AGENCY_PARTED = "agency.parted"
    RESTORED = "bin.restored"
    REPAIRED = "diagnostics.repaired"
    CITY_CREATED = "city.created"
    CITY_CHANGED = "city.changed"
    CITY_REMOVED = "city.removed"
    CITY_MERGED = "city.merged"
    CITY_PARTED = "city.parted"
    COUNTRY_CREATED = "country.created"
    COUNTRY_CHANGED = "country.changed"
    PAGE_CHANGED = "page.changed"
    ARTICLE_CHANGED = "article.changed"
    ARTICLE_WRITTEN = "article.written"
    COMMENT_MODERATED = "comment.moderated"
    COMMENTER_SILENCED = "comment.silenced"
    HINT_CHANGED = "hint.changed"
    WORDING_CHANGED = "wording.changed"
    MENU_CHANGED = "menu.changed"
    MESSENGER_LINK_CHANGED = "messenger_link.changed"
    SETTING_CHANGED = "setting.changed"
    IMPORT_RUN = "import.run"
    STAFF_ROLE_CHANGED = "staff_role.changed"
    OUTBOX_RETRIED = "outbox.retried"
    STATISTICS_EXPORTED = "statistics.exported"
    API_TOKEN_CREATED = "api_token.created"
    API_TOKEN_ROTATED = "api_token.rotated"
    API_TOKEN_REVOKED = "api_token.revoked"
    LIST_EXPORTED = "list.exported"
    PARTNER_PAGE_CREATED = "partner_page.created"
    PARTNER_PAGE_REVOKED = "partner_page.revoked"
    REPORT_CHANGED = "report.changed"
    REPORT_EXPORTED = "report.exported"
    WEBHOOK_CREATED = "webhook.created"
    WEBHOOK_CHANGED = "webhook.changed"
    WEBHOOK_ROTATED = "webhook.rotated"
    WEBHOOK_DELETED = "webhook.deleted"
