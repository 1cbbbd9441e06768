from __future__ import annotations

from typing import Any

from inline_snapshot import snapshot

from tests.slack_server import transcript
from tests.unit.slack_server.conftest import Place


async def test_a_transcript_reads_as_the_thread_is_seen(place: Place) -> None:
    root = await place.anna.says(place.general, "@Threadfast write it")
    card: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": "May I run this?"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "```print(1)```\nuntil <!date^1^{time}|noon>"}},
        {"type": "divider"},
        {"type": "markdown", "text": "**bold** | table"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "a &lt; b"}]},
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Approve"}},
                {"type": "button", "action_id": "r", "text": {"type": "plain_text", "text": "Reject"}},
            ],
        },
    ]
    await place.client.chat_postMessage(
        channel=place.general.id, text="x", blocks=card, thread_ts=root.ts, username="coder"
    )
    first = await place.client.chat_postMessage(channel=place.general.id, text="draft", thread_ts=root.ts)
    await place.client.chat_update(channel=place.general.id, ts=first["ts"], text="final")
    await place.client.chat_postEphemeral(channel=place.general.id, user=place.anna.id, text="noted", thread_ts=root.ts)
    assert transcript(place.general, root, person=place.anna) == snapshot("""\
#general

Anna:
  @Threadfast write it

coder:
  May I run this?
  ```print(1)```
  until noon
  ---
  **bold** | table
  a < b
  [ Approve ]  [ Reject ]

Threadfast (edited):
  final

Threadfast (only visible to one person):
  noted
""")
