"""Each tile of the overview opens a list of as many rows as it says."""

import re
from datetime import timedelta

from app.constants import Channel, OutboxStatus
from app.models.base import utcnow
from app.models.outbox import Delivery
from app.services.transaction import transaction

TILE = re.compile(r'<a class="card tile tile-link[^"]*" href="([^"]+)"><small>([^<]+)</small><b>([^<]+)</b>')


def tiles(browser):
    return {
        name: (url.replace("&amp;", "&"), said) for url, name, said in TILE.findall(browser.get("/supervisor/").text)
    }


def rows(browser, url):
    return browser.get(url).text.count("<tr data-row=")


def test_tiles_open_what_they_count(build, browser_of):
    owner = browser_of(build.supervisor())
    for talk in (build.conversation(), build.support()):
        with transaction():
            talk.waiting_since = utcnow()
    for late in (20, 1):
        build.add(_letter(utcnow() - timedelta(minutes=late)))
    found = tiles(owner)
    for name in ("Клиенты ждут ответа", "Письма опаздывают", "Необслуженный спрос", "Молчащие риелторы"):
        url, said = found[name]
        assert rows(owner, url) == int(said), name
    assert found["Клиенты ждут ответа"][1] == "2" and found["Письма опаздывают"][1] == "1"


def _letter(due):
    return Delivery(
        channel=Channel.EMAIL, kind="report", address="a@b.example", status=OutboxStatus.PENDING, due_at=due
    )
