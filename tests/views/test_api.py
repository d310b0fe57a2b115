"""/api/v1: programs read and write by the same rules as people, and every answer is what the document promises."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from openapi_spec_validator import validate

from app.constants import ApiScope
from app.extensions import db
from app.models.accounts import Consent, User
from app.models.api import ApiToken
from app.models.audit import AuditEvent
from app.models.base import utcnow
from app.models.inquiries import Inquiry
from app.models.outbox import Delivery
from app.services import accounts, api_answers, api_tokens, conversations
from app.services.request_fields import editing
from app.services.transaction import transaction
from app.views.api.v1.table import TABLE
from tests.programs import Program

ALL = [scope.value for scope in ApiScope]


@pytest.fixture
def program(app, build):
    """``program(scopes, owner=…)``: a program with a token of its own; by default an owner's, for everything."""

    def make(scopes=ALL, owner=None, days=None):
        token, secret = api_tokens.create("CRM", scopes, days=days, actor=owner or build.supervisor())
        made = Program(app, secret)
        made.row = token
        return made

    return make


def wish(city, **more):
    client = {"email": "anna@example.com", "name": "Анна", "consent": True, "consent_data": True}
    return {"client": client, "deal": "rent", "city": str(city.public_id), "budget": {"max": 90_000}} | more


def filled(path):
    return path.replace("{id}", str(uuid4()))


# The doors


@pytest.mark.parametrize("operation", TABLE, ids=lambda operation: operation.name)
def test_every_door_turns_away_whoever_may_not(operation, app, build, program):
    """No token, a revoked one, one without the scope, one of a person without the permission, a foreign row."""
    path, headers = filled(operation.path), {"If-Match": '"1"'}

    def status(who):
        return who.ask(operation.method, path, headers=headers, json={}).status_code

    owner_s_browser = Program(app)
    owner_s_browser.client.sign_in(build.supervisor())
    assert status(owner_s_browser) == 401, "a cookie must not count"
    revoked, blocked = program(), program()
    api_tokens.revoke(revoked.row, actor=revoked.row.user)
    assert status(revoked) == status(Program(app, "otk_made-up")) == 401
    accounts.block(blocked.row.user, "leak", actor=build.supervisor())
    assert status(blocked) == 403
    if operation.scope:
        others = [scope for scope in ALL if scope != operation.scope]
        answer = program(others).ask(operation.method, path, headers=headers, json={})
        assert (answer.status_code, answer.get_json()["code"]) == (403, "no_scope")
        assert status(program(owner=build.realtor())) == 403
    if operation.names and not operation.body:
        assert status(program()) == 404


def test_an_expired_token_is_told_so_in_the_language_asked_for(program):
    late = program(days=1)
    with transaction():
        late.row.expires_at = utcnow() - timedelta(seconds=1)
    answer = late.get("/me", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "token_expired")
    assert answer.get_json()["detail"] == "The token has expired."
    assert late.get("/me", headers={"Accept-Language": "ru"}).get_json()["detail"] == "Срок токена истёк."
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_only_a_digest_of_the_secret_is_kept_and_a_new_one_ends_the_old(program):
    first = program()
    secret = api_tokens.rotate(first.row, actor=first.row.user)
    assert first.get("/me").status_code == 401
    second = Program(first.client.application, secret)
    assert second.get("/me").get_json()["token"]["name"] == "CRM"
    db.session.rollback()
    columns = [str(value) for value in db.session.execute(db.select(*ApiToken.__table__.c)).one()]
    assert not any(secret in value or first.token in value for value in columns)
    assert db.session.scalar(db.select(ApiToken.last_used_at)) is not None


def test_an_address_that_is_none_is_a_problem_not_a_page(program):
    assert program().get("/nothing").status_code == 404


# The document


def test_the_document_is_openapi_and_has_every_door(visitor, app):
    told = visitor.get("/api/v1/openapi.json").get_json()
    validate(told)
    doors = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api_v1.")}
    assert {f"api_v1.{one['operationId']}" for path in told["paths"].values() for one in path.values()} == doors


def test_the_page_for_people_is_made_of_the_same_table(visitor):
    page = visitor.get("/api/v1/docs").get_data(as_text=True)
    assert all(f'id="{operation.name}"' in page for operation in TABLE)


# Reading


