"""The look that every page of every test is given: what is wrong with a page is told."""

import pytest
from flask import Response

from tests.browsing import check_page

HEAD = "<!doctype html><html lang=ru><head><title>Отклик</title></head><body>"
WRONG = {
    "a block in a paragraph": "<h1>1</h1><p><div>2</div></p>",
    "an end too many": "<h1>1</h1></div>",
    "an element left open": "<h1>1</h1><div><span>2</div>",
    "a button in a button": "<h1>1</h1><button>2<button>3</button></button>",
    "a form in a table": "<h1>1</h1><table><form><tbody><tr><td>2</td></tr></tbody></form></table>",
    "an attribute twice": '<h1 class="a" class="b">1</h1>',
    "an attribute that runs into the next": '<h1 class="a"lang="ru">1</h1>',
    "an unknown character": "<h1>&unknown;</h1>",
    "no heading": "<p>1</p>",
    "two headings": "<h1>1</h1><h1>2</h1>",
    "an id twice": '<h1 id="a">1</h1><svg id="a"></svg>',
    "an inline handler": '<h1 onclick="a()">1</h1>',
    "an inline style": '<h1 style="color: red">1</h1>',
    "an error told by the browser": "<h1>1</h1><form><input required data-missing=a></form>",
    "an error without words": "<h1>1</h1><form novalidate><input required></form>",
    "an inline script": "<h1>1</h1><script>a()</script>",
}


def page(body):
    answer = Response(body + "</body></html>", headers={"Content-Security-Policy": "script-src 'self'"})
    answer.request = type("Request", (), {"path": "/"})
    return answer


def test_a_sound_page_passes():
    check_page(page(HEAD + "<h1 id=a>1</h1><ul><li>2</ul><svg viewBox='0 0 1 1'><path d='M0 0'/></svg>"))


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_with_a_page_is_told(wrong):
    with pytest.raises(AssertionError):
        check_page(page(HEAD + WRONG[wrong]))


@pytest.mark.parametrize("head", ["<!doctype html><html lang=ru><body>", HEAD.replace("=ru", "=xx"), HEAD[15:]])
def test_title_language_and_doctype_are_asked_for(head):
    with pytest.raises(AssertionError):
        check_page(page(head + "<h1>1</h1>"))
