"""Correcting a record is a normal edit: the services behind it do the rest."""

from app.constants import AuditTag, Role
from app.extensions import db
from app.models.accounts import JoinLink, User
from app.models.audit import AuditEvent
from app.models.inquiries import Inquiry
from app.models.partners import Agency
from app.models.places import City


def fresh(model, key):
    db.session.rollback()
    return db.session.get(model, key)


def test_any_field_of_an_inquiry_is_corrected(build, browser_of):
    build.realtor(city=build.city("Брно"))
    inquiry, brno = build.inquiry(city=build.city("Прага")), build.city("Брно")
    values = {
        "deal": "buy",
        "city": str(brno.public_id),
        "property_type": "house",
        "rooms": ["2", "3"],
        "budget_max": "125000.5",
        "currency": "EUR",
        "wishes": "С садом",
        "version": "1",
    }
    browser = browser_of(build.supervisor())
    assert browser.post(f"/supervisor/inquiries/{inquiry.public_id}/edit/", data=values).status_code == 303
    row = fresh(Inquiry, inquiry.id)
    assert (row.deal, row.city_id, row.rooms, row.budget_max) == ("buy", brno.id, ["2", "3"], 12_500_050)
    page = browser.get("/supervisor/journal/?tag=inquiry.changed").get_data(as_text=True)
    assert "Прага → Брно" in page


def test_a_rule_of_the_service_stands_at_its_field(build, browser_of):
    inquiry = build.inquiry()
    values = {"deal": "rent", "city": str(inquiry.city.public_id), "property_type": "room", "currency": "EUR"}
    values |= {"budget_min": "500", "budget_max": "400", "version": "1"}
    answer = browser_of(build.supervisor()).post(f"/supervisor/inquiries/{inquiry.public_id}/edit/", data=values)
    assert answer.status_code == 422
    assert 'id="budget_max-error"' in answer.get_data(as_text=True)


def test_a_client_becomes_a_realtor_and_a_realtor_moves(build, browser_of):
    client, agency = build.client("Анна Петрова"), build.agency()
    prague, brno = build.city("Прага"), build.city("Брно")
    browser = browser_of(build.supervisor())
    values = {"name": "Анна Петрова", "email": client.email, "phone": "", "locale": "ru", "version": "1"}
    values |= {"role": "realtor", "city": str(prague.public_id), "agency": str(agency.public_id)}
    assert browser.post(f"/supervisor/people/{client.public_id}/edit/", data=values).status_code == 303
    person = fresh(User, client.id)
    assert (person.role, person.realtor.city_id) == (Role.REALTOR, prague.id)

    values |= {"first_name": "Анна", "last_name": "Новак", "city": str(brno.public_id), "version": str(person.version)}
    assert browser.post(f"/supervisor/people/{client.public_id}/edit/", data=values).status_code == 303
    person = fresh(User, client.id)
    assert (person.name, person.realtor.city_id) == ("Анна Новак", brno.id)


def test_a_person_is_blocked_with_a_reason_and_let_in_again(build, browser_of):
    client, browser = build.client(), browser_of(build.supervisor())
    data = {"action": "block", "rowid": str(client.public_id), "confirmed": "1"}
    assert browser.post("/supervisor/people/action/", data=data).status_code == 422
    browser.post("/supervisor/people/action/", data=data | {"reason": "Спам"})
    assert fresh(User, client.id).blocked_reason == "Спам"
    browser.post("/supervisor/people/action/", data=data | {"action": "unblock"})
    assert fresh(User, client.id).blocked_at is None


def test_merging_shows_what_moves_before_it_moves(build, browser_of):
    winner, loser = build.city("Прага"), build.city("Прага 2")
    build.inquiry(city=loser)
    browser = browser_of(build.supervisor())
    address = f"/supervisor/cities/{loser.public_id}/merge/"
    page = browser.get(f"{address}?winner={winner.public_id}").get_data(as_text=True)
    stays, goes = page.index("Остаётся"), page.index("Уходит")
    assert stays < page.index(">Прага<", stays) < goes < page.index(">Прага 2<", goes)
    assert fresh(City, loser.id).merged_into_id is None
    assert browser.post(address, data={"winner": str(winner.public_id)}).status_code == 303
    assert fresh(City, loser.id).merged_into_id == winner.id


