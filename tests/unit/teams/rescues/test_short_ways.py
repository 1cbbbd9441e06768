"""What is mostly so is found out quickly; the long way would say the same."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agents.teams.rescues.endings import may_say, says
from agents.teams.rescues.messages import made_to_alternate, take_turns

ROLES = ("system", "user", "assistant", "tool")
MESSAGES = st.lists(
    st.builds(
        lambda role, content, calls: {"role": role, "content": content} | ({"tool_calls": calls} if calls else {}),
        st.sampled_from(ROLES),
        st.sampled_from(["", "a", None, "b\nc"]),
        st.sampled_from([[], [], [{"id": "1"}]]),
    ),
    max_size=6,
)
PIECES = st.sampled_from(
    [
        "TERMINATE",
        "terminate",
        "Terminate.",
        "TERM",
        "INATE",
        "<|x|>",
        "</s>",
        "`",
        "```",
        "**",
        " ",
        "\n",
        "not ",
        "done",
        "结束",
        "ß",
        "SS",
    ]
)


@given(MESSAGES)
def test_history_whose_roles_take_turns_is_what_the_long_way_makes_of_it(given: list[dict[str, Any]]) -> None:
    if take_turns(given):
        assert made_to_alternate(given) == given


@given(
    st.lists(PIECES, max_size=8).map("".join), st.sampled_from(["TERMINATE", "done", "结束", "**", "ss", "**Done**"])
)
def test_text_that_cannot_hold_the_word_does_not_end_a_chat_on_the_long_way(text: str, word: str) -> None:
    if not may_say(text, word):
        assert not says(text, word)
