"""The people of the demo: owners, realtors with their agencies and cities, clients, and the fixed sign-ins."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from app.constants import ConsentDocument, Role
from app.demo import words
from app.demo.store import uuid_at
from app.extensions import db
from app.models.accounts import Consent, JoinLink, Realtor, User
from app.models.partners import Agency
from app.services.partners import agency_key

PASSWORD = "otklik-demo"
OWNER = ("owner@otklik.example", "Владимир", "Лебедев")
PETR = ("petr@otklik.example", "Пётр", "Новак")  # Prague
MAREK = ("marek@otklik.example", "Марек", "Свобода")  # Brno
ANNA = ("anna@otklik.example", "Анна", "Соколова")
OLGA = ("support@otklik.example", "Ольга", "Кузнецова")  # operators of the support desk
IVAN = ("ivan@otklik.example", "Иван", "Попов")
IN_FULL = 2_000  # people that get their consents written; a million would only fill the disk


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    first: str
    woman: bool
    agency: str = ""
    city_id: int = 0
    email: str = ""


class People:
    """Makes people one by one; e-mail addresses are numbered, so that no two are the same."""

    def __init__(self, store, random, now, password_hash):
        self.store, self.random, self.now, self.password_hash = store, random, now, password_hash
        self.taken = store.last[User]
        self.agencies = dict(db.session.execute(sa.select(Agency.key, Agency.id)).all())

    def fixed(self, role, who, joined, **more):
        email, first, last = who
        return self._user(role, first, last, email, joined, woman=who in (ANNA, OLGA), hash=self.password_hash, **more)

    def made_up(self, role, joined, **more):
        woman = self.random.random() < 0.55
        first = self.random.choice(words.WOMEN if woman else words.MEN)
        last = words.surname(self.random.choice(words.SURNAMES), woman)
        self.taken += 1
        email = f"{_latin(first)}.{_latin(last)}.{self.taken}@mail.example"
        return self._user(role, first, last, email, joined, woman=woman, **more)

    def realtor(self, town, join_link_id, joined, who=None, agency=None):
        agency = agency or f"{self.random.choice(words.AGENCIES)} {town.place.name_ru}"
        binding = {"agency": agency, "city_id": town.place.id}
        made = (
            self.fixed(Role.REALTOR, who, joined, **binding) if who else self.made_up(Role.REALTOR, joined, **binding)
        )
        self.store.add(
            Realtor,
            user_id=made.id,
            city_id=town.place.id,
            agency_id=self._agency(agency, joined),
            join_link_id=join_link_id,
            active=True,
            created_at=joined,
        )
        return made

    def join_link(self, name, token, made):
        return self.store.add(
            JoinLink, public_id=uuid_at(made, self.random), name=name, token=token, revoked_at=None, created_at=made
        )

    def _user(self, role, first, last, email, joined, *, woman, hash=None, agency="", city_id=0):
        name = f"{first} {last}"
        seen = self.now - timedelta(minutes=self.random.randint(3, 9_000))
        user_id = self.store.add(
            User,
            public_id=uuid_at(joined, self.random),
            role=role,
            email=email,
            password_hash=hash,
            name=name,
            first_name=first,
            last_name=last,
            phone=f"+42077{self.random.randint(2_000_000, 7_999_999)}",
            locale="ru",
            timezone=None,
            session_epoch=0,
            last_seen_at=max(seen, joined),
            blocked_reason="",
            version=1,
            created_at=joined,
        )
        if self.taken < IN_FULL and role in (Role.CLIENT, Role.REALTOR):
            for document in ConsentDocument:
                self.store.add(Consent, user_id=user_id, document=document, version=1, given_at=joined)
        return Person(user_id, name, first, woman, agency, city_id, email)

    def _agency(self, name, joined):
        key = agency_key(name)
        if key not in self.agencies:
            site = f"https://{_latin(name).replace(' ', '-')}.example"
            self.agencies[key] = self.store.add(
                Agency, public_id=uuid_at(joined, self.random), name=name, key=key, website=site, version=1,
                created_at=joined,
            )  # fmt: skip
        return self.agencies[key]


_LETTERS = dict(
    zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya".split(" "), strict=True)
)  # fmt: skip


def _latin(text):
    return "".join(_LETTERS.get(letter, letter) for letter in text.lower())
