from __future__ import annotations

import subprocess
import sys
from typing import Any

from agents.durable.requests import MessageHashes, digest


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
