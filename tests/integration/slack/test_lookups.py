"""What is looked up for people: names, earlier messages, files of shared channels, links, private answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from adapters.chat.files import attachments
from adapters.chat.files.attachments import SharedFile
from adapters.chat.handling import earlier
from adapters.slack.connecting.installations import Installations
from adapters.slack.events.intents import Me
from adapters.slack.handling.answers import Addressee
from adapters.slack.web import reading
from adapters.slack.wiring import Wired, wired
from bot.domain import Installation, ThreadRef
from bot.errors import RetryLaterError, ThreadGoneError
from tests.fakes import FakeClock
from tests.integration.slack.rig import settings_for, thread_of
from tests.slack_server import Message, SlackServer, Workspace


class NothingKept:
    """Installations of a bot that has the settings' token only."""

    async def installation(self, workspace: str) -> Installation | None:
        return None

    async def install(self, installation: Installation, *, by: str = "") -> None:
        raise AssertionError("nothing is installed here")

    async def uninstall(self, workspace: str) -> None:
        raise AssertionError("nothing is installed here")


@asynccontextmanager
async def parts(slack: SlackServer, clock: FakeClock | None = None) -> AsyncIterator[Wired]:
    settings = settings_for(slack, slack.workspace())
    overview: Any = None
    clock = clock or FakeClock()
    installations = Installations(settings, NothingKept(), clock=clock)
    made = wired(settings, installations=installations, overview=overview, clock=clock)
    try:
        yield made
    finally:
        await made.session.close()


def me_in(workspace: Workspace) -> Me:
    return Me(workspace=workspace.id, user=workspace.bot.user.id, bot=workspace.bot.bot_id)


async def test_person_is_asked_for_once_in_five_minutes_and_their_name_once_an_hour(slack: SlackServer) -> None:
    workspace, clock = slack.workspace(), FakeClock()
    anna = workspace.person("Anna", locale="zh-CN")

    async with parts(slack, clock) as made:
        person = await made.people.person(workspace.id, anna.id)
        await made.people.person(workspace.id, anna.id)
        assert (person.name, person.language) == ("Anna", "zh")
        assert len(slack.calls("users.info")) == 1
        await clock.advance(301)
        assert await made.people.name(workspace.id, anna.id) == "Anna"
        assert len(slack.calls("users.info")) == 1
        await made.people.person(workspace.id, anna.id)

        assert len(slack.calls("users.info")) == 2
        await clock.advance(3601)
        await made.people.name(workspace.id, anna.id)
        assert len(slack.calls("users.info")) == 3


async def test_language_that_the_catalogue_lacks_is_none(slack: SlackServer) -> None:
    workspace = slack.workspace()
    anna = workspace.person("Anna", locale="fr-FR")

    async with parts(slack) as made:
        assert (await made.people.person(workspace.id, anna.id)).language is None


async def test_another_app_without_a_user_is_named_by_its_bot(slack: SlackServer) -> None:
    workspace = slack.workspace()

    async with parts(slack) as made:
        assert (await made.people.person(workspace.id, workspace.bot.bot_id)).name == slack.app.name


@pytest.mark.parametrize("code", ["user_not_found", "missing_scope", "user_not_visible"])
async def test_person_whom_slack_does_not_tell_about_is_their_id(slack: SlackServer, code: str) -> None:
    workspace = slack.workspace()
    slack.fault("error", method="users.info", code=code)

    async with parts(slack) as made:
        person = await made.people.person(workspace.id, "U0NOBODY")

        assert (person.id, person.name, person.language) == ("U0NOBODY", "U0NOBODY", None)
        assert person.external, "who is not known to be a member is let in as none"


async def test_revoked_token_is_not_taken_for_a_stranger(slack: SlackServer) -> None:
    workspace = slack.workspace()

    async with parts(slack) as made:
        await made.api.token(workspace.id)
        workspace.bot.revoked = True
        with pytest.raises(ThreadGoneError) as raised:
            await made.people.person(workspace.id, "U1")

        assert raised.value.text_id == "slack_gone_token"


