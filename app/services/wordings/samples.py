"""Made-up people and inquiries, for previews and trial letters: whatever a template may ask for, in both languages."""

from app.constants import LOCALES
from app.services.brand.look import look

COUNTS = {"one": 1, "few": 2, "many": 5, "other": 2}  # a number that takes each form
SAID = {  # name → in Russian, in English
    "name": ("Анна Соколова", "Anna Sokolova"),
    "person": ("Мария Орлова", "Maria Orlova"),
    "title": ("Снять квартиру, Прага", "Rent a flat, Prague"),
    "city": ("Прага", "Prague"),
    "change": ("бюджет: до 800 € → до 900 €", "budget: up to 800 € → up to 900 €"),
    "reason": ("рассылка рекламы", "advertising"),
    "text": ("изменён телефон", "the phone number has changed"),
    "email": ("anna@example.com", "anna@example.com"),
    "old": ("anna@example.com", "anna@example.com"),
    "new": ("anna.sokolova@example.com", "anna.sokolova@example.com"),
    "passkey": ("Ноутбук Анны", "Anna's laptop"),
    "provider": ("Google", "Google"),
    "host": ("crm.example.com", "crm.example.com"),
    "site": ("https://otklik.example/support", "https://otklik.example/support"),
    "device": ("Firefox, Windows", "Firefox, Windows"),
    "when": ("22 ноября 2026, 14:05", "22 November 2026, 14:05"),
    "headline": ("Снять квартиру, Прага", "Rent a flat, Prague"),
    "summary": ("2 комнаты, до 900 €, с 1 декабря", "2 rooms, up to 900 €, from 1 December"),
    "wishes": ("Рядом с парком, можно с котом.", "Near a park, with a cat."),
    "subject": ("Спрос на жильё в Праге", "Demand for homes in Prague"),
    "sentence": ("Новый запрос №\xa01042: Снять квартиру, Прага", "New inquiry No.\xa01042: Rent a flat, Prague"),
}
OF = {  # document → what is another there
    "notice-inquiry_accepted": {"name": ("Марек Свобода", "Marek Svoboda")},
    "letter-inquiry_accepted": {"name": ("Марек Свобода", "Marek Svoboda")},
    "letter-message": {"name": ("Марек Свобода", "Marek Svoboda")},
    "system-accepted": {"name": ("Марек Свобода", "Marek Svoboda")},
    "notice-report_ready": {"title": ("Запросы по городам", "Inquiries by city")},
    "notice-export_ready": {"title": ("Запросы", "Inquiries")},
    "notice-export_failed": {"title": ("Запросы", "Inquiries")},
    "notice-comment_new": {"title": ("Как выбрать квартиру", "How to choose a flat")},
    "notice-comment_answered": {"title": ("Как выбрать квартиру", "How to choose a flat")},
    "letter-report": {
        "title": ("Запросы по городам", "Inquiries by city"),
        "text": ("За прошлую неделю: 128 запросов.", "Last week: 128 inquiries."),
    },
    "letter-partner_page": {"text": ("Здравствуйте! Вот цифры за осень.", "Hello! Here are the figures of autumn.")},
    "telegram-not_sent": {
        "reason": ("Клиент завершил переписку.", "The client ended the conversation."),
    },
}
# Letters that may be stopped: those about the account and its safety may not.
STOPPABLE = {"base", "city_served", "message", "notification", "report", "support_question", "support_reply"}
STOPPABLE |= {
    f"inquiry_{word}" for word in ("accepted", "corrected", "digest", "expired", "new", "published", "unserved")
}
ROWS = {
    "ru": [["Сделка", "аренда"], ["Бюджет", "до 900 €"], ["Комнат", "2"]],
    "en": [["Deal", "rent"], ["Budget", "up to 900 €"], ["Rooms", "2"]],
}
MESSAGES = {
    "ru": ["Здравствуйте! Есть квартира у парка, две комнаты, 850 €.", "Когда вам удобно посмотреть?"],
    "en": ["Hello! There is a flat near the park, two rooms, 850 €.", "When would you like to see it?"],
}


def sample(document, locale, form=None):
    """Field → a value of the sentences of ``document``; ``form``: a number that takes it."""
    side = 0 if locale == "ru" else 1
    words = {name: pair[side] for name, pair in (SAID | OF.get(document.key, {})).items()}
    words["service"] = look().name(locale)
    return words | {"number": 1042, "rows": 1250, "n": 3, "num": COUNTS.get(form, 2)}


def payload(document, locale):
    """All that the template of a letter wants, as the outbox keeps it."""
    one = {"number": 1042, "headline": SAID["headline"][0 if locale == "ru" else 1], "url": "/office/inquiries/"}
    lists = {
        "rows": ROWS[locale],
        "messages": MESSAGES[locale],
        "count": 2,
        "shown": 30,
        "days": 30,
        "inquiries": [one | {"summary": SAID["summary"][0 if locale == "ru" else 1]}],
        "provider": "google",
        "added": True,
        "on": True,
        "url": "/my/inquiries",
        "path": "/support",
    }
    return sample(document, locale) | lists


def samples_of(document):
    """Field → its made-up value in each language, of every field that may stand in ``document``."""
    names = dict.fromkeys(name for part in document.parts for name in part.fields)
    values = {locale: sample(document, locale) for locale in LOCALES}
    return {name: {locale: values[locale][name] for locale in LOCALES} for name in names}
