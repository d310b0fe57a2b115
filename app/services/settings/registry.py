"""Every setting with its kind, default and bounds, in the sections of the page.

The bounds are such that no owner can shut everybody out, the owners themselves among them.
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.services import hours
from app.services.brand import palette
from app.services.settings.kinds import (
    Colour,
    Currencies,
    Currency,
    Email,
    Flag,
    Kind,
    OneOf,
    Picture,
    Whole,
    Words,
    Zone,
)


@dataclass(frozen=True)
class Declared:
    kind: Kind
    default: object
    label: object
    hint: object = ""


@dataclass(frozen=True)
class Section:
    key: str
    label: object
    icon: str
    settings: dict  # key → Declared


LOOK = Section(
    "look",
    _l("Name and look"),
    "palette",
    {
        "name_ru": Declared(
            Words(40, needed=True),
            "Отклик",
            _l("Name of the service, in Russian"),
            _l("In the header, in letters and where the app is installed."),
        ),
        "name_en": Declared(Words(40, needed=True), "Otklik", _l("Name of the service, in English")),
        "short_name": Declared(
            Words(12),
            "",
            _l("Short name"),
            _l("Under the icon on a phone, at most 12 letters. Empty: the name itself."),
        ),
        "logo": Declared(
            Picture(),
            "",
            _l("Logo"),
            _l("SVG, PNG, JPEG or WebP, in place of our sign and the name."),
        ),
        "logo_dark": Declared(
            Picture(), "", _l("Logo for the dark theme"), _l("Without one the same logo stands on dark grounds too.")
        ),
        "logo_pixels": Declared(
            Picture(drawing=False),
            "",
            _l("Logo for letters and Excel"),
            _l(
                "PNG, JPEG or WebP. Needed when the logo is SVG: mail programs, Excel and cards of messengers show "
                "none; without this picture the name stands there. On a light ground."
            ),
        ),
        "app_icon": Declared(
            Picture(square=True, drawing=False),
            "",
            _l("Icon"),
            _l("A square of at least 192 × 192: in the tab and on phones. PNG, JPEG or WebP."),
        ),
        "accent": Declared(
            Colour(),
            palette.default_accent(),
            _l("Colour"),
            _l("Buttons, links and marks. All other shades, by day and by night, are made to go with it."),
        ),
        "corners": Declared(
            OneOf((("soft", _l("soft")), ("straight", _l("straight")), ("round", _l("round")))),
            "soft",
            _l("Corners"),
        ),
    },
)

COMPANY = Section(
    "company",
    _l("Company and contacts"),
    "building-2",
    {
        "company_name": Declared(
            Words(80, needed=True), "Отклик", _l("Company name"), _l("Stands in documents and letters.")
        ),
        "company_details": Declared(
            Words(2000, rows=4),
            "",
            _l("Company details"),
            _l("Legal name, address and registration numbers for the documents."),
        ),
        "contact_email": Declared(Email(), "hello@otklik.example", _l("E-mail for questions")),
        "support_hours": Declared(
            Words(check=hours.parse, wrong=_l("Write it like this: mon-fri 9:00-21:00; sat 10-18.")),
            "пн-вс 9:00-21:00",
            _l("Support answers"),
            _l("Days and hours in the business time zone: mon-fri 9:00-21:00; sat 10-18. Empty: only by e-mail."),
        ),
        "support_late_minutes": Declared(
            Whole(1, 1440), 15, _l("A question waits too long after, minutes"), _l("The support desk marks it then.")
        ),
    },
)

MONEY = Section(
    "money",
    _l("Time and money"),
    "coins",
    {
        "business_timezone": Declared(
            Zone(), "Europe/Moscow", _l("Business time zone"), _l("A day of the statistics is a day of this zone.")
        ),
        "currency": Declared(
            Currency(_l("the country's own")),
            "",
            _l("Currency that is proposed"),
            _l("In the inquiry form, and for a budget without one. Empty: the money of the country."),
        ),
        "currencies": Declared(
            Currencies(),
            "EUR USD RUB AED CZK GEL GBP KZT PLN RSD THB TRY UAH",
            _l("Currencies that are offered"),
            _l("Codes with spaces between them. Those of the served countries are always offered too."),
        ),
        "money_style": Declared(OneOf((("sign", "900 €"), ("code", "900 EUR"))), "sign", _l("How budgets are written")),
    },
)

INQUIRIES = Section(
    "inquiries",
    _l("Inquiries"),
    "file-text",
    {
        "inquiry_days": Declared(
            Whole(7, 365),
            60,
            _l("An inquiry lives, days"),
            _l("After this it expires unless the client renews it."),
        ),
        "waiting_days": Declared(
            Whole(7, 365),
            30,
            _l("An inquiry waits for a city's first realtor, days"),
            _l("Then its client is told that none has come. Those that wait already keep the day they were given."),
        ),
        "draft_days": Declared(
            Whole(7, 30),
            7,
            _l("An inquiry typed before signing in is kept, days"),
            _l("In the same browser, until its author signs in. We promise 7."),
        ),
        "inquiries_per_day": Declared(
            Whole(3, 1000),
            50,
            _l("Inquiries of one person a day, at most"),
            _l("Whoever has not signed in counts by network address."),
        ),
        "inquiries_per_hour": Declared(
            Whole(5, 1000),
            60,
            _l("Inquiries from one address an hour, at most"),
            _l("An office or a mobile operator has one address for many people."),
        ),
        "place_searches_per_minute": Declared(
            Whole(60, 10_000),
            240,
            _l("Searches for a city from one address a minute, at most"),
            _l("Each letter typed into a list of cities or countries is one."),
        ),
        "unanswered_days": Declared(
            Whole(3, 365),
            30,
            _l("An inquiry is forgotten after, days"),
            _l("Diagnostics show those that stand open for longer without a single acceptance."),
        ),
    },
)

ENTRANCE = Section(
    "entrance",
    _l("Signing in and registration"),
    "key-round",
    {
        "second_factor_required": Declared(
            Flag(_l("not required"), _l("required")),
            False,
            _l("Second step for owners"),
            _l("Owners without a second step of signing in have to switch it on before they can go on."),
        ),
        "sign_in_tries": Declared(
            Whole(3, 100),
            10,
            _l("Wrong passwords in 15 minutes, at most"),
            _l("From one address for one e-mail. Then they wait; the owner of the e-mail is not shut out elsewhere."),
        ),
        "code_tries": Declared(Whole(3, 50), 10, _l("Wrong codes of the second step in 15 minutes, at most")),
        "password_letters_per_hour": Declared(
            Whole(2, 50), 5, _l("Letters with a new password an hour, at most"), _l("To one e-mail.")
        ),
        "registrations_per_hour": Declared(
            Whole(3, 1000),
            20,
            _l("Registrations from one address an hour, at most"),
            _l("An office or a mobile operator has one address for many people."),
        ),
        "trusted_days": Declared(
            Whole(1, 90),
            30,
            _l("A device is not asked for the second step again for, days"),
            _l("Where its owner has ticked so. Fewer days hold for devices that are trusted already."),
        ),
        "passkeys_of_one": Declared(Whole(1, 100), 20, _l("Passkeys of one person, at most")),
        "joins_per_hour": Declared(
            Whole(5, 1000),
            40,
            _l("Registrations of realtors from one address an hour, at most"),
            _l("An agency registers its people from one office."),
        ),
    },
)

TALK = Section(
    "talk",
    _l("Conversations and files"),
    "messages-square",
    {
        "messages_per_minute": Declared(
            Whole(20, 3000), 180, _l("Messages of one person a minute, at most"), _l("Counted in steps of 10 seconds.")
        ),
        "message_edit_minutes": Declared(Whole(1, 1440), 15, _l("An own message can be changed for, minutes")),
        "pinned_conversations": Declared(Whole(1, 100), 5, _l("Conversations that one person can pin, at most")),
        "ready_answers_of_one": Declared(Whole(10, 1000), 100, _l("Ready answers of one person, at most")),
        "questions_per_hour": Declared(
            Whole(5, 1000),
            60,
            _l("First questions to support from one address an hour, at most"),
            _l("An office or a mobile operator has one address for many people."),
        ),
        "uploads_per_minute": Declared(Whole(5, 600), 60, _l("Files of one person a minute, at most")),
        "file_megabytes": Declared(Whole(1, 20), 20, _l("A file in a conversation, MB at most")),
        "voice_seconds": Declared(Whole(30, 300), 300, _l("A voice message, seconds at most")),
        "voice_megabytes": Declared(Whole(1, 10), 10, _l("A voice message, MB at most")),
        "comments_per_ten_minutes": Declared(Whole(1, 100), 5, _l("Comments of one reader in 10 minutes, at most")),
        "comments_trusted_after": Declared(
            Whole(0, 1000),
            3,
            _l("Comments of a known reader"),
            _l("After so many agreed ones a reader's comments are shown at once. 0: each waits for an owner."),
        ),
    },
)

SENDING = Section(
    "sending",
    _l("Letters, pushes and programs"),
    "send",
    {
        "email_per_minute": Declared(
            Whole(1, 100_000),
            600,
            _l("E-mails a minute, at most"),
            _l("What the mail provider allows; the rest waits its turn."),
        ),
        "webpush_per_minute": Declared(Whole(1, 100_000), 3000, _l("Push messages a minute, at most")),
        "telegram_per_minute": Declared(
            Whole(1, 100_000),
            1200,
            _l("Telegram messages a minute, at most"),
            _l("Telegram allows a bot about 30 a second."),
        ),
        "webhook_per_minute": Declared(Whole(1, 100_000), 3000, _l("Webhook messages a minute, at most")),
        "api_per_minute": Declared(
            Whole(1, 100_000),
            600,
            _l("API requests a minute, at most"),
            _l("Of one token; more are answered 429."),
        ),
    },
)

FIGURES = Section(
    "figures",
    _l("Figures"),
    "chart-line",
    {
        "reports_of_one": Declared(Whole(10, 1000), 200, _l("Kept reports of one person, at most")),
        "views_of_one": Declared(Whole(5, 500), 50, _l("Saved views of one list, of one person, at most")),
        "behaviour_counted": Declared(
            Flag(_l("not counted"), _l("counted")),
            True,
            _l("Count how the site is used"),
            _l("The sums of the page “Behaviour”: no names, no cookies, nothing of whoever asks not to be tracked."),
        ),
        "behaviour_days": Declared(
            Whole(30, 3650), 400, _l("Sums of behaviour are kept, days"), _l("Older ones are deleted every night.")
        ),
        "demand_load": Declared(
            Whole(1, 500),
            10,
            _l("Inquiries a week that one realtor copes with"),
            _l("Beyond that “Demand” names the city as one that lacks realtors."),
        ),
        "demand_answered_percent": Declared(
            Whole(1, 100),
            60,
            _l("Accepted inquiries of a city that are enough, percent"),
            _l("A city with fewer of them lacks realtors."),
        ),
        "demand_judged_from": Declared(
            Whole(1, 100), 5, _l("A city is judged from, inquiries"), _l("Fewer of them say nothing.")
        ),
    },
)

UPKEEP = Section(
    "upkeep",
    _l("Keeping"),
    "archive",
    {
        "bin_days": Declared(
            Whole(7, 365), 30, _l("The bin keeps, days"), _l("What was deleted can be brought back for so long.")
        ),
        "export_days": Declared(Whole(1, 60), 7, _l("A finished export is kept, days")),
        "exports_at_once": Declared(
            Whole(1, 20), 5, _l("Exports of one person, waiting or being made, at most"), _l("They are made in turn.")
        ),
        "import_megabytes": Declared(Whole(1, 20), 20, _l("A file to import, MB at most")),
        "import_rows": Declared(
            Whole(100, 50_000),
            50_000,
            _l("Rows of one import, at most"),
            _l("Each is checked before anything changes."),
        ),
        "slow_request_ms": Declared(
            Whole(100, 60_000),
            500,
            _l("A request is slow from, ms"),
            _l("The developer's corner shows those that took longer."),
        ),
    },
)

SECTIONS = (LOOK, COMPANY, MONEY, INQUIRIES, ENTRANCE, TALK, SENDING, FIGURES, UPKEEP)
REGISTRY = {key: declared for section in SECTIONS for key, declared in section.settings.items()}
