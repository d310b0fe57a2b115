"""The plain half of a letter, made from its HTML: paragraphs, «Term: value» lines, and addresses spelled out."""

import re
from html.parser import HTMLParser

BREAKS = {"p": "\n\n", "h1": "\n\n", "h2": "\n\n", "dl": "\n\n", "ul": "\n\n", "blockquote": "\n\n", "hr": "\n\n"}
BREAKS |= {"dt": "\n", "li": "\n", "br": "\n", "table": "\n\n", "td": "\n"}
SILENT = {"head", "style", "title"}
BLANK_LINES = re.compile(r"\n{3,}")


def plain_text(html):
    reader = _Reader()
    reader.feed(html)
    lines = (line.strip() for line in "".join(reader.parts).split("\n"))
    return BLANK_LINES.sub("\n\n", "\n".join(lines)).strip() + "\n"


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.parts = []
        self.silent = 0
        self.hidden = False
        self.link, self.words_from = None, 0

    def handle_starttag(self, tag, attributes):
        self.parts.append(BREAKS.get(tag, ""))
        if tag == "div":  # the line for lists of mail: the letter says it again
            self.hidden = dict(attributes).get("class") == "preheader"
        self.silent += tag in SILENT
        if tag == "a":
            self.link, self.words_from = dict(attributes).get("href"), len(self.parts)
        elif tag == "li":
            self.parts.append("- ")

    def handle_endtag(self, tag):
        self.silent -= tag in SILENT
        self.hidden = self.hidden and tag != "div"
        if tag == "a" and self.link:
            self._spell_out()
        elif tag == "dt":
            self.parts.append(": ")
        elif tag in {"p", "h1", "dl", "ul", "blockquote", "table"}:
            self.parts.append("\n\n")

    def _spell_out(self):
        """«Words: address»; only the address where the words are a part of it."""
        words = "".join(self.parts[self.words_from :]).strip()
        self.parts[self.words_from :] = [self.link if words in self.link else f"{words}: {self.link}"]
        self.link = None

    def handle_data(self, data):
        if not self.silent and not self.hidden:
            self.parts.append(re.sub(r"\s+", " ", data))
