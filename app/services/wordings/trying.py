"""What a text will look like before it is saved: filled with made-up values, and as a letter to oneself."""

from app.constants import LOCALES, Channel, Topic
from app.errors import NotFound
from app.services import outbox
from app.services.transaction import transaction
from app.services.wordings.documents import LETTERS, find
from app.services.wordings.samples import payload, sample
from app.wordings import filled
from app.wordings.letters import Words

INSTEAD = {"base": "message"}  # what stands in every letter is shown in one of them
TRIAL = "trial"  # in the payload of a delivery: the texts to try


def example(document, texts, locale):
    """name → the sentence as its reader would get it, of every text in ``locale``."""
    said = document.defaults | texts
    return {
        name: filled(said[name], sample(document, locale, form))
        for name, (_part, language, form) in document.names.items()
        if language == locale
    }


def values(kind, texts, locale):
    """What the template of a letter is rendered with, its words as typed."""
    key = f"{LETTERS}-{kind}"
    return payload(find(key), locale) | Words(kind, texts).names()


def send_example(document, texts, locale, *, actor):
    """A letter with made-up values to ``actor``, by the way all letters go. Raises NotFound for what is none."""
    if document.group != LETTERS:
        raise NotFound()
    with transaction():
        receiver = outbox.Receiver(actor.email, locale if locale in LOCALES else LOCALES[0], actor.id)
        told = {TRIAL: texts}
        outbox.queue(Channel.EMAIL, INSTEAD.get(document.word, document.word), Topic.ACCOUNT, told, [receiver])
