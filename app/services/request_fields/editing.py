"""What owners do with the fields of the form. Nothing that was answered is ever lost by it."""

import re
from types import SimpleNamespace
from uuid import uuid4

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.constants import AuditTag, Deal, FieldKind, PropertyType
from app.errors import InvalidInput, RefusedMove
from app.extensions import db
from app.models.base import utcnow
from app.models.request_fields import RequestAnswer, RequestField, RequestForm
from app.services import audit, bin
from app.services.request_fields.definitions import KEPT, LARGEST, Field
from app.services.transaction import insert_once, transaction
from app.spelling import to_latin

MOST = 30  # fields that the form asks for
MOST_OPTIONS = 100
CHOOSING = (FieldKind.CHOICE, FieldKind.SEVERAL)
LENGTHS = {"label_ru": 80, "label_en": 80, "hint_ru": 200, "hint_en": 200, "unit_ru": 20, "unit_en": 20}
LABELS = ("label_ru", "label_en")
OPTION_LENGTH = 80
BLANK = dict.fromkeys(LENGTHS, "") | {
    **{"kind": FieldKind.TEXT, "required": False, "counted": True, "minimum": None, "maximum": None},
    **{"options": (), "deals": (), "property_types": ()},
}


def save(field, values, *, actor, version=None):
    """Make (None) or change a field. ``values``: names of BLANK, or some of them; an option without a key is new.
    No two fields share a name: filters, columns and statistics say it alone.

    ``version`` is the one the editor saw. Raises InvalidInput, RefusedMove when somebody saved meanwhile.
    """
    with transaction() as session:
        _one_at_a_time(session)
        if field is None:
            _check_room()
            field = RequestField(version=0, **BLANK | {"position": _last() + 1})
        else:
            session.refresh(field, with_for_update=True)
            if version is not None and int(version) != field.version:
                raise RefusedMove(_l("Somebody changed this field meanwhile. Look at it once more."))
        _put(session, field, _complete(field, values), actor)
    db.session().info.pop(KEPT, None)
    return field


def sketch(field, values):
    """The Field that saving ``values`` would give, as far as they make sense: for a preview."""
    held = {name: values.get(name, getattr(field, name) if field else BLANK[name]) for name in BLANK}
    held |= {name: held[name] or "" for name in LENGTHS}
    held |= {name: held[name] or "…" for name in ("label_ru", "label_en")}
    options = [option | {"key": option["key"] or f"new-{n}"} for n, option in enumerate(held["options"])]
    place = {"id": None, "key": field.key if field else "new", "retired_at": None, "options": options}
    return Field.of(SimpleNamespace(**held | place))


def retire(field, *, actor):
    """Asked no more; what was answered stays. Done already is done."""
    return _set(field, {"retired_at": field.retired_at or utcnow()}, actor)


def restore(field, *, actor):
    if field.retired_at is not None:
        _check_room()
    return _set(field, {"retired_at": None}, actor)


def move(field, step, *, actor):
    """One place up (-1) or down (+1) among the fields that are asked for; at the end nothing happens."""
    asked = sa.select(RequestField).where(RequestField.retired_at.is_(None))
    order = db.session.scalars(asked.order_by(RequestField.position, RequestField.id)).all()
    at = order.index(field) + step
    if not 0 <= at < len(order):
        return
    order.remove(field)
    order.insert(at, field)
    with audit.together(actor=actor):
        for position, each in enumerate(order, 1):
            _set(each, {"position": position}, actor)


def put_back(field, values, *, actor):
    """Give a field what it held before, its place and its standing in the form among it."""
    standing = {name: values[name] for name in ("position", "retired_at") if name in values}
    with transaction():
        if standing:
            _set(field, standing, actor)
        if set(values) - set(standing):
            save(field, {name: value for name, value in values.items() if name in BLANK}, actor=actor)


