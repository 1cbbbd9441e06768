from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.redaction import REDACTED, SHORTEST, Redactor

SECRET = "t0p secret/key+1234567890"
SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=SHORTEST, max_size=60)
AROUND = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)

WAYS: dict[str, Callable[[str], str]] = {
    "plain": lambda secret: secret,
    "reversed": lambda secret: secret[::-1],
    "hex": lambda secret: secret.encode().hex(),
    "HEX": lambda secret: secret.encode().hex().upper(),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode().rstrip("="),
    "base64 for addresses": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode().rstrip("="),
    "in an address": lambda secret: quote(secret, safe=""),
    "in a form": quote_plus,
    "broken over lines": lambda secret: "\n".join(secret[at : at + 5] for at in range(0, len(secret), 5)),
    "with invisible characters": "\u200b".join,
}


@pytest.mark.parametrize("way", WAYS)
def test_configured_secret_is_taken_out_in_every_form(way: str) -> None:
    told = WAYS[way](SECRET)

    assert Redactor([SECRET]).text(f"it is: {told} (really)") == f"it is: {REDACTED} (really)"


@given(secret=SECRETS, before=st.binary(max_size=20), after=st.binary(max_size=20))
def test_secret_is_found_wherever_it_stands_in_a_longer_text_of_base64(
    secret: str, before: bytes, after: bytes
) -> None:
    coded = base64.b64encode(before + secret.encode() + after).decode()
    # The characters at its edges hold bits of what is around it; all others are the secret's alone.
    first, last = -(-len(before) * 8 // 6), (len(before) + len(secret.encode())) * 8 // 6

    assert coded[first:last] not in Redactor([secret]).text(coded)


@given(secret=SECRETS, before=AROUND, after=AROUND)
def test_no_text_leaves_with_a_secret(secret: str, before: str, after: str) -> None:
    assume(secret not in REDACTED)

    assert secret not in Redactor([secret]).text(before + secret + after)


@given(text=st.text(max_size=200))
def test_text_without_secrets_stays_the_very_same(text: str) -> None:
    assert Redactor(["0123456789abcdef-none"]).text(text) is text


def test_every_text_of_a_value_is_cleaned() -> None:
    value = {"text": SECRET, "blocks": [{"text": f"x {SECRET}"}, 7, None, True], SECRET: 1}

    clean = Redactor([SECRET]).value(value)

    assert SECRET not in json.dumps(clean)
    assert clean == {"text": REDACTED, "blocks": [{"text": f"x {REDACTED}"}, 7, None, True], REDACTED: 1}


def test_files_are_cleaned_whether_they_are_text_or_not() -> None:
    redactor = Redactor([SECRET])

    assert redactor.data(f"a={SECRET}".encode()) == f"a={REDACTED}".encode()
    assert redactor.data(b"\xff\x00" + SECRET.encode()) == b"\xff\x00" + REDACTED.encode()
    assert redactor.data(b"\x89PNG") == b"\x89PNG"


@pytest.mark.parametrize(
    "key",
    [
        "xoxb-1234567890-abcdefghij",
        "xapp-1-A0123456789-1234567890",
        "ghp_" + "a1B2" * 9,
        "AKIAIOSFODNN7EXAMPLE",
        "AIza" + "x" * 35,
        "sk-proj-" + "a1" * 12,
        "M" + "a1" * 12 + ".AbCdEf." + "z9" * 14,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMIIEow",
    ],
)
def test_keys_of_others_are_known_by_their_shape(key: str) -> None:
    assert Redactor().text(f"use {key}") == f"use {REDACTED}"


@pytest.mark.parametrize("text", ["task-force-of-one", "a sketch", "eyJust", "ghp_ short", "AKIA and more", "sk-learn"])
def test_words_that_only_resemble_keys_stay(text: str) -> None:
    assert Redactor().text(text) == text


def test_secret_too_short_to_be_told_from_words_is_not_looked_for() -> None:
    assert Redactor(["word"]).text("a word") == "a word"
