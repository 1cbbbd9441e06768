from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.redaction import BEGINNING, LOOKED_BACK, PIECE, REDACTED, SHORTEST, Redactor

SECRET = "t0p secret/key+12345_&ü67890"
VISIBLE = st.characters(
    min_codepoint=33, max_codepoint=0x2FF, exclude_categories=("Cc", "Cf", "Zs"), exclude_characters="\\"
)
SECRETS = st.text(VISIBLE, min_size=SHORTEST, max_size=60)
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
    "in another address": lambda secret: re.sub("%..", lambda code: code.group().lower(), quote(secret)),
    "in HTML": html.escape,
    "in JSON": lambda secret: json.dumps(secret)[1:-1],
    "escaped": lambda secret: re.sub(r"([_*/&])", r"\\\1", secret),
    "with look-alikes": lambda secret: secret.replace("&", "＆"),
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


@pytest.mark.parametrize("at", [0, PIECE - 10, PIECE, PIECE + LOOKED_BACK - 5, 3 * PIECE])
def test_secret_is_found_wherever_it_stands_in_a_large_file(at: int) -> None:
    data = b"\xff " * (at // 2) + SECRET.encode() + b" \xff" * PIECE

    assert SECRET.encode() not in Redactor([SECRET]).data(data)


def test_file_without_secrets_stays_the_very_same() -> None:
    data = bytes(range(256)) * 10

    assert Redactor([SECRET]).data(data) is data


def test_secret_that_goes_on_in_the_next_text_of_a_line_is_taken_out() -> None:
    line = [{"type": "text", "text": f"a {SECRET[:9]}", "style": {"bold": True}}, {"type": "text", "text": SECRET[9:]}]

    clean = Redactor([SECRET]).value({"elements": line, "text": "x"})

    assert clean == {
        "elements": [
            {"type": "text", "text": f"a {REDACTED}", "style": {"bold": True}},
            {"type": "text", "text": REDACTED},
        ],
        "text": "x",
    }


def test_value_without_secrets_stays_the_very_same() -> None:
    value = {"text": "words", "blocks": [{"type": "text"}]}

    assert Redactor([SECRET]).value(value) is value


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("", 0),
        ("words", 0),
        ("so t0", 0),
        ("so t0p", 3),
        ("so t0p sec", 7),
        ("so t0p\nsec", 7),
        (f"so {SECRET}", len(SECRET)),
        (f"so {SECRET} and", 0),
        (f"{'long ' * 1000}t0p se", 6),
        ("so xoxb-12", 7),
        ("so xoxb-12 and", 0),
        ("-----BEGIN PRIVATE KEY-----\nMIIEow and so on\n", 45),
    ],
)
def test_end_of_a_text_that_may_begin_a_secret_is_known(text: str, begun: int) -> None:
    assert Redactor([SECRET]).begun(text) == begun


@given(secret=SECRETS, before=AROUND, cut=st.integers(min_value=BEGINNING, max_value=60))
def test_beginning_of_a_secret_is_never_overlooked(secret: str, before: str, cut: int) -> None:
    begun = secret[:cut]

    assert Redactor([secret]).begun(f"{before} {begun}") >= len(begun)


@pytest.mark.parametrize(
    "key",
    [
        "xoxb-1234567890-abcdefghij",
        "xapp-1-A0123456789-1234567890",
        "ghp_" + "a1B2" * 9,
        "AKIAIOSFODNN7EXAMPLE",
        "hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
        "/webhooks/123456789012345678/" + "a1_" * 22,
        "aW50ZXJhY3Rpb246" + "a1" * 30,
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
