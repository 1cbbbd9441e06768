from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agents.durable.history.summaries import PATIENCE, History, gone_with, prefix_hashes, summed_up, value_of
from agents.durable.history.wording import talk_of

Message = dict[str, Any]


def talk(*texts: str, system: str = "Be brief.", writer: str = "user") -> list[Message]:
    roles = [writer, "assistant" if writer == "user" else "user"]
    said = [
        {"role": roles[at % 2], "name": ("writer", "critic")[at % 2], "content": text} for at, text in enumerate(texts)
    ]
    return [{"role": "system", "content": system}, *said]


MESSAGES = talk("task", "a", "b", "c", "d")
SUMMARY = value_of("They said a and b.", MESSAGES, {2, 3})


def known(*values: Any) -> History:
    history = History()
    for value in values:
        history.take(value)
    return history


def test_summary_stands_where_what_it_sums_up_stood() -> None:
    summary = known(SUMMARY).summary_of(MESSAGES)

    assert summary is not None
    made = [message["content"] for message in summed_up(MESSAGES, summary)]
    assert [made[0], made[1], *made[3:]] == ["Be brief.", "task", "c", "d"]
    assert "2 earlier messages" in made[2]
    assert "They said a and b." in made[2]


def test_summary_is_found_for_another_agent_with_the_same_messages() -> None:
    other = talk("task", "a", "b", "c", "d", "e", system="Another one.", writer="assistant")

    assert known(SUMMARY).summary_of(other) is not None


def test_summary_stands_for_nothing_in_another_talk() -> None:
    history = known(SUMMARY)

    assert history.summary_of(talk("task", "a", "x", "c", "d")) is None
    assert history.summary_of(talk("another task", "a", "b", "c", "d")) is None
    assert history.summary_of(talk("task", "a")) is None


def test_summary_of_most_is_chosen() -> None:
    more = value_of("They said a, b and c.", MESSAGES, {2, 3, 4})

    found = known(SUMMARY, more, SUMMARY).summary_of(MESSAGES)

    assert found is not None
    assert found.text == "They said a, b and c."


def test_messages_that_say_the_same_later_are_not_taken_for_those_that_were_summed_up() -> None:
    messages = talk("task", "ok", "ok", "ok", "ok")
    summary = known(value_of("Ok.", messages, {2, 3})).summary_of(messages)

    assert summary is not None
    assert gone_with(messages, summary) == {2, 3}


def test_system_messages_between_do_not_count() -> None:
    between = [*MESSAGES[:3], {"role": "system", "content": "Choose."}, *MESSAGES[3:]]
    summary = known(SUMMARY).summary_of(between)

    assert summary is not None
    assert gone_with(between, summary) == {2, 4}


@given(st.sets(st.integers(1, 5), min_size=1))
def test_what_a_summary_stands_for_survives_the_journal(gone: set[int]) -> None:
    summary = known(value_of("x", MESSAGES, gone)).summary_of(MESSAGES)

    assert summary is not None
    assert gone_with(MESSAGES, summary) == gone


def test_team_that_trims_asks_for_no_summary_and_patience_with_failures_ends() -> None:
    failing = known(*[{"failed": "no"}] * (PATIENCE - 1))
    assert (History("trim").compacts, failing.compacts) == (False, True)

    failing.take({"failed": "no"})

    assert not failing.compacts


def test_failures_that_are_not_in_a_row_are_forgiven() -> None:
    failing = known({"failed": "no"}, {"failed": "no"}, SUMMARY, {"failed": "no"}, {"failed": "no"})

    assert failing.compacts


def test_tool_calls_and_images_have_hashes_of_their_own() -> None:
    call = {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "function": {"name": "f"}}]}
    image = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]}
    hashes = [prefix_hashes([message], {1})[1] for message in (call, image, {"role": "user", "content": None})]

    assert len(set(hashes)) == 3


def test_talk_is_told_with_names_calls_and_results() -> None:
    call = {"id": "1", "function": {"name": "lookup", "arguments": '{"word": "ship"}'}}

    text = talk_of(
        [
            {"role": "user", "name": "writer", "content": "Look it up."},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "1", "content": "A vessel."},
        ]
    )

    assert text == 'writer: Look it up.\n\nassistant: calls lookup({"word": "ship"})\n\nresult: A vessel.'
