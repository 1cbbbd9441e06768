from __future__ import annotations

import pytest

from agents.models.connections import address_of
from bot.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("gpu", "http://gpu:11434"),
        ("gpu:5", "http://gpu:5"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("http://0.0.0.0:99", "http://127.0.0.1:99"),
        ("[::]:1", "http://[::1]:1"),
        ("https://models.example/ollama/", "https://models.example/ollama"),
        (" 127.0.0.1:11434 ", "http://127.0.0.1:11434"),
        (":8000", "http://127.0.0.1:8000"),
    ],
)
def test_address_of_a_host_is_read_as_ollama_itself_reads_it(text: str, url: str) -> None:
    assert address_of(text, 11434) == url


@pytest.mark.parametrize(
    "text", ["gpu:port", "::bad::", "http://nohost.invalid:99999", "ftp://gpu", "http://a b", "gpu:0", "http://[::1"]
)
def test_address_that_is_none_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(SettingsError, match="http://host:port"):
        address_of(text, 11434)
