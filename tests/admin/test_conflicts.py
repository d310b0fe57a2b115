"""Two people at one record: the second is shown mine, theirs and the original."""

import json

from app.extensions import db
from app.models.partners import Agency


def edit(browser, agency, name, website, *, version, original, **keep):
    data = {"name": name, "website": website, "version": version, "original": json.dumps(original), **keep}
    return browser.post(f"/supervisor/agencies/{agency.public_id}/edit/", data=data)


def test_the_second_editor_chooses_field_by_field(build, browser_of):
    agency, browser = build.agency("Домус"), browser_of(build.supervisor())
    began = {"name": "Домус", "website": "https://domus.example"}
    assert edit(browser, agency, "Домус Прага", began["website"], version=1, original=began).status_code == 303

    answer = edit(browser, agency, "Домус Брно", "https://new.example", version=1, original=began)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert all(words in page for words in ("Домус", "Домус Прага", "Домус Брно", "https://new.example"))
    db.session.rollback()
    assert db.session.get(Agency, agency.id).name == "Домус Прага"

    theirs = {"name": "Домус Прага", "website": "https://domus.example"}
    keep = {"keep-name": "theirs", "keep-website": "mine"}
    chosen = edit(browser, agency, "Домус Брно", "https://new.example", version=2, original=theirs, **keep)
    assert chosen.status_code == 303
    db.session.rollback()
    row = db.session.get(Agency, agency.id)
    assert (row.name, row.website) == ("Домус Прага", "https://new.example")


def test_the_form_carries_what_it_began_from(build, browser_of):
    agency = build.agency("Домус")
    page = browser_of(build.supervisor()).get(f"/supervisor/agencies/{agency.public_id}/edit/").get_data(as_text=True)
    assert 'name="version" value="1"' in page
    assert 'name="original"' in page
