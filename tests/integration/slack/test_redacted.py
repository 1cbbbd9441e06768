"""One seam: whatever goes to Slack goes without secrets, also what only one person sees."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import adapters.slack
from adapters.slack.ids import button_value
from adapters.slack.sending.uploads import Place, Uploads
from adapters.slack.settings import SlackSettings
from adapters.slack.web.api import SlackApi, open_session
from adapters.slack.web.limits import Limits
from bot.app import SystemClock
from bot.domain import Attachment
from bot.redaction import Redactor
from tests.integration.slack.rig import running
from tests.integration.slack.test_pages import home_of
from tests.scripted import Script
from tests.slack_server import SlackServer

SECRET = "t0p_secret+key<1234567890&"
SCRIPTS: dict[str, Script] = {
    "greet": [["approve", "runner", "code", ["print(1)", f"send('{SECRET}')"]]],
    f"team {SECRET}": [],
}
SENDING = {"post", "put", "patch", "delete", "request", "ws_connect"}
"""Names of what sends with a session."""


def keeping_it(settings: SlackSettings) -> SlackSettings:
    return replace(settings, client_secret=SECRET)


async def test_form_of_an_item_with_a_secret_shows_none(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    store = tmp_path.parent / f"{tmp_path.name}-told"
    store.mkdir()

    async with running(store, slack, workspace, scripts=SCRIPTS, settings=keeping_it) as bot:
        root = await anna.says(general, "@Threadfast go")
        thread = await general.until(lambda thread: "Approve 1" in thread.buttons, thread=root)
        card = [shown for shown in thread if shown.buttons][-1]
        [request] = await bot.questions(workspace, root)
        await anna.clicks(card, "Edit 1", value=button_value(request, 2))
        await slack.until(lambda: anna.modals or anna.sees)

        assert not {"Approve 2", "Edit 2"} & {*card.buttons}
        assert "send('[redacted]')" in card.text
        assert "send('[redacted]')" in json.dumps([modal.body for modal in anna.modals])


async def test_private_answers_and_pages_show_no_secret(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS, settings=keeping_it):
        await anna.commands(general, "/threadfast teams")
        await slack.until(lambda: anna.sees)
        await anna.opens_home()
        await slack.until(lambda: home_of(anna))

        assert "team [redacted]" in anna.sees[0].text


@pytest.mark.parametrize("method", ["chat.postMessage", "views.open", "conversations.history", "files.info"])
async def test_every_call_is_cleaned_however_it_is_encoded(slack: SlackServer, method: str) -> None:
    workspace = slack.workspace()

    async with open_session() as session:
        api = api_of(slack, session)
        with pytest.raises(Exception, match=method):
            await api.call(workspace.id, method, text=SECRET, view={"blocks": [{"text": f"a {SECRET}"}]})

    [call] = slack.calls(method)
    assert "[redacted]" in str(call.args)
    assert SECRET not in str(call.args)


async def test_file_is_announced_with_the_length_that_it_has_without_secrets(slack: SlackServer) -> None:
    workspace = slack.workspace()
    general = workspace.channel("general")
    file = Attachment(name=f"{SECRET}.txt", media_type="text/plain", data=f"it is {SECRET}\n".encode())

    async with open_session() as session:
        uploads = Uploads(api_of(slack, session))
        stored = await uploads.put(workspace.id, [file])
        await uploads.share(Place(workspace=workspace.id, channel=general.id, thread=None), stored.ids)

    [ticket] = slack.calls("files.getUploadURLExternal")
    assert int(ticket.args["length"]) == len(b"it is [redacted]\n")
    assert SECRET not in str(ticket.args)
    [shown] = [file for message in general.messages.values() for file in message.files]
    assert shown.content == b"it is [redacted]\n"


def test_nothing_is_sent_beside_the_seam() -> None:
    folder = Path(adapters.slack.__file__).parent
    found = {str(path.relative_to(folder)) for path in folder.rglob("*.py") for _ in sends(path)}

    # `answers` cleans what it sends itself; `probe` only asks whose tokens the settings hold.
    assert found == {"web/api.py", "handling/answers.py", "connecting/probe.py"}


def sends(path: Path) -> Iterator[ast.Attribute]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in SENDING and "session" in ast.unparse(node.value):
            yield node


def api_of(slack: SlackServer, session: object) -> SlackApi:
    token = slack.workspace().bot.token

    async def tokens(_workspace: str) -> str:
        return token

    return SlackApi(
        session,  # type: ignore[arg-type]
        tokens,
        limits=Limits(SystemClock()),
        base_url=slack.api_url,
        redact=Redactor([SECRET]),
    )
