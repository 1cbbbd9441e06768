from __future__ import annotations

import pytest

from tests.discord_server.server import DiscordServer
from tests.discord_server.transcript import transcript
from tests.unit.discord_server.bots import Acme, acme

CARD = """#general

Anna:
  @Threadfast write a haiku
  [file: notes.txt]

    thread 'A haiku'

    Anna:
      (the message that began this thread)

    Poet [app]:
      Old pond
      -# small print
      | Result
      | 17 syllables
      👍

    Threadfast [app] (edited):
      (reply to Poet: Old pond)
      Approve? See #general
      [ Yes ]  [- No -]  [ Docs -> ]

    Threadfast [app]:
      Pick a team
      ---
      ( Pair )
      ( Trio )
"""


@pytest.fixture
def place(server: DiscordServer) -> Acme:
    return acme(server)


def button(label: str, style: int = 1, **more: object) -> dict[str, object]:
    return {"type": 2, "style": style, "label": label} | ({"custom_id": label} if style != 5 else {}) | more


async def test_a_channel_is_shown_as_people_see_it(place: Acme) -> None:
    world, bot = place.server.world, place.server.app.user
    root = await place.anna.says(place.general, "@Threadfast write a haiku", files=[("notes.txt", b"x")])
    thread = world.create_thread(place.general, bot, "A haiku", message=root)
    hook = world.create_webhook(place.general, bot, "Threadfast", place.server.app)
    poet = type(bot)(id=hook.id, name="Poet", bot=True, discriminator="0000")
    embed = {"title": "Result", "description": "17 syllables"}
    turn = world.post(thread, poet, "Old pond\n-# small print", webhook_id=hook.id, embeds=[embed])
    await place.anna.reacts(turn, "👍")
    row = {"type": 1, "components": [button("Yes"), button("No", disabled=True), button("Docs", 5, url="http://x")]}
    reference = {"message_id": str(turn.id), "channel_id": str(thread.id)}
    card = world.post(thread, bot, "Approve?", components=[row], type=19, reference=reference, referenced=turn)
    world.edit(card, content=f"Approve? See <#{place.general.id}>")
    options = [{"label": one, "value": one.lower()} for one in ("Pair", "Trio")]
    menu = {"type": 1, "components": [{"type": 3, "custom_id": "team", "options": options}]}
    world.post(thread, bot, flags=1 << 15, components=[{"type": 10, "content": "Pick a team"}, {"type": 14}, menu])
    assert transcript(world, place.general) == CARD
    assert place.anna.transcript(place.general) == CARD


async def test_direct_messages_are_shown_with_whom_they_are(place: Acme) -> None:
    await place.anna.writes_dm("hello")
    assert transcript(place.server.world, place.anna.dm) == "direct messages with Anna\n\nAnna:\n  hello\n"


async def test_a_deleted_message_is_gone_and_a_reply_to_it_says_so(place: Acme) -> None:
    said = await place.anna.says("general", "one")
    await place.anna.replies(said, "two")
    await place.anna.deletes(said)
    assert place.anna.sees("general").texts == ["(reply to a deleted message)\ntwo"]