async def test_trouble_with_names_passes(slack: SlackServer) -> None:
    workspace = slack.workspace()
    slack.fault("ratelimited", method="users.info", retry_after=3)

    async with parts(slack) as made:
        with pytest.raises(RetryLaterError) as raised:
            await made.people.person(workspace.id, "U1")

        assert raised.value.retry_after == 3


async def said_in(slack: SlackServer, lines: list[str]) -> tuple[ThreadRef, Message]:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    root = await anna.says(general, lines[0])
    for line in lines[1:]:
        await anna.says(general, line, thread=root)
    return thread_of(workspace, root), root


async def test_long_thread_is_cut_to_its_newest_messages(slack: SlackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier, "MOST_MESSAGES", 5)
    monkeypatch.setattr(reading, "PAGE", 3)
    thread, _ = await said_in(slack, [f"line {n}" for n in range(12)])

    async with parts(slack) as made:
        said = await made.threads.earlier(thread, me_in(slack.workspace()), until="9999999999.0")

        assert [one.text for one in said] == [f"line {n}" for n in range(7, 12)]


async def test_long_messages_are_cut_to_a_bounded_whole(slack: SlackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier, "MOST_CHARACTERS", 100)
    thread, _ = await said_in(slack, ["x" * 90, "y" * 60, "z" * 30])

    async with parts(slack) as made:
        said = await made.threads.earlier(thread, me_in(slack.workspace()), until="9999999999.0")

        assert [one.text for one in said] == ["y" * 60, "z" * 30]