def test_every_list_and_record_is_as_promised(build, program):
    conversation = build.conversation()
    conversations.send(conversation, nonce=uuid4(), kind="text", body="секрет", actor=conversation.client)
    support = build.support()
    reader = program()
    for path in ("/people", "/agencies", "/countries", "/cities?served=true", "/statistics?period=year"):
        assert reader.get(path).status_code == 200, path
    for path, row in (
        ("inquiries", conversation.inquiry),
        ("people", conversation.realtor),
        ("agencies", conversation.realtor.realtor.agency),
        ("cities", conversation.inquiry.city),
        ("conversations", conversation),
    ):
        assert reader.get(f"/{path}/{row.public_id}").get_json()["id"] == str(row.public_id)
    said = reader.get(f"/conversations/{conversation.public_id}/messages")
    assert said.get_json()["data"][-1]["kind"] == "text"
    assert "секрет" not in said.get_data(as_text=True)
    assert reader.get(f"/conversations/{support.public_id}").status_code == 404


def test_filters_narrow_and_unknown_ones_are_named(build, program):
    mine, reader = build.inquiry(deal="buy", city=build.city("Берлин")), program()
    build.inquiry()
    found = reader.get(f"/inquiries?deal=buy&city={mine.city.public_id}&client={mine.client.public_id}")
    assert [one["id"] for one in found.get_json()["data"]] == [str(mine.public_id)]
    wrong = reader.get("/inquiries?limit=500&deal=swap&colour=red")
    assert wrong.status_code == 422
    assert reader.get("/inquiries?limit=500&deal=swap").get_json()["errors"]


def test_pages_neither_repeat_nor_miss_while_rows_are_added(build, program):
    first = [str(build.inquiry().public_id) for _ in range(5)]
    reader, seen, cursor = program(), [], ""
    while cursor is not None:
        page = reader.get(f"/inquiries?limit=2{'&cursor=' + cursor if cursor else ''}").get_json()
        seen += [one["id"] for one in page["data"]]
        cursor = page["next"]
        build.inquiry()
    assert seen == first[::-1]


def test_a_cursor_is_sealed_and_good_for_its_own_list_alone(build, program):
    build.inquiry(), build.inquiry()
    reader = program()
    cursor = reader.get("/inquiries?limit=1").get_json()["next"]
    assert reader.get(f"/inquiries?limit=1&deal=rent&cursor={cursor}").get_json()["code"] == "bad_cursor"
    assert reader.get(f"/people?cursor={cursor}").get_json()["code"] == "bad_cursor"
    assert reader.get(f"/inquiries?cursor={cursor[:-3]}AAA").get_json()["code"] == "bad_cursor"


# Writing


def test_an_inquiry_for_somebody_new_makes_the_account_by_the_rules_of_the_form(build, program):
    city, writer = build.city(), program()
    build.realtor(city=city)
    made = writer.post("/inquiries", wish(city, move_in="2030-01-31", wishes="Балкон"))
    assert made.status_code == 201
    told = made.get_json()
    assert (told["status"], told["source"], told["budget"]) == (
        *("new", "api"),
        {"min": None, "max": 90_000, "currency": "CZK"},
    )
    assert writer.get(made.headers["Location"].removeprefix("/api/v1")).get_json() == told
    db.session.rollback()
    client = db.session.scalar(db.select(User).where(User.email == "anna@example.com"))
    assert len(db.session.scalars(db.select(Consent).where(Consent.user_id == client.id)).all()) == 2
    assert db.session.scalar(db.select(Delivery).where(Delivery.kind == "quick_account"))
    assert db.session.scalar(db.select(AuditEvent.door).where(AuditEvent.tag == "inquiry.created")) == "api"


def test_without_consent_no_account_and_no_inquiry(build, program):
    body = wish(build.city())
    del body["client"]["consent_data"]
    refused = program().post("/inquiries", body)
    assert refused.get_json()["errors"][0]["field"] == "/client/consent_data"
    assert db.session.scalar(db.select(User.id).where(User.email == "anna@example.com")) is None


def test_an_inquiry_for_a_known_client_asks_no_consent_and_one_for_staff_is_refused(build, program):
    client, realtor, writer = build.client(), build.realtor(), program()
    for person, status in ((client, 201), (realtor, 409)):
        body = wish(build.city()) | {"client": {"email": person.email}}
        assert writer.post("/inquiries", body).status_code == status
    db.session.rollback()
    assert db.session.scalar(db.select(Inquiry.client_id)) == client.id


