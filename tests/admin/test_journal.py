"""The journal speaks the owners' language, down to the names of what changed."""

import re
from pathlib import Path

from app.admin.supervisor import journal
from app.admin.supervisor.outbox import LETTERS
from app.services import audit, places, settings
from app.services.places import corrections


def test_every_field_an_event_may_carry_has_a_word():
    declared = set().union(*audit.FIELDS.values()) - audit.CHANGE
    assert declared | corrections.EDITABLE <= set(journal.FIELDS)


def test_every_letter_has_a_word():
    kinds = {path.stem for path in Path("app/templates/emails").glob("*.html")} - {"base", "parts"}
    assert kinds == set(LETTERS)


def test_events_read_as_sentences(build, browser_of):
    owner, prague, brno = build.supervisor(), build.city("Прага"), build.city("Брно")
    settings.change("inquiry_days", "30", actor=owner)
    places.merge_cities(winner=prague, loser=brno, actor=owner)
    browser = browser_of(owner)
    browser.get(f"/supervisor/statistics.xlsx?period=month&city={prague.public_id}")
    page = re.sub(r"<[^>]+>", " ", browser.get("/supervisor/journal/").get_data(as_text=True))
    assert "в: Прага" in page
    assert "Срок жизни запроса, дней: 60 → 30" in page
    assert "вид: полная" in page
    assert str(prague.public_id) not in page
    assert "inquiry_days" not in page
