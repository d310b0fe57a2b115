"""The letters about accounts, as they arrive."""

from uuid import uuid4

import pyotp
import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from app.channels.email import compose
from app.constants import IdentityProvider, Role
from app.extensions import db
from app.integrations.sign_in import Profile
from app.models.base import utcnow
from app.models.outbox import Delivery
from app.services import accounts, letters, outbox
from app.services.accounts import identities, passkeys, second_factor, sign_ins
from app.services.accounts.passkeys import Site
from app.services.accounts.sign_ins import Browser
from tests.authenticator import Authenticator

GOOD = "верная лошадь батарея"
SITE = Site("localhost", "http://localhost")


@pytest.fixture
def every_letter(build):
    """One of each kind, queued by what really sends it."""
    anna = accounts.register(name="Анна <b>", email="anna@mail.ru", password=GOOD)
    accounts.quick_account(name="Олег", email="oleg@mail.ru")
    new, mistaken = {"name": "Ян", "email": "jan@mail.ru"}, {"name": "Нора", "email": "nora@mail.ru"}
    [nora] = accounts.bring_in([accounts.Newcomer(Role.CLIENT, mistaken)], invite=True, actor=build.supervisor())
    outbox.mark_sent(db.session.scalar(sa.select(Delivery.id).where(Delivery.user_id == nora.id)))
    accounts.take_out(nora, actor=build.supervisor())
    accounts.bring_in([accounts.Newcomer(Role.CLIENT, new)], invite=True, actor=build.supervisor())
    for email in ("anna@mail.ru", "nobody@mail.ru"):
        accounts.ask_for_reset(email, locale="ru")
    accounts.change_password("совсем другой пароль", current=GOOD, actor=anna)
    accounts.change_email("new@mail.ru", "совсем другой пароль", actor=anna)
    for _ in range(2):
        sign_ins.begin(anna, how="password", browser=Browser(uuid4(), "Firefox", "Windows"))
    identities.link(Profile(IdentityProvider.VK, "700"), actor=anna, how="profile")
    second_factor.start(actor=anna)
    second_factor.confirm(pyotp.TOTP(second_factor.enrolment(anna).secret).now(), actor=anna)
    passkeys.add(
        Authenticator().create(passkeys.creation_options(b"challenge", site=SITE, actor=anna)),
        "Телефон",
        challenge=b"challenge",
        site=SITE,
        actor=anna,
    )
    accounts.block(anna, "рассылка рекламы", actor=build.supervisor())
    return {row.kind: row for row in db.session.scalars(sa.select(Delivery))}


def rendered(delivery, locale):
    with force_locale(locale):
        values = letters.context(delivery.kind, delivery.payload)
        return compose(
            delivery.kind, address=delivery.address, locale=locale, key="k", values=values, created_at=utcnow()
        )


SAID = {
    "password_reset": ("http://localhost/password/reset/", "два часа", "two hours"),
    "password_unknown": ("http://localhost/register", "никто не регистрировался", "nobody has registered"),
    "password_changed": ("http://localhost/password/forgot", "сменился пароль", "password of your account is new"),
    "quick_account": ("http://localhost/password/reset/", "oleg@mail.ru", "seven days"),
    "account_invited": (
        "http://localhost/password/reset/",
        "для вас создан аккаунт",
        "an account has been made for you",
    ),
    "account_withdrawn": ("http://localhost/", "сделан по ошибке", "made by mistake"),
    "email_changed": ("http://localhost/support", "new@mail.ru", "instead of anna@mail.ru"),
    "new_device": ("http://localhost/my/profile/devices", "Firefox, Windows", "Firefox, Windows"),
    "identity_linked": ("http://localhost/my/profile", "вход через VK ID", "entered with VK ID"),
    "second_factor": ("http://localhost/password/forgot", "код из вашего приложения", "a code from your app"),
    "passkey": ("http://localhost/password/forgot", "ключом доступа «Телефон»", "the passkey “Телефон”"),
    "account_blocked": ("http://localhost/support", "рассылка рекламы", "cannot be used any more"),
}


def test_every_letter_says_what_happened_and_where_to_go(every_letter):
    assert set(every_letter) == set(SAID)
    for kind, (address, russian, english) in SAID.items():
        for locale, words in (("ru", russian), ("en", english)):
            message = rendered(every_letter[kind], locale)
            text, html = (message.get_body((form,)).get_content() for form in ("plain", "html"))
            assert message["Subject"], kind
            assert words in text, (kind, locale)
            assert address in text, kind
            assert address in html, kind
            assert GOOD not in text
            assert "<b>" not in html, "names are escaped"
