from __future__ import annotations

from adapters.slack.ids import POST_METADATA
from benchmarks.counting import Held, Ledger, answer_to, count
from benchmarks.slack_counting import seen_in
from tests.slack_server import SlackServer


async def test_threads_are_read_as_the_bot_shows_them() -> None:
    async with SlackServer() as slack:
        workspace = slack.workspace()
        anna, general = workspace.person("Anna"), workspace.channel("general")
        root = await anna.says(general, answer_to(7))
        mark = {"event_type": POST_METADATA, "event_payload": {"key": "run/turn/0", "part": 0}}
        bot = workspace.bot.user.id
        for text in (answer_to(7), answer_to(7)):
            workspace.post(general, user=bot, text=text, thread_ts=root.ts, metadata=mark)
        workspace.post(general, user=bot, text="The run is completed.", thread_ts=root.ts)
        conversation = f"slack:{workspace.id}:{general.id}:{root.ts}"

        seen = seen_in([general])

    assert [one.post for one in seen[conversation]] == ["run/turn/0#0", "run/turn/0#0", ""]
    found = count({conversation: (7,)}, {conversation: Held(runs=("completed",), posts=("run/turn/0",))}, seen)
    assert found == Ledger(posts_duplicated=(conversation,))
