from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from agents.durable.requests import HISTORIES, MessageHashes, digest


def test_digest_hangs_on_neither_the_order_of_keys_nor_the_process() -> None:
    program = "from agents.durable.requests import digest; print(digest({'b': ['ä', 1], 'a': None}))"

    printed = {
        subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True, capture_output=True, text=True,
                       env={"PYTHONHASHSEED": seed}).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip

    assert printed == {digest({"a": None, "b": ["ä", 1]})}


def test_digest_takes_lone_surrogates_and_functions() -> None:
    assert digest("\ud800") != digest("\ud801")
    assert digest([len]) == digest([len])


def test_hash_of_a_request_changes_with_each_of_its_parts() -> None:
    hashes, messages = MessageHashes(), [{"role": "user", "content": "x"}]

    hashed = {
        hashes.of_request([], messages, None),
        hashes.of_request([{"content": "s"}], messages, None),
        hashes.of_request([], [*messages, {"role": "user", "content": "x"}], None),
        hashes.of_request([], messages, [{"function": {"name": "f"}}]),
    }

    assert len(hashed) == 4


def test_message_that_was_given_other_content_is_hashed_anew() -> None:
    hashes, message = MessageHashes(), dict[str, Any](role="user", content="x")
    before = hashes.of(message)

    message["content"] = "y"

    assert hashes.of(message) != before


def test_hash_of_a_message_is_the_same_for_an_equal_message() -> None:
    assert MessageHashes().of({"role": "user", "content": "x"}) == MessageHashes().of({"content": "x", "role": "user"})


def said(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text, "name": "x"}


def test_hash_of_a_growing_history_is_the_one_that_is_made_at_once() -> None:
    hashes, messages = MessageHashes(), [said(str(number)) for number in range(9)]

    grown = [hashes.of_request([], messages[:length], None) for length in (0, 1, 4, 4, 9)]

    assert grown == [MessageHashes().of_request([], messages[:length], None) for length in (0, 1, 4, 4, 9)]


@pytest.mark.parametrize(
    "change",
    [
        lambda messages: messages[1].update(content="other"),
        lambda messages: messages[1].update(context={}),
        lambda messages: messages.pop(),
        lambda messages: messages.pop(1),
        lambda messages: messages.__setitem__(1, said("other")),
        lambda messages: messages[1].pop("content"),
    ],
    ids=["content", "a field more", "shorter", "one less", "another", "no content"],
)
def test_history_that_does_not_only_grow_is_hashed_as_it_is(change: Any) -> None:
    hashes, messages = MessageHashes(), [said("a"), said("b"), said("c")]
    before = hashes.of_request([], messages, None)

    change(messages)

    assert hashes.of_request([], messages, None) == MessageHashes().of_request([], messages, None) != before


def test_history_under_another_system_message_is_hashed_with_that() -> None:
    hashes, messages = MessageHashes(), [said("a")]
    hashes.of_request([], messages, None)

    hashed = hashes.of_request([said("be kind")], messages, None)

    assert hashed == MessageHashes().of_request([said("be kind")], messages, None)


def test_histories_are_remembered_up_to_a_bound() -> None:
    hashes = MessageHashes()

    hashed = [hashes.of_request([], [said(str(number))], None) for number in range(2 * HISTORIES)]

    assert len(set(hashed)) == 2 * HISTORIES
    assert len(hashes._histories) == HISTORIES
