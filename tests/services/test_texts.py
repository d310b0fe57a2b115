import pytest

from app.services import texts


@pytest.mark.parametrize(
    "text, links",
    [
        ("см. https://a.example/x?y=1.", ["https://a.example/x?y=1"]),
        ("(http://b.example)", ["http://b.example"]),
        ("«https://кварта.рф/дом№5»!", ["https://кварта.рф/дом№5"]),
        ("https://ru.wikipedia.org/wiki/Прага_(город), вот", ["https://ru.wikipedia.org/wiki/Прага_(город)"]),
        ("www.domus.example/a… и WWW.", ["https://www.domus.example/a"]),
        ("HTTPS://A.example:8080?x", ["HTTPS://A.example:8080?x"]),
        ("https://bank.example@evil.example/ https://user:pass@x", []),
        ("пишите anna.k+1@mail.example.com.", ["mailto:anna.k+1@mail.example.com"]),
        ("+420 777 123 456 или +7 (903) 123-45-67", ["tel:+420777123456", "tel:+79031234567"]),
        ("8 903 123-45-67, 8(903)1234567", ["tel:+79031234567", "tel:+79031234567"]),
        ("цена 12 500 000, +5%, 2026-11-22, 89031234567890, +123", []),
        ("javascript:alert(1) ftp://x data:text/html,1", []),
        ("https://", []),
        ('https://a.example/"onmouseover="x', ["https://a.example/"]),
    ],
)
def test_addresses_and_phones_become_links_and_nothing_else_does(text, links):
    pieces = texts.parts(text)
    assert "".join(piece for piece, _ in pieces) == text
    assert [address for _, address in pieces if address] == links
