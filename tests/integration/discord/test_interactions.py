"""Buttons, menus, forms and the message command: what they decide, once, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.chat.handling.about import Action
from adapters.discord.ids import custom_id
from adapters.discord.settings import DiscordSettings
from bot.domain import RequestStatus, RunStatus
from tests.discord_server import Channel, DiscordServer, Person, Shown
from tests.integration.discord.handled import Handled, handled
from tests.scripted import Script

CODE: dict[str, Script] = {"greet": [["approve", "coder", "code", ["print(1)"]], ["say", "ada", "done"]]}
TWO: dict[str, Script] = {"greet": [["approve", "coder", "code", ["print(1)", "print(2)"]], ["say", "ada", "done"]]}
MANY: dict[str, Script] = {
    "greet": [["choose", "ada", [f"option {n}" for n in range(1, 41)]], ["say", "ada", "you took {answer}"]]
}
QUESTION: dict[str, Script] = {"greet": [["ask", "you", "model"], ["say", "ada", "you said {answer}"]]}


async def asked(anna: Person, general: Channel) -> tuple[Channel, Shown]:
    """Begin a run that asks; return its thread and its card."""
    thread = await anna.thread_of(await anna.mentions(general, "go"))
    seen = await anna.until(thread, lambda seen: any(one.buttons for one in seen.messages))
    return thread, next(one for one in seen.messages if one.buttons)


async def test_approval_by_a_button_runs_the_code_once(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=CODE) as bot:
        thread, card = await asked(anna, general)
        approve = await button_of(bot, thread, Action.APPROVE)
        await anna.presses(card, approve, stale=True)
        again = await anna.presses(card, approve, stale=True)
        await again.until(lambda one: "closed already" in one.text)
        await anna.until(thread, lambda seen: "completed" in str(seen))

        assert [one.ephemeral for one in again.messages if "closed" in str(one)] == [True]
        assert len(bot.teams.executed) == 1
        assert await bot.statuses(thread) == [RunStatus.COMPLETED]


async def test_button_works_after_a_restart(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=CODE):
        thread, card = await asked(anna, general)
    async with handled(tmp_path, server, scripts=CODE):
        await anna.presses(card, "Approve")
        await anna.until(thread, lambda seen: "completed" in str(seen))


async def test_rejection_asks_for_the_reason(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=CODE) as bot:
        thread, card = await asked(anna, general)
        opened = await (await anna.presses(card, "Reject")).answered()
        await anna.fills(opened.modal, reason=" too dangerous ")
        await anna.until(thread, lambda seen: "completed" in str(seen))

        [request] = await bot.questions(thread, RequestStatus.ANSWERED)
        assert request.answer is not None
        assert [decision.reason for decision in request.answer.decisions] == ["too dangerous"]


async def test_edited_code_runs_exactly_as_it_was_written(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=CODE) as bot:
        thread, card = await asked(anna, general)
        opened = await (await anna.presses(card, "Edit")).answered()
        assert opened.modal.inputs
        await anna.fills(opened.modal, code="print(3)\n")
        await anna.until(thread, lambda seen: "completed" in str(seen))

        [request] = await bot.questions(thread, RequestStatus.ANSWERED)
        assert request.answer is not None
        assert [decision.content for decision in request.answer.decisions] == ["print(3)\n"]


async def test_edited_code_with_what_nobody_sees_in_a_form_is_refused(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=CODE) as bot:
        thread, card = await asked(anna, general)
        opened = await (await anna.presses(card, "Edit")).answered()
        sent = await anna.fills(opened.modal, code="print(3)\u200b")
        await sent.until(lambda one: one.text)

        assert [message.ephemeral for message in sent.messages] == [True]
        assert "holds characters that nobody sees: ⟦U+200B⟧" in sent.text
        assert len(await bot.questions(thread)) == 1


async def test_items_are_decided_one_by_one(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=TWO) as bot:
        thread, card = await asked(anna, general)
        first = await anna.presses(card, "Approve 1")
        await first.until(lambda one: "1 of 2" in one.text)
        assert len(await bot.questions(thread)) == 1
        await anna.presses(card, "Approve 2")
        await anna.until(thread, lambda seen: "completed" in str(seen))


async def test_choice_among_many_is_made_in_a_menu(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=MANY):
        thread = await anna.thread_of(await anna.mentions(general, "go"))
        seen = await anna.until(thread, lambda seen: any(one.choices for one in seen.messages))
        card = next(one for one in seen.messages if one.choices)
        chosen = next(choice for choice in card.choices if "option 31" in choice)
        await anna.chooses(card, chosen, menu="Choose 26–40")

        await anna.until(thread, lambda seen: "you took option 31" in str(seen))


async def test_stop_on_the_card_stops_the_run(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=CODE) as bot:
        thread, card = await asked(anna, general)
        await anna.presses(card, "Stop the run")
        await anna.until(thread, lambda seen: "stopped by Anna" in str(seen))

        assert await bot.statuses(thread) == [RunStatus.CANCELLED]


async def button_of(bot: Handled, thread: Channel, action: Action) -> str:
    """Return the custom id of a button about the open request's first item."""
    [request] = await bot.questions(thread)
    return custom_id(request, action, 1)


