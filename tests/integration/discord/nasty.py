"""A model that writes whatever would ping, embed, link or steer, given the chance."""

from __future__ import annotations

from typing import Any

SCRIPTS_AT = f"{__name__}:SCRIPTS"
TEXTS = (
    "@everyone and @here, look: <@&1> <@1> <@!1> <#1> </ask:1> <id:customize>",
    "https://example.com/a?b=c and <https://example.com> and [see](https://example.com) [bank](https://evil.example)",
    "![picture](https://example.com/cat.png) discord.gg/abc https://discord.com/channels/1/2/3 <t:1:R> <a:blob:1>",
    "# Heading\n> quote\n- list\n||spoiler|| **bold** `code @everyone` ~~gone~~ __under__ \\@everyone @\u200beveryone",
    "```\n@everyone in a fence\n``` and after it @everyone <@&1>\n```python\nprint('@everyone <@&1>')\n",
    "| a | b |\n| --- | --- |\n| @everyone | https://example.com |\n\n" + "@everyone https://example.com " * 120,
)
CODE = "Run this:\n```python\nprint('@everyone <@&1> https://example.com')\n```"


def nasty(messages: list[dict[str, Any]]) -> str:
    """Write one text after the other, then code that prints such a text."""
    spoken = sum(str(message["role"]) == "assistant" for message in messages)
    return (*TEXTS, CODE)[spoken % (len(TEXTS) + 1)]


SCRIPTS = {"m": {"_any": nasty}}