def test_an_invitation_is_made_and_revoked(build, browser_of):
    browser = browser_of(build.supervisor())
    browser.post("/supervisor/invitations/new/", data={"name": "Выставка"})
    db.session.rollback()
    link = db.session.scalar(db.select(JoinLink).where(JoinLink.name == "Выставка"))
    assert link.token in browser.get("/supervisor/invitations/").get_data(as_text=True)
    data = {"action": "revoke", "rowid": str(link.public_id), "confirmed": "1"}
    browser.post("/supervisor/invitations/action/", data=data)
    assert fresh(JoinLink, link.id).revoked_at is not None


def test_a_setting_changed_meanwhile_is_shown_not_overwritten(build, browser_of):
    browser = browser_of(build.supervisor())
    assert (
        browser.post("/supervisor/settings/", data={"inquiry_days": "30", "was-inquiry_days": "60"}).status_code == 303
    )
    late = browser.post("/supervisor/settings/", data={"inquiry_days": "90", "was-inquiry_days": "60"})
    assert late.status_code == 409
    assert "«30»" in late.get_data(as_text=True)


def test_agencies_are_compared_field_by_field_merged_and_parted(build, browser_of):
    winner, loser = build.agency("Домус"), build.agency("ООО Домус")
    build.realtor(agency=winner)
    moved = build.realtor(agency=loser)
    browser = browser_of(build.supervisor())
    address = f"/supervisor/agencies/{loser.public_id}/merge/?winner={winner.public_id}"
    assert address.replace("&", "&amp;") in browser.get("/supervisor/agencies/alike/").get_data(as_text=True)
    assert 'name="keep-name" value="loser"' in browser.get(address).get_data(as_text=True)
    assert browser.post(address, data={"keep-name": "loser"}).status_code == 303
    assert fresh(User, moved.id).realtor.agency.name == "ООО Домус"
    assert "похожих" in browser.get("/supervisor/agencies/alike/").get_data(as_text=True).casefold()
    found = browser.get("/supervisor/agencies/?q=домус").get_data(as_text=True)
    assert str(winner.public_id) in found, "it is found by the name it gave up, too"

    event = db.session.scalar(db.select(AuditEvent).where(AuditEvent.tag == AuditTag.AGENCY_MERGED))
    assert "Отменить" in browser.get(f"/supervisor/journal/{event.public_id}/").get_data(as_text=True)
    browser.post(f"/supervisor/journal/{event.public_id}/undo/")
    assert fresh(Agency, winner.id).name == "Домус"
    assert fresh(User, moved.id).realtor.agency.name == "ООО Домус"


def test_merging_is_the_owners_alone(build, browser_of):
    agency = build.agency()
    for stranger in (build.client(), build.agent(), build.realtor()):
        browser = browser_of(stranger)
        assert browser.get("/supervisor/agencies/alike/").status_code == 403
        assert browser.get(f"/supervisor/agencies/{agency.public_id}/merge/").status_code == 403


def test_a_city_somebody_typed_is_proposed_beside_the_one_it_resembles(build, browser_of):
    known, typed = build.city("Прага"), build.city("Прагга")
    known.geoname_id = 3067696
    db.session.commit()
    browser = browser_of(build.supervisor())
    page = browser.get("/supervisor/cities/alike/").get_data(as_text=True)
    address = f"/supervisor/cities/{typed.public_id}/merge/?winner={known.public_id}"
    assert address in page or f"/supervisor/cities/{known.public_id}/merge/?winner={typed.public_id}" in page
    browser.post(address, data={"keep-name_en": "loser"})
    assert (fresh(City, known.id).name_en, fresh(City, typed.id).merged_into_id) == ("Прагга", known.id)
    event = db.session.scalar(db.select(AuditEvent).where(AuditEvent.tag == AuditTag.CITY_MERGED))
    browser.post(f"/supervisor/journal/{event.public_id}/undo/")
    assert (fresh(City, known.id).name_en, fresh(City, typed.id).merged_into_id) == ("Prague", None)
