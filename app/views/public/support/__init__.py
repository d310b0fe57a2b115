"""«Поддержка»: pages of text, frequent questions, and the chat with an operator. One blueprint, a module for each."""

from app.views.public.support import chat, faq, pages  # noqa: F401  (importing adds their addresses)
from app.views.public.support.blueprint import blueprint

__all__ = ["blueprint"]
