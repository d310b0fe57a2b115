import pytest

from app.services import texts


@pytest.mark.parametrize(
    "text, links",
    [
        ("см. https://a.example/x?y=1.", ["https://a.example/x?y=1"]),
        ("(http://b.example)", ["http://b.example"]),
        ("javascript:alert(1) ftp://x data:text/html,1", []),
        ("https://", []),
        ('https://a.example/"onmouseover="x', ["https://a.example/"]),
    ],
)
def test_only_http_addresses_become_links(text, links):
    pieces = texts.parts(text)
    assert "".join(piece for piece, _ in pieces) == text
    assert [address for _, address in pieces if address] == links
