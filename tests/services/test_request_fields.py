"""Fields that owners add to the form: what is asked of whom, what is kept, and that nothing answered is lost."""

import pytest
import sqlalchemy as sa

from app.constants import Deal, FieldKind, PropertyType
from app.errors import InvalidInput, RefusedMove
from app.extensions import db
from app.models.audit import AuditEvent, BinItem
from app.models.inquiries import Inquiry
from app.models.request_fields import RequestAnswer, RequestField
from app.services import bin, history, inquiries, inquiry_text, request_fields, search, undoing
from app.services.inquiries import InquiryDraft
from app.services.request_fields import answers, editing


@pytest.fixture
def owner(build):
    return build.supervisor()


@pytest.fixture
def add(owner):
    """``add(kind, label, **values)``: a field of the form, made by an owner."""

    def make(kind, label, **values):
        words = {"label_ru": label, "label_en": values.pop("en", label)}
        options = [{"ru": word, "en": word} for word in values.pop("options", ())]
        return editing.save(None, words | {"kind": kind, "options": options} | values, actor=owner)

    return make


def draft(city, **values):
    return InquiryDraft(deal=Deal.RENT, city=city, property_type=PropertyType.APARTMENT, **values)


def laid_out(field):
    found = sa.select(RequestAnswer.word, RequestAnswer.number, RequestAnswer.day)
    return db.session.execute(found.where(RequestAnswer.field_id == field.id)).all()


def last(tag):
    return db.session.scalar(sa.select(AuditEvent).where(AuditEvent.tag == tag).order_by(AuditEvent.id.desc()))


def test_answers_are_kept_said_and_laid_out(build, add):
    pets = add(FieldKind.YES_NO, "Животные", en="Pets")
    view = add(FieldKind.SEVERAL, "Вид", en="View", options=["двор", "парк", "улица"])
    metro = add(FieldKind.NUMBER, "До метро", en="To the metro", unit_ru="мин", unit_en="min", maximum=60)
    floor = [option["key"] for option in view.options]
    given = {"view": [floor[1], floor[0]], "to-the-metro": 7, "pets": False, "unheard-of": 1}
    inquiry = inquiries.submit(draft(build.city(), answers=given), actor=build.client())
    assert inquiry.answers == {"pets": False, "view": floor[:2], "to-the-metro": 7}
    assert inquiry_text.own(inquiry) == [("Животные", "нет"), ("Вид", "двор, парк"), ("До метро", "7 мин")]
    assert [row.word for row in laid_out(pets)] == ["no"]
    assert sorted(row.word for row in laid_out(view)) == sorted(floor[:2])
    assert [row.number for row in laid_out(metro)] == [7]


@pytest.mark.parametrize(
    ("kind", "values", "answer"),
    [
        (FieldKind.NUMBER, {"minimum": 1, "maximum": 30}, 31),
        (FieldKind.NUMBER, {}, "семь"),
        (FieldKind.CHOICE, {"options": ["двор", "парк"]}, "море"),
        (FieldKind.SEVERAL, {"options": ["двор", "парк"]}, "двор"),
        (FieldKind.DATE, {}, "завтра"),
        (FieldKind.YES_NO, {}, "да"),
        (FieldKind.TEXT, {}, "я" * 301),
    ],
)
def test_what_is_no_answer_is_refused_at_its_field(build, add, kind, values, answer):
    field = add(kind, "Поле", en="Field", **values)
    with pytest.raises(InvalidInput) as refused:
        inquiries.submit(draft(build.city(), answers={field.key: answer}), actor=build.client())
    assert refused.value.field == "x-field"


def test_a_field_is_for_its_deals_and_types_only(build, add, owner):
    add(FieldKind.YES_NO, "Животные", en="Pets", deals=["rent"])
    add(FieldKind.TEXT, "Цель", en="Purpose", property_types=["commercial"])
    given = {"pets": True, "purpose": "Кофейня"}
    inquiry = inquiries.submit(draft(build.city(), answers=given), actor=build.client())
    assert inquiry.answers == {"pets": True}
    inquiries.edit(inquiry, {"deal": Deal.BUY}, actor=owner)
    assert inquiry.answers == {} and not db.session.scalars(sa.select(RequestAnswer)).all()
    undoing.undo(last("inquiry.changed"), actor=owner)
    assert (inquiry.deal, inquiry.answers) == (Deal.RENT, {"pets": True})


def test_an_edit_is_told_as_a_sentence_found_by_its_words_and_taken_back(build, add, owner):
    add(FieldKind.YES_NO, "Животные", en="Pets")
    add(FieldKind.TEXT, "Порода", en="Breed")
    inquiry = inquiries.submit(draft(build.city(), answers={"pets": False}), actor=build.client())
    inquiries.edit(inquiry, {"answers": {"pets": True, "breed": "Мейнкун"}}, actor=owner)
    said = history.entries(inquiry, reader=inquiry.client)[-1].text
    assert said == "Менеджер изменил «Животные»: нет → да; «Порода»"
    key, found = search.INQUIRIES.matching("мейнкун")
    assert db.session.scalars(sa.select(key).where(found)).all() == [inquiry.id]
    undoing.undo(last("inquiry.changed"), actor=owner)
    assert inquiry.answers == {"pets": False} and inquiry.version == 3