def test_every_fault_of_a_body_is_told_at_once(build, program):
    body = wish(build.city(), deal="swap", rooms=["9"], colour="red", move_in="tomorrow") | {"client": {}}
    told = program().post("/inquiries", body).get_json()
    fields = {each["field"] for each in told["errors"]}
    assert fields == {"/deal", "/rooms/0", "/colour", "/move_in", "/client/email"}
    assert (
        program().ask("POST", "/inquiries", data=b"deal=rent", headers={"Content-Type": "text/plain"}).status_code
        == 415
    )


def test_a_rule_of_the_service_names_the_field_of_the_body(build, program):
    told = program().post("/inquiries", wish(build.city(), budget={"min": 9, "max": 3})).get_json()
    assert told["errors"][0]["field"] == "/budget/max"


def test_a_correction_wants_the_version_that_was_seen(build, program):
    inquiry, writer = build.inquiry(), program()
    path = f"/inquiries/{inquiry.public_id}"
    seen = writer.get(path)
    assert seen.headers["ETag"] == '"1"'
    assert writer.ask("PATCH", path, json={"deal": "buy"}).status_code == 428
    changed = writer.patch(path, {"deal": "buy", "budget": {"max": 500_000}}, 1)
    assert (changed.get_json()["deal"], changed.headers["ETag"]) == ("buy", '"2"')
    late = writer.patch(path, {"deal": "rent"}, 1)
    assert (late.status_code, late.get_json()["code"]) == (412, "edit_conflict")
    assert writer.get(path).get_json()["deal"] == "buy"


def test_cancelling_twice_is_once(build, program):
    inquiry, writer = build.inquiry(), program()
    for _ in range(2):
        done = writer.post(f"/inquiries/{inquiry.public_id}/cancel", {"reason": "Нашёл"})
        assert done.get_json()["status"] == "cancelled"
    db.session.rollback()
    moves = db.session.scalars(db.select(AuditEvent).where(AuditEvent.tag == "inquiry.status")).all()
    assert [move.data["reason"] for move in moves] == ["Нашёл"]


def test_agencies_are_added_corrected_and_deleted(program):
    writer = program()
    made = writer.post("/agencies", {"name": "Дом и сад", "website": "dom.example"}).get_json()
    assert made["website"] == "https://dom.example"
    assert writer.post("/agencies", {"name": "дом и сад"}).get_json()["errors"][0]["field"] == "/name"
    path = f"/agencies/{made['id']}"
    assert writer.patch(path, {"name": "Сад"}, 1).get_json()["name"] == "Сад"
    assert writer.patch(path, {"name": "Лес"}, 1).status_code == 412
    assert writer.ask("DELETE", path).status_code == 204
    assert writer.get(path).status_code == 404


# What owners added to the form


@pytest.fixture
def asked(build):
    """«Животные» (yes or no), «Вид» (several; for rent alone), «Метро» (a number up to 60)."""
    owner, view = build.supervisor(), [{"ru": "парк", "en": "park"}, {"ru": "двор", "en": "yard"}]
    for kind, ru, en, more in (
        ("yes_no", "Животные", "pets", {}),
        ("several", "Вид", "view", {"options": view, "deals": ["rent"]}),
        ("number", "Метро", "metro", {"maximum": 60}),
    ):
        editing.save(None, {"kind": kind, "label_ru": ru, "label_en": en} | more, actor=owner)


def test_own_fields_are_told_written_corrected_and_taken_away(build, program, asked):
    city, writer = build.city(), program()
    told = writer.get("/request-fields?order=oldest").get_json()["data"]
    assert [(field["key"], field["kind"]) for field in told] == [
        *(("pets", "yes_no"), ("view", "several"), ("metro", "number")),
    ]
    made = writer.post("/inquiries", wish(city, answers={"metro": 7.0, "pets": False, "view": ["yard", "park"]}))
    assert made.get_json()["answers"] == {"pets": False, "view": ["park", "yard"], "metro": 7}
    path = made.headers["Location"].removeprefix("/api/v1")
    changed = writer.patch(path, {"answers": {"metro": None, "view": ["yard"]}}, 1)
    assert changed.get_json()["answers"] == {"pets": False, "view": ["yard"]}
    assert writer.get("/inquiries").get_json()["data"][0]["answers"] == changed.get_json()["answers"]


@pytest.mark.parametrize(
    ("answers", "more"),
    [
        ({"metro": 99}, {}),
        ({"metro": "near"}, {}),
        ({"view": ["sea"]}, {}),
        ({"view": ["park"]}, {"deal": "buy"}),
        ({"colour": "red"}, {}),
        ({"pets": {"cats": 2}}, {}),
    ],
)
def test_what_is_no_answer_is_refused_by_name_and_nothing_is_lost_silently(build, program, asked, answers, more):
    refused = program().post("/inquiries", wish(build.city(), answers=answers, **more))
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["field"] == f"/answers/{next(iter(answers))}"


