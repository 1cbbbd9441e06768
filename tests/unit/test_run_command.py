from __future__ import annotations

import pytest
import typer

from bot.commands.run import address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3000", ("127.0.0.1", 3000)),
        (":3000", ("127.0.0.1", 3000)),
        ("0.0.0.0:3000", ("0.0.0.0", 3000)),
        ("bot.internal:80", ("bot.internal", 80)),
        ("[::1]:3000", ("::1", 3000)),
    ],
)
def test_address_without_a_host_is_reached_from_this_machine_alone(text: str, expected: tuple[str, int]) -> None:
    assert address(text) == expected


@pytest.mark.parametrize(
    "text", ["", "host", "host:", "0", "host:0", "host:65536", "::1:3000", "http://host:3000", "1:2:3"]
)
def test_what_is_no_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(typer.BadParameter, match=r"not HOST:PORT, such as 127\.0\.0\.1:3000"):
        address(text)