def test_an_answered_field_cannot_go_or_become_another_kind(build, add, owner):
    floor = add(FieldKind.CHOICE, "Вид", en="View", options=["двор", "парк", "море"])
    inquiry = inquiries.submit(draft(build.city(), answers={"view": "park"}), actor=build.client())
    with pytest.raises(InvalidInput) as refused:
        editing.save(floor, {"kind": FieldKind.TEXT}, actor=owner)
    assert refused.value.field == "kind"
    with pytest.raises(InvalidInput) as refused:
        editing.save(floor, {"options": [each for each in floor.options if each["key"] != "park"]}, actor=owner)
    assert refused.value.field == "options"
    with pytest.raises(RefusedMove):
        editing.remove(floor, actor=owner)
    editing.save(floor, {"options": [each | {"retired": each["key"] == "park"} for each in floor.options]}, actor=owner)
    editing.retire(floor, actor=owner)
    assert request_fields.live() == () and inquiry_text.own(inquiry) == [("Вид", "парк")]
    inquiries.edit(inquiry, {"wishes": "Тихо", "answers": {}}, actor=inquiry.client)
    assert inquiry.answers == {"view": "park"}
    editing.restore(floor, actor=owner)
    assert inquiries.repeat(inquiry, actor=inquiry.client).answers == {}, "nobody can choose what is retired"


def test_every_change_of_a_field_can_be_taken_back(add, owner):
    view = add(FieldKind.CHOICE, "Вид", en="View", options=["двор", "парк"])
    add(FieldKind.TEXT, "Цель", en="Purpose")
    editing.save(view, {"label_ru": "Вид из окна", "required": True}, actor=owner)
    undoing.undo(last("request_field.changed"), actor=owner)
    assert (view.label_ru, view.required) == ("Вид", False)
    editing.retire(view, actor=owner)
    undoing.undo(last("request_field.changed"), actor=owner)
    assert view.retired_at is None
    editing.move(view, +1, actor=owner)
    assert [field.key for field in request_fields.live()] == ["purpose", "view"]
    undoing.undo_operation(last("request_field.changed").operation, actor=owner)
    assert [field.key for field in request_fields.live()] == ["view", "purpose"]
    options = view.options
    editing.remove(view, actor=owner)
    bin.restore(db.session.scalar(sa.select(BinItem)), actor=owner)
    assert db.session.scalar(sa.select(RequestField).where(RequestField.key == "view")).options == options


def test_a_pending_inquiry_outlives_a_change_of_the_fields(build, add, owner):
    pets, view = add(FieldKind.YES_NO, "Животные", en="Pets"), add(FieldKind.CHOICE, "Вид", en="View", options="аб")
    token = inquiries.keep_pending(draft(build.city(), answers={"pets": True, "view": "a"}).payload())
    editing.retire(pets, actor=owner)
    editing.save(None, {"kind": "text", "label_ru": "Ещё", "label_en": "More", "required": True}, actor=owner)
    assert inquiries.claim_pending(token, actor=build.client()).answers == {"view": view.options[0]["key"]}


def test_the_form_has_room_for_thirty_fields_of_a_hundred_options(add):
    for n in range(editing.MOST):
        add(FieldKind.TEXT, f"Поле {n}")
    with pytest.raises(RefusedMove):
        add(FieldKind.TEXT, "Лишнее")
    with pytest.raises(InvalidInput):
        editing._options(RequestField(), {"options": [{"ru": f"я{n}", "en": f"y{n}"} for n in range(101)]})


@pytest.mark.parametrize(("dense", "gathered"), [(False, 100), (True, 100), (False, 1)])
def test_a_list_is_narrowed_by_answers(build, add, dense, gathered, monkeypatch):
    monkeypatch.setattr(answers, "GATHERED", gathered)
    pets, metro = add(FieldKind.YES_NO, "Животные", en="Pets"), add(FieldKind.NUMBER, "Метро", en="Metro")
    made = [
        inquiries.submit(draft(build.city(), wishes=str(n), answers={"pets": n > 1, "metro": n}), actor=build.client())
        for n in range(4)
    ]

    def found(clause):
        return db.session.scalars(sa.select(Inquiry.id).where(clause).order_by(Inquiry.id)).all()

    ids = [inquiry.id for inquiry in made]
    field = request_fields.known()
    assert found(request_fields.chosen(field["pets"], "yes", dense=dense)) == ids[2:]
    assert found(request_fields.between(field["metro"], 1, 2, dense=dense)) == ids[1:3]
    assert found(request_fields.answered(field["metro"], dense=dense)) == ids
    assert request_fields.counts() == {pets.id: 4, metro.id: 4}


def test_another_process_hears_of_a_change(build, add, owner):
    """The kept definitions belong to an edition: whoever reads another one reads the fields anew."""
    pets = add(FieldKind.YES_NO, "Животные", en="Pets")
    before = request_fields.edition()
    assert [field.label_en for field in request_fields.live()] == ["Pets"]
    editing.save(pets, {"label_en": "Animals"}, actor=owner)
    assert request_fields.edition() != before
    assert [field.label_en for field in request_fields.live()] == ["Animals"]
