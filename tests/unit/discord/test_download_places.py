from __future__ import annotations

import pytest
from yarl import URL

from adapters.discord.web.files import allowed

API = URL("https://discord.com/api/v10")


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.discordapp.com/attachments/1/2/plot.png?ex=1",
        "https://media.discordapp.net/attachments/1/2/plot.png",
        "https://discord.com/file",
    ],
)
def test_files_come_from_discords_own_hosts(url: str) -> None:
    assert allowed(url, API)


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.discordapp.com/attachments/1/2/plot.png",
        "https://cdn.discordapp.com:8443/x",
        "https://evil.cdn.discordapp.com/x",
        "https://cdn.discordapp.com.evil.example/x",
        "https://somebody:secret@cdn.discordapp.com/x",
        "https://169.254.169.254/latest",
        "file:///etc/passwd",
        "//cdn.discordapp.com/x",
        "",
    ],
)
def test_nothing_is_fetched_from_anywhere_else(url: str) -> None:
    assert not allowed(url, API)


def test_where_the_api_is_files_may_be_too() -> None:
    api = URL("http://127.0.0.1:4321/api/v10")

    assert allowed("http://127.0.0.1:4321/attachments/1/2/plot.png", api)
    assert not allowed("http://127.0.0.1:4322/attachments/1/2/plot.png", api)
