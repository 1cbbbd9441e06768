from __future__ import annotations

import pytest

from adapters.chat.content.addresses import address, with_addresses


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://x.example/a_(b), yes", ["https://x.example/a_(b"]),
        ("<https://a.example|b>", ["https://a.example"]),
        ("www.x.example and mailto:a@b.example.", ["www.x.example", "mailto:a@b.example"]),
        ("main.py, 12:30, a//b", []),
    ],
)
def test_addresses_are_found_in_prose(text: str, found: list[str]) -> None:
    pieces = with_addresses(text)

    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, is_one in pieces if is_one] == found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://x.example/ü", "https://x.example/ü"),
        ("https://p\u0430ypal.com/", "https://p\u0430ypal.com/ [xn--pypal-4ve.com]"),
        ("www.p\u0430ypal.com", "www.p\u0430ypal.com [www.xn--pypal-4ve.com]"),
        ("https://a@p\u0430ypal.com:1/", "https://a@p\u0430ypal.com:1/ [xn--pypal-4ve.com]"),
        ("http://[broken/", "http://[broken/"),
        ("http://" + "\u0430" * 64, "http://" + "\u0430" * 64 + " [" + "⟦U+0430⟧" * 64 + "]"),
    ],
)
def test_address_with_letters_that_look_like_others_shows_its_real_host(text: str, shown: str) -> None:
    assert address(text) == shown
