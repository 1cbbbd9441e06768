from __future__ import annotations

import html
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.handling.intents import Ignored
from adapters.slack.events import delivery_id, understand, workspace_of
from adapters.slack.events.intents import Intent
from adapters.slack.events.words import plain
from bot.domain import Json, ThreadRef
from tests.unit.slack.payloads import ME, everything

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANY = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
KINDS = st.sampled_from(["event", "command", "interactive", "other"])


def paths(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [path for key in keys for path in ((*before, key), *paths(value[key], (*before, key)))]


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, Json]:
    """A real payload in which something is missing, or is something else."""
    kind, original = draw(st.sampled_from(everything()))
    body: Json = json.loads(json.dumps(original))
    for _ in range(draw(st.integers(1, 3))):
        *parents, last = draw(st.sampled_from(paths(body) or [("type",)]))
        place: Any = body
        for key in parents:
            place = place[key]
        if draw(st.booleans()):
            place[last] = draw(ANY)
        else:
            del place[last]
    return kind, body


def fits(intent: Intent) -> bool:
    """Whether the addresses in it can be read back."""
    thread = getattr(intent, "thread", None)
    return thread is None or ThreadRef.parse(str(thread)) == thread


@given(kind=KINDS, payload=st.dictionaries(st.text(max_size=8), ANY, max_size=6))
def test_arbitrary_json_never_raises(kind: str, payload: Json) -> None:
    understand(kind, payload, ME)
    workspace_of(payload)
    delivery_id(kind, payload)


@given(delivery=mutated())
def test_damaged_payload_never_raises_and_never_breaks_an_address(delivery: tuple[str, Json]) -> None:
    kind, body = delivery

    intent = understand(kind, body, ME)

    assert fits(intent)
    workspace_of(body)
    delivery_id(kind, body)


@given(words=st.text())
def test_whatever_a_person_types_arrives_as_typed(words: str) -> None:
    assert plain(html.escape(words, quote=False)) == words


PARTS = st.lists(st.sampled_from(["yes", " ", "<@U0FAKEBO>", "<@U0FAKEBOT>", "<!here>", "&lt;@U0FAKEBO&gt;", "stop"]))


@given(parts=PARTS)
def test_reply_is_left_to_people_exactly_when_it_calls_others_and_not_the_bot(parts: list[str]) -> None:
    words = "".join(parts)
    event = {"type": "message", "user": "U1", "ts": "2.0", "thread_ts": "1.0", "channel": "C1", "text": words}

    intent = understand("event", {"event": event}, ME)

    to_others = "<@U0FAKEBOT>" not in parts and bool({"<@U0FAKEBO>", "<!here>"} & set(parts))
    assert isinstance(intent, Ignored) is to_others


@given(payload=st.dictionaries(st.text(max_size=8), ANY, max_size=4), kind=KINDS)
def test_delivery_id_is_the_same_for_the_same_delivery(payload: Json, kind: str) -> None:
    again: Json = json.loads(json.dumps(payload))

    assert delivery_id(kind, payload) == delivery_id(kind, again)