def remove(field, *, actor):
    """Into the bin. Raises RefusedMove where there are answers: such a field can only be retired."""
    with transaction() as session:
        _one_at_a_time(session)
        field = session.get_one(RequestField, field.id)
        if _answers(field):
            raise RefusedMove(
                _l("Clients have answered this field. Retire it: the answers stay, nobody is asked any more.")
            )
        audit.record(AuditTag.REQUEST_FIELD_CHANGED, field, actor=actor, old={"label_ru": str(field)}, new={})
        bin.put(field, actor=actor)
        _new_edition(session)
    db.session().info.pop(KEPT, None)


def _returned(field):
    """bin.take_out has put it back: the form asks it again, unless another field has its name by now."""
    _one_at_a_time(db.session())
    for name in LABELS:
        if namesake := _namesake(field, name, getattr(field, name)):
            raise RefusedMove(_l("Its place is taken by “%(name)s”: rename that first.", name=getattr(namesake, name)))
    _new_edition(db.session())
    db.session().info.pop(KEPT, None)


bin.RETURNED[RequestField] = _returned


def _set(field, values, actor):
    with transaction() as session:
        _one_at_a_time(session)
        _put(session, field, values, actor)
    db.session().info.pop(KEPT, None)
    return field


def _put(session, field, values, actor):
    is_new = field.id is None
    old, new = ({}, {name: audit.plain(value) for name, value in values.items()})
    if not is_new:
        old, new = audit.changes(field, values)
    if not new:
        return
    for name, value in values.items():
        setattr(field, name, value)
    field.version += 1
    session.add(field)
    session.flush()
    audit.record(AuditTag.REQUEST_FIELD_CHANGED, field, actor=actor, old=old, new=new)
    _new_edition(session)


def _one_at_a_time(session):
    """Whoever else changes the form waits here: of two who give one name, the second sees that it is taken."""
    insert_once(RequestForm, {"id": 1, "edition": ""}, ["id"])
    session.execute(sa.select(RequestForm.id).with_for_update())


def _new_edition(session):
    session.execute(sa.update(RequestForm).values(edition=uuid4().hex))


def _last():
    return db.session.scalar(sa.select(sa.func.max(RequestField.position))) or 0


def _check_room():
    asked = sa.select(sa.func.count()).where(RequestField.retired_at.is_(None))
    if db.session.scalar(asked) >= MOST:
        raise RefusedMove(_l("The form already has %(most)s fields. Retire one first.", most=MOST))


def _answers(field):
    return db.session.scalar(sa.select(sa.exists().where(RequestAnswer.field_id == field.id)))


# What a field must be


def _complete(field, values):
    """``values`` in order, with a key for what is new; what does not belong to the kind is emptied."""
    whole = {name: values.get(name, getattr(field, name)) for name in BLANK}
    whole |= {name: " ".join((whole[name] or "").split()) for name in LENGTHS}
    whole["kind"] = _kind(field, whole["kind"])
    _check_words(whole)
    _check_names(field, whole)
    whole["deals"] = _of(Deal, whole["deals"])
    whole["property_types"] = _of(PropertyType, whole["property_types"])
    whole["options"] = _options(field, whole) if whole["kind"] in CHOOSING else []
    if whole["kind"] == FieldKind.NUMBER:
        _check_bounds(whole)
    else:
        whole |= {"minimum": None, "maximum": None, "unit_ru": "", "unit_en": ""}
    return whole if field.id else whole | {"key": _free_key(whole["label_en"])}


def _kind(field, kind):
    kind = FieldKind(kind)
    if field.id and kind != field.kind and _answers(field):
        raise InvalidInput(
            _l("Clients have answered this field, so its kind stays. Retire it and add another one."), field="kind"
        )
    return kind


def _check_words(whole):
    for name, longest in LENGTHS.items():
        if name.startswith("label") and not whole[name]:
            raise InvalidInput(_l("Please fill this in."), field=name)
        if len(whole[name]) > longest:
            raise InvalidInput(_l("At most %(count)s characters, please.", count=longest), field=name)


