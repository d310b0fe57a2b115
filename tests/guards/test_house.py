"""The house rules that no linter knows."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent.parent
PYTHON = sorted((ROOT / "app").rglob("*.py")) + sorted((ROOT / "reports").rglob("*.py"))
OWNER = ROOT / "app/services/transaction.py"


def test_only_the_transaction_owner_commits():
    offenders = [str(p) for p in PYTHON if ".commit(" in p.read_text() and p != OWNER]
    assert offenders == [], "wrap the change in services.transaction.transaction() instead"


@pytest.mark.parametrize("room", ["app/access", "app/services", "app/channels", "reports"])
def test_rules_do_not_know_who_is_asking(room):
    banned = re.compile(r"\bfrom flask import .*\b(request|session|flash|g)\b|flask_login|current_user")
    offenders = [str(p) for p in (ROOT / room).rglob("*.py") if banned.search(p.read_text())]
    assert offenders == [], "the actor is a keyword-only argument"


def test_create_app_stays_short():
    assert len((ROOT / "app/__init__.py").read_text().splitlines()) < 80


METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
KEYWORDS = {
    **dict.fromkeys(("_", "_l", "gettext", "lazy_gettext"), None),
    **dict.fromkeys(("_n", "_ln", "ngettext", "lazy_ngettext"), (1, 2)),
    **dict.fromkeys(("_p", "_lp", "pgettext", "lazy_pgettext"), ((1, "c"), 2)),
}


def sentences():
    """(where, singular msgid, plural msgid or None, context) of every sentence in code and templates."""
    for folder in ("app", "reports"):
        found = extract_from_dir(str(ROOT / folder), METHODS, keywords=KEYWORDS)
        for name, line, words, _comments, context in found:
            singular, plural = (words[0], words[1]) if isinstance(words, tuple) else (words, None)
            if singular:
                yield f"{folder}/{name}:{line}", singular, plural, context


def translations():
    """(file name, (context, msgid), the Russian string or the tuple of its plural forms) of every catalogue."""
    for path in sorted((ROOT / "app/translations/ru/LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="ru"):
                if message.id and not message.fuzzy:
                    key = message.id[0] if isinstance(message.id, tuple) else message.id
                    yield path.name, (message.context, key), message.string


def catalogue():
    return {key: string for _name, key, string in translations()}


def forms_of(string):
    return string if isinstance(string, tuple) else (string,)


def test_every_sentence_speaks_russian():
    known, missing = catalogue(), []
    for where, singular, plural, context in sentences():
        forms = forms_of(known.get((context, singular)))
        if not all(forms) or (plural and len(forms) != 3):
            missing.append(f"{where}: {singular!r}")
    assert missing == [], f"{len(missing)} without a Russian translation:\n" + "\n".join(missing[:40])


def test_a_number_stays_with_its_sign():
    said = [singular for _where, singular, _plural, _context in sentences()]
    said += [form for string in catalogue().values() for form in forms_of(string)]
    parted = [text for text in said if text and re.search(r"(?:№|\bNo\.) ?%\(", text)]
    assert parted == [], "a no-break space keeps “No. 5” and «№ 5» on one line"


def test_a_sentence_is_translated_the_same_everywhere():
    """The catalogues are merged: two translations of one msgid would show whichever comes first."""
    known, wrong = {}, []
    for name, key, string in translations():
        first_name, first = known.setdefault(key, (name, string))
        if string != first:
            wrong.append(f"{key[1]!r}: {first!r} in {first_name}, {string!r} in {name}")
    assert wrong == [], "use pgettext, or another msgid, where the meanings differ:\n" + "\n".join(wrong)


def test_the_extractor_finds_sentences():
    """The test above proves nothing if the extraction silently finds nothing."""
    assert {"just now", "Support"} <= {singular for _, singular, _, _ in sentences()}


def test_translations_keep_their_placeholders():
    field = re.compile(r"%\((\w+)\)[sd]")
    wrong = [
        key
        for (_context, key), strings in catalogue().items()
        for string in forms_of(strings)
        if string and not set(field.findall(string)) <= set(field.findall(key)) | {"num"}
    ]
    assert wrong == []


def test_nothing_inline_in_templates():
    """The strict CSP would silently switch these off; mails have no CSP."""
    inline = re.compile(r"<[a-z][^>{%]*\s(on[a-z]+|style)\s*=\s*[\"']", re.IGNORECASE)
    pages = [p for p in (ROOT / "app/templates").rglob("*.html") if "emails" not in p.parts]
    assert [str(p) for p in pages if inline.search(p.read_text())] == []


def test_the_index_of_the_docs_has_every_page():
    docs = ROOT / "docs"
    linked = set(re.findall(r"\]\(([^)#]+)", (docs / "README.md").read_text()))
    assert {str(page.relative_to(docs)) for page in docs.rglob("*.md")} - {"README.md"} == linked
