"""From Markdown to an article as it is read: headings to link to, pictures of our own, tables that scroll."""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from markupsafe import Markup

from app.later import later
from app.services.content import TAGS

markdown, nh3 = later("markdown"), later("nh3")

PICTURE = re.compile(r"/pictures/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_IMAGE = re.compile(r"<img([^>]*)>")
_ALONE = re.compile(r"<p>\s*(<img[^>]*>)\s*</p>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_HEADING = re.compile(r"<h([23])>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
WORDS_A_MINUTE = 180
LONG = 3  # headings that make contents worth their place


@dataclass(frozen=True)
class Heading:
    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class Rendered:
    html: Markup
    headings: tuple
    minutes: int

    @property
    def contents(self):
        """The headings of an article long enough to need them."""
        chapters = [each for each in self.headings if each.level == 2]
        return chapters if len(chapters) >= LONG else []


def render(source, sizes=None):
    """``sizes``: public id of a picture → (width, height), so that nothing jumps while it loads."""
    return _render(source, tuple(sorted((sizes or {}).items())))


def preview(source):
    """The HTML alone."""
    return render(source).html


@lru_cache(maxsize=128)
def _render(source, sizes):
    html = markdown.markdown(source, extensions=["tables", "sane_lists"], output_format="html")
    html = re.sub(r"<(/?)h1\b", r"<\1h2", html)
    safe = nh3.clean(
        html,
        tags=TAGS | {"img"},
        attributes={"a": {"href", "title"}, "img": {"src", "alt", "title"}},
        attribute_filter=_own_pictures,
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noopener",
    )
    safe = safe.replace("<table>", '<div class="scroll-x" tabindex="0"><table>').replace("</table>", "</table></div>")
    safe = _ALONE.sub(r"<figure>\1</figure>", safe)
    safe = _IMAGE.sub(lambda found: _picture(dict(_ATTRIBUTE.findall(found[1])), dict(sizes)), safe)
    safe, headings = _anchored(safe)
    words = len(re.findall(r"\w+", unescape(_TAG.sub(" ", safe))))
    return Rendered(Markup(safe), headings, max(1, round(words / WORDS_A_MINUTE)))


def _own_pictures(element, attribute, value):
    """Only what was uploaded here is shown: nothing of a reader leaves for another site."""
    if element == "img" and attribute == "src" and not PICTURE.fullmatch(value):
        return None
    return value


def _picture(held, sizes):
    """One picture; its title stands under it. What is not ours leaves its words behind."""
    if "src" not in held:
        return held.get("alt", "")
    width, height = sizes.get(PICTURE.fullmatch(held["src"])[1], (None, None))
    size = f' width="{width}" height="{height}"' if width else ""
    image = f'<img src="{held["src"]}" alt="{held.get("alt", "")}"{size} loading="lazy" decoding="async">'
    return image + (f'<span class="caption">{held["title"]}</span>' if held.get("title") else "")


def _anchored(html):
    taken, headings = set(), []

    def anchor(found):
        text = unescape(_TAG.sub("", found[2])).strip()
        name = _free("s-" + ("-".join(re.findall(r"\w+", text.casefold()))[:60] or "part"), taken)
        headings.append(Heading(int(found[1]), name, text))
        return f'<h{found[1]} id="{name}">{found[2]}</h{found[1]}>'

    return _HEADING.sub(anchor, html), tuple(headings)


def _free(name, taken):
    tried, n = name, 2
    while tried in taken:
        tried, n = f"{name}-{n}", n + 1
    taken.add(tried)
    return tried