def _check_names(field, whole):
    """A name that stays as it was is no new one: fields may have shared it before that was refused."""
    for name in LABELS:
        if field.id and _folded(getattr(field, name)) == _folded(whole[name]):
            continue
        namesake = _namesake(field, name, whole[name])
        if namesake is not None and namesake.retired_at:
            text = _l("A field that is asked no more is called so: ask it again, or give this one another name.")
            raise InvalidInput(text, field=name)
        if namesake is not None:
            raise InvalidInput(_l("Another field is called so already. Give this one another name."), field=name)


def _namesake(field, name, label):
    """Another field whose ``name`` (of LABELS) reads the same, or None."""
    others = sa.select(RequestField.id, getattr(RequestField, name), RequestField.retired_at).order_by(RequestField.id)
    found = db.session.execute(others)
    return next((row for row in found if row.id != field.id and _folded(getattr(row, name)) == _folded(label)), None)


def _folded(words):
    """What two names read the same by: case, further spaces and ё aside."""
    return " ".join(words.casefold().replace("ё", "е").split())


def _of(enum, chosen):
    """In the enum's own order; all of them is the same as none."""
    found = [each.value for each in enum if each.value in {str(word) for word in chosen or ()}]
    return [] if len(found) == len(enum) else found


def _check_bounds(whole):
    low, high = whole["minimum"], whole["maximum"]
    for name in ("minimum", "maximum"):
        if whole[name] is not None and abs(whole[name]) > LARGEST:
            raise InvalidInput(_l("The number looks wrong."), field=name)
    if low is not None and high is not None and low > high:
        raise InvalidInput(_l("“To” must not be less than “from”."), field="maximum")


def _options(field, whole):
    options = [_tidy(option) for option in whole["options"]]
    options = [option for option in options if option["ru"] or option["en"]]
    asked = [option for option in options if not option["retired"]]
    if len(asked) < 2:
        raise InvalidInput(_l("Give at least two options to choose from."), field="options")
    if len(options) > MOST_OPTIONS:
        raise InvalidInput(_l("At most %(count)s options, please.", count=MOST_OPTIONS), field="options")
    if any(not (option["ru"] and option["en"]) for option in options):
        raise InvalidInput(_l("Every option needs its words in both languages."), field="options")
    for language in ("ru", "en"):
        if len({_folded(option[language]) for option in asked}) < len(asked):
            raise InvalidInput(_l("Two options are called the same."), field="options")
    _keep_answered(field, options)
    return _keyed(field, options)


def _tidy(option):
    words = {name: " ".join((option.get(name) or "").split())[:OPTION_LENGTH] for name in ("ru", "en")}
    return {"key": option.get("key") or "", **words, "retired": bool(option.get("retired"))}


def _keep_answered(field, options):
    """What somebody chose cannot go, only be retired."""
    if not field.id:
        return
    kept = {option["key"] for option in options}
    for option in field.options:
        chosen = sa.exists().where(RequestAnswer.field_id == field.id, RequestAnswer.word == option["key"])
        if option["key"] not in kept and db.session.scalar(sa.select(chosen)):
            raise InvalidInput(
                _l("Clients have chosen “%(name)s”: retire this option instead.", name=option["ru"]), field="options"
            )


def _keyed(field, options):
    known = {option["key"] for option in field.options or ()}
    taken = {option["key"] for option in options if option["key"] in known}
    for option in options:
        if option["key"] not in known:
            option["key"] = _free(_slug(option["en"]), taken)
            taken.add(option["key"])
    return options


def _free_key(label):
    taken = set(db.session.scalars(sa.select(RequestField.key)))
    return _free(_slug(label), taken)


def _free(word, taken):
    """``word``, or the first of word-2, word-3… that is not taken."""
    names = (word if n == 1 else f"{word}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _slug(text):
    return re.sub(r"[^a-z0-9]+", "-", to_latin(text).casefold()).strip("-")[:32] or "field"