def test_what_python_calls_a_number_and_json_does_not_is_no_answer(build, program):
    editing.save(None, {"kind": "number", "label_ru": "Этаж", "label_en": "floor"}, actor=build.supervisor())
    for word in ("NaN", "Infinity", "-Infinity"):
        body = json.dumps(wish(build.city())).replace('"rent"', f'"rent", "answers": {{"floor": {word}}}')
        refused = program().ask("POST", "/inquiries", data=body, headers={"Content-Type": "application/json"})
        assert (refused.status_code, refused.get_json()["code"]) == (422, "not_json")


def test_the_document_names_own_fields(visitor, asked):
    told = visitor.get("/api/v1/openapi.json").get_json()
    validate(told)
    properties = told["components"]["schemas"]["NewAnswers"]["properties"]
    assert properties["metro"]["maximum"] == 60 and properties["view"]["description"] == "park: парк; yard: двор"


# Once


def test_a_key_gives_the_first_answer_again_and_refuses_another_question(build, program):
    city, writer, key = build.city(), program(), {"Idempotency-Key": "order 17"}
    body = wish(city) | {"client": {"email": build.client().email}}
    first = writer.post("/inquiries", body, headers=key)
    again = writer.post("/inquiries", body, headers=key)
    assert (first.status_code, first.headers["Idempotent-Replayed"]) == (201, "false")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert (again.get_data(), again.headers["ETag"]) == (first.get_data(), first.headers["ETag"])
    other = writer.post("/inquiries", body | {"deal": "buy"}, headers=key)
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
    assert program().post("/inquiries", body | {"deal": "buy"}, headers=key).status_code == 201, "another token's key"
    with transaction() as session:
        session.execute(db.update(api_answers.ApiAnswer).values(created_at=utcnow() - timedelta(hours=25)))
    assert api_answers.purge() == 2


def test_a_refused_question_leaves_its_key_free(program):
    writer, key = program(), {"Idempotency-Key": "k"}
    assert writer.post("/agencies", {"name": ""}, headers=key).status_code == 422
    assert writer.post("/agencies", {"name": "Сад"}, headers=key).status_code == 201


@pytest.mark.every_database
def test_a_question_raced_with_one_key_is_done_once(program):
    writer = program()

    def ask(_number):
        racer = Program(writer.client.application, writer.token)
        return racer.post("/agencies", {"name": "Сад"}, headers={"Idempotency-Key": "race"})

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.get_data() for answer in answers}) == 1
    assert sorted(answer.headers["Idempotent-Replayed"] for answer in answers) == ["false", *["true"] * 5]


# How often


def test_a_token_is_slowed_alone_and_told_when_to_go_on(limits, program):
    from app.services import settings

    owner = program().row.user
    settings.change("api_per_minute", "2", actor=owner)
    busy, calm = program(), program()
    left = [busy.get("/me").headers["RateLimit-Remaining"] for _ in range(2)]
    assert left == ["1", "0"]
    refused = busy.get("/me")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert calm.get("/me").status_code == 200


# The console's page


def test_an_owner_makes_a_token_sees_it_once_and_revokes_it(app, build, browser_of):
    browser = browser_of(build.supervisor())
    form = {"name": "CRM", "scopes": ["places:read", "statistics:read"], "days": "90"}
    page = browser.post("/supervisor/api/new/", data=form).get_data(as_text=True)
    secret = page.split('id="secret" class="grow">')[1].split("<")[0]
    me = Program(app, secret).get("/me").get_json()
    assert me["token"]["scopes"] == ["places:read", "statistics:read"]
    assert secret not in browser.get("/supervisor/api/").get_data(as_text=True)
    row = {"action": "revoke", "rowid": me["token"]["id"], "confirmed": "1"}
    browser.post("/supervisor/api/action/", data=row)
    assert Program(app, secret).get("/me").status_code == 401
    assert browser_of(build.realtor()).get("/supervisor/api/").status_code == 403


def test_figures_are_told_by_source(build, program):
    build.inquiry(source="quick", acceptances=1, first_response_seconds=90)
    build.inquiry(source="site")
    told = program().get("/statistics?period=year&source=quick").get_json()
    assert [(row["source"], row["inquiries"], row["ninth_response_minutes"]) for row in told["sources"]] == [
        ("quick", 1, 1.5)
    ]
    assert told["total"]["inquiries"] == 1
