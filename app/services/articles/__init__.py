"""Articles of the blog, of the knowledge base, and free pages: reading, writing, pictures, and what changed when."""

from app.services.articles.differences import differences
from app.services.articles.pictures import add_picture, pictures_of
from app.services.articles.publishing import publish, withdraw
from app.services.articles.reading import (
    address,
    all_published,
    beside,
    feed,
    former,
    in_knowledge,
    in_section,
    published,
    read,
    search,
)
from app.services.articles.rendering import preview as render
from app.services.articles.sweeping import sweep
from app.services.articles.writing import (
    TEXTS,
    bring_back,
    change,
    check_unchanged,
    remove,
    save,
    texts_before,
    version_of,
    versions,
    write,
)

__all__ = [
    "TEXTS",
    "add_picture",
    "address",
    "all_published",
    "beside",
    "bring_back",
    "change",
    "check_unchanged",
    "differences",
    "feed",
    "former",
    "in_knowledge",
    "in_section",
    "pictures_of",
    "publish",
    "published",
    "read",
    "remove",
    "render",
    "save",
    "search",
    "sweep",
    "texts_before",
    "version_of",
    "versions",
    "withdraw",
    "write",
]