async def forged(bot: Handled, server: DiscordServer, thread: Channel, where: Channel) -> Shown:
    """Show the open request's approval button in another place, as a copied card would."""
    [request] = await bot.questions(thread)
    button = {"type": 2, "style": 1, "label": "Approve", "custom_id": custom_id(request, Action.APPROVE)}
    row = {"type": 1, "components": [button]}
    message = server.world.post(where, server.app.user, "Approve?", components=[row])
    return Shown.of(message, server.world)


async def test_card_in_another_thread_decides_nothing(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=CODE) as bot:
        thread, _ = await asked(anna, general)
        copy = await forged(bot, server, thread, await anna.starts_thread(general, "elsewhere"))
        outcome = await anna.presses(copy, "Approve")
        await outcome.until(lambda one: "not about what waits now" in one.text)

        assert len(await bot.questions(thread)) == 1


async def test_card_in_another_server_decides_nothing(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    other = server.world.guild("Other")
    server.world.join(other, anna.user)
    lobby = server.world.channel(other, "lobby")
    async with handled(tmp_path, server, scripts=CODE) as bot:
        thread, _ = await asked(anna, general)
        copy = await forged(bot, server, thread, lobby)
        outcome = await anna.presses(copy, "Approve")
        await outcome.until(lambda one: "not about what waits now" in one.text)

        assert len(await bot.questions(thread)) == 1


async def test_form_is_not_opened_for_a_card_that_is_closed(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=CODE) as bot:
        thread, card = await asked(anna, general)
        reject = await button_of(bot, thread, Action.REJECT)
        await anna.presses(card, "Approve")
        await anna.until(thread, lambda seen: "completed" in str(seen))
        refused = await anna.presses(card, reject, stale=True)
        await refused.until(lambda one: "closed already" in one.text)

        assert refused.ephemeral


async def test_reply_to_a_card_answers_that_question(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=QUESTION) as bot:
        thread, card = await asked(anna, general)
        await anna.replies(card, "forty-two")
        await anna.until(thread, lambda seen: "you said forty-two" in str(seen))

        [request] = await bot.questions(thread, RequestStatus.ANSWERED)
        assert request.answer is not None
        assert request.answer.text == "forty-two"


async def test_bot_that_is_let_in_approves_nothing(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    ci = server.world.user("CI", bot=True)
    settings = DiscordSettings(
        token=server.token,
        api_url=server.api_url,
        gateway_url=server.gateway_url,
        allowed_bots=frozenset({str(ci.id)}),
    )
    async with handled(tmp_path, server, scripts=CODE, settings=settings) as bot:
        thread, _ = await asked(anna, general)
        server.world.post(thread, ci, f"<@{server.app.user.id}> approve")
        await anna.until(thread, lambda seen: "decides nothing" in str(seen))

        assert len(await bot.questions(thread)) == 1


@pytest.mark.parametrize("in_thread", [False, True])
async def test_message_command_runs_a_team_on_a_message(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path, in_thread: bool
) -> None:
    bo = server.person("Bo")
    scripts: dict[str, Script] = {"greet": [["say", "ada", "no"]], "coder": [["say", "cora", "coded"]]}
    async with handled(tmp_path, server, scripts=scripts) as bot:
        place = await bo.starts_thread(general, "primes") if in_thread else general
        message = await bo.says(place, "is 91 a prime?", files=[("a.txt", b"alpha")])
        opened = await (await anna.menu(message, "Run a team on this")).answered()
        outcome = await anna.fills(opened.modal, team="coder", instructions="answer it")
        await outcome.until(lambda one: "works in the thread" in one.text)
        [thread] = anna.threads(general)
        await anna.until(thread, lambda seen: "coded" in str(seen))

        [run] = await bot.runs(thread)
        assert run.opening.text == "answer it\n\n> Bo:\n> is 91 a prime?\n>\n> [a.txt]"
        assert [file.data for file in run.opening.attachments] == [b"alpha"]
        assert (run.started_by.name, run.team) == ("Anna", "coder")


async def test_message_that_was_deleted_meanwhile_is_told(
    server: DiscordServer, anna: Person, general: Channel, tmp_path: Path
) -> None:
    async with handled(tmp_path, server, scripts=QUESTION):
        message = await anna.says(general, "is 91 a prime?")
        opened = await (await anna.menu(message, "Run a team on this")).answered()
        await anna.deletes(message)
        outcome = await anna.fills(opened.modal)
        await outcome.until(lambda one: "cannot read that message" in one.text)

        assert anna.threads(general) == []