async def test_message_longer_than_all_that_is_taken_is_cut(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(earlier, "MOST_CHARACTERS", 100)
    thread, _ = await said_in(slack, ["x" * 500])

    async with parts(slack) as made:
        [said] = await made.threads.earlier(thread, me_in(slack.workspace()), until="9999999999.0")

        assert said.text == "x" * 100


async def test_what_the_bot_said_itself_is_not_repeated(slack: SlackServer) -> None:
    workspace = slack.workspace()
    thread, root = await said_in(slack, ["hello"])

    async with parts(slack) as made:
        me = me_in(workspace)
        workspace.post(workspace.channel("general"), user=me.user, bot_id=me.bot, text="hi", thread_ts=root.ts)

        assert [one.text for one in await made.threads.earlier(thread, me, until="9999999999.0")] == ["hello"]


async def test_thread_that_cannot_be_read_has_nothing_earlier(slack: SlackServer) -> None:
    thread, _ = await said_in(slack, ["hello"])

    async with parts(slack) as made:
        gone = replace(thread, channel="C0GONE")
        assert await made.threads.earlier(gone, me_in(slack.workspace()), until="9999999999.0") == ()


async def test_other_bots_and_files_are_part_of_what_was_said(slack: SlackServer) -> None:
    workspace = slack.workspace()
    thread, root = await said_in(slack, ["hello"])
    general = workspace.channel("general")
    build = workspace.other_bot("Build")
    await build.says(general, "red", thread=root)
    await workspace.person("Anna").says(general, "", thread=root, files=[("log.txt", b"boom")])

    async with parts(slack) as made:
        said = await made.threads.earlier(thread, me_in(workspace), until="9999999999.0")

        assert [(one.name, one.text) for one in said] == [("Anna", "hello"), ("Build", "red"), ("Anna", "[log.txt]")]


async def test_file_of_a_shared_channel_is_asked_for_by_its_id(slack: SlackServer) -> None:
    workspace = slack.workspace()
    file = workspace.upload("run.py", b"print(1)")

    async with parts(slack) as made:
        read, unread = await made.files.read(workspace.id, [SharedFile(id=file.id, name="run.py", size=8)])

        assert [one.data for one in read] == [b"print(1)"]
        assert unread == []


@pytest.mark.parametrize(
    ("file", "text_id"),
    [
        (SharedFile(id="F1", name="a", mode="tombstone"), "chat_file_gone"),
        (SharedFile(id="F1", name="a", mode="hidden_by_limit"), "chat_file_gone"),
        (SharedFile(id="F1", name="a", mode="external", url="https://docs.example.com"), "slack_file_external"),
        (SharedFile(id="F1", name="a", size=attachments.MOST_BYTES + 1), "chat_file_too_large"),
        (SharedFile(id="F0NOWHERE", name="a"), "chat_file_no_access"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.mode or value.id,
)  # fmt: skip
async def test_file_that_cannot_be_had_is_named_with_the_reason(
    slack: SlackServer, file: SharedFile, text_id: str
) -> None:
    async with parts(slack) as made:
        read, [unread] = await made.files.read(slack.workspace().id, [file])

        assert (read, unread.text_id) == ([], text_id)


async def test_more_files_than_ten_are_not_read(slack: SlackServer) -> None:
    workspace = slack.workspace()
    shared = [workspace.upload(f"{n}.txt", b"x") for n in range(12)]

    async with parts(slack) as made:
        read, unread = await made.files.read(
            workspace.id, [SharedFile(id=file.id, name=file.name, size=1) for file in shared]
        )

        assert [one.name for one in read] == [f"{n}.txt" for n in range(10)]
        assert [one.text_id for one in unread] == ["chat_file_too_many"] * 2


async def test_redirects_are_followed_only_to_allowed_places(slack: SlackServer) -> None:
    workspace = slack.workspace()

    async with parts(slack) as made:
        away = f"{slack.url}/oauth/v2/authorize?client_id={slack.app.client_id}&redirect_uri=https://evil.example/x"
        _, [unread] = await made.files.read(workspace.id, [SharedFile(id="F1", name="a", url=away)])

        assert unread.text_id == "chat_file_no_access"


@pytest.mark.parametrize("url", ["", "https://evil.example/hook", "http://hooks.slack.com/x", "not a url", "http://["])
async def test_private_answer_goes_only_to_slacks_own_address(slack: SlackServer, url: str) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with parts(slack) as made:
        place = Addressee(workspace=workspace.id, channel=general.id, user=anna.id, response_url=url)
        await made.answers.tell(place, "Told <!channel> alone.")

        assert [shown.text for shown in anna.sees] == ["Told <!channel> alone."]
        assert anna.sees[0].pings == ()


async def test_address_that_has_expired_is_replaced_by_a_message(slack: SlackServer) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with parts(slack) as made:
        url = f"{slack.url}/response/gone"
        place = Addressee(workspace=workspace.id, channel=general.id, user=anna.id, response_url=url)
        await made.answers.tell(place, "Told.")

        assert len(anna.sees) == 1


async def test_answer_that_cannot_be_shown_fails_nothing(slack: SlackServer) -> None:
    workspace = slack.workspace()
    anna = workspace.person("Anna")

    async with parts(slack) as made:
        await made.answers.tell(Addressee(workspace=workspace.id, channel="C0GONE", user=anna.id), "Told.")
        await made.answers.write(workspace.id, "U0NOBODY", "Told.")

        assert anna.sees == []


async def test_link_that_slack_does_not_give_is_left_out(slack: SlackServer) -> None:
    thread, root = await said_in(slack, ["hello"])

    async with parts(slack) as made:
        gone = replace(thread, channel="C0GONE")
        found = await made.links.of(thread.workspace, [thread.conversation, gone.conversation])
        slack.fault("drop", method="chat.getPermalink")
        again = await made.links.of(thread.workspace, [thread.conversation, replace(thread, thread="1.0").conversation])

        assert list(found) == list(again) == [thread.conversation]
        assert root.ts.replace(".", "") in found[thread.conversation]
