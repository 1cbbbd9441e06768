"""Cards as Slack is given them, and as people see them there."""

from __future__ import annotations

from adapters.slack.rendering.render import Rendered, render
from bot.domain import InputRequest, PostKind
from tests.pictures.blocks import seen
from tests.slack_server.checks import check_blocks
from tests.unit.slack import made
from tests.unit.slack.made import approval, item

PROGRAM = "import os\n\tos.remove('中文\u200b')  # <!here> & `x`"
LONG = "\n".join(f"print({number})  # a line" for number in range(400))
CODE = approval(item(PROGRAM))
ASKED = "coder wants to run this code. `approve` runs it."


def opened(asked: InputRequest, text: str = ASKED, language: str = "en") -> Rendered:
    return render(made.post(PostKind.REQUEST, request=asked, text=text, language=language))


def closed(asked: InputRequest, text: str = "Approved by Ada.", language: str = "en") -> Rendered:
    return render(made.post(PostKind.CLOSED, request=asked, text=text, language=language))


def shown(rendered: Rendered) -> str:
    (part,) = rendered.parts
    assert check_blocks(list(part.blocks)) == []
    return seen(part.blocks)
