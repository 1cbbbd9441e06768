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

from bot.redaction import BEGINNING, REDACTED, SHORTEST, Redactor
from bot.redaction.written import NOT_HEX, Places, digits, whole
from bot.redaction.written import UNSEEN as WRITTEN_UNSEEN

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
    "in numbers of HTML": lambda secret: "".join(f"&#{ord(each)};" for each in secret),
    "backwards in base64": lambda secret: base64.b64encode(secret.encode()).decode().rstrip("=")[::-1],
    "reversed in an address": lambda secret: quote(secret[::-1], safe=""),
    "in an address in lower case": lambda secret: quote(secret, safe="").lower(),
}

CODED: dict[str, Callable[[str], str]] = {
    "with colons": lambda secret: secret.encode().hex(":").upper(),
    "with hyphens": lambda secret: secret.encode().hex("-"),
    "with blanks": lambda secret: secret.encode().hex(" "),
    "in both cases": lambda secret: secret.encode().hex()[:9] + secret.encode().hex()[9:].upper(),
    "as numbers": lambda secret: ", ".join(f"0x{byte:02X}" for byte in secret.encode()),
    "as bytes": lambda secret: "".join(f"\\x{byte:02x}" for byte in secret.encode()),
    "as bytes of an address": lambda secret: "".join(f"%{byte:02x}" for byte in secret.encode()),
    "as characters of JSON": lambda secret: "".join(f"\\u{ord(each):04X}" for each in secret),
    "backwards": lambda secret: secret.encode().hex()[::-1],
    "reversed": lambda secret: secret[::-1].encode().hex(),
}
UNSEEN = (
    "\ufe0f\u034f\u2066\u2067\u2068\u2069\u061c\u180e\u3164\u115f\u2800\uffa0\U000e0041\U000e01ef\0\x07\x1b\x7f\x85"
)
"""Characters that nobody sees, and that are no formats or are easily forgotten."""


@pytest.mark.parametrize("way", WAYS)
def test_configured_secret_is_taken_out_in_every_form(way: str) -> None:
    told = WAYS[way](SECRET)

    assert Redactor([SECRET]).text(f"it is: {told} (really)") == f"it is: {REDACTED} (really)"


@pytest.mark.parametrize("way", CODED)
def test_configured_secret_is_taken_out_of_hexadecimal_however_it_is_written(way: str) -> None:
    told = CODED[way](SECRET)

    clean = Redactor([SECRET]).text(f"so: {told} so")

    assert REDACTED in clean
    assert clean.endswith((f"{REDACTED} so", f"{REDACTED}; so"))
    assert len(clean) < len(f"so: 0x{REDACTED} so") + 1


@given(
    secret=SECRETS,
    between=st.text(st.one_of(st.sampled_from(UNSEEN), st.characters(categories=["Cf", "Cc"])), min_size=1),
)
def test_secret_is_found_whatever_stands_unseen_between_its_characters(secret: str, between: str) -> None:
    assert Redactor([secret]).text(f"<{between.join(secret)}>") == f"<{REDACTED}>"


@given(text=st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(UNSEEN + "\\`‹ \n"))))
def test_places_are_those_of_the_characters_that_are_left(text: str) -> None:
    left, places = whole(text), Places(text, WRITTEN_UNSEEN)

    assert places.count == len(left)
    assert [whole(text[start:end]) for start, end in places.of((at, at + 1) for at in range(len(left)))] == list(left)


@given(text=st.text(st.sampled_from("0123456789abcdefABCDEFxX \u200bü")))
def test_places_of_digits_are_those_that_are_left(text: str) -> None:
    left, places = digits(text), Places(text, NOT_HEX)

    assert places.count == len(left)
    assert [text[start:end].lower() for start, end in places.of((at, at + 1) for at in range(len(left)))] == list(left)


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


@pytest.mark.parametrize("at", [0, (1 << 18) - 10, 1 << 18, 3 << 18])
def test_secret_is_found_wherever_it_stands_in_a_large_file(at: int) -> None:
    data = b"\xff " * (at // 2) + SECRET.encode() + b" \xff" * (1 << 18)

    assert SECRET.encode() not in Redactor([SECRET]).data(data)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("secret", [SECRET, SECRET.replace("ü", "u"), "sk-abcdefghijklmnopqrstuvwxyz0123"])
def test_files_of_wide_characters_are_cleaned(encoding: str, secret: str) -> None:
    data = f"a,b\n{secret}\nc".encode(encoding)

    clean = Redactor([] if secret.startswith("sk-") else [secret]).data(data)

    assert secret[4:] not in clean.replace(b"\0", b"").decode(errors="replace")
    assert secret.encode(encoding)[4:] not in clean
    if encoding in ("utf-16", "utf-32"):
        assert clean.decode(encoding) == f"a,b\n{REDACTED}\nc"


@pytest.mark.parametrize("at", [(1 << 18) - 800, (1 << 18) - 10])
def test_long_keys_of_others_are_found_wherever_they_stand_in_a_large_file(at: int) -> None:
    key = f"eyJ{'a' * 700}.eyJ{'b' * 700}.{'c' * 60}"

    assert Redactor().data(f"{' ' * at}{key} and".encode()) == f"{' ' * at}{REDACTED} and".encode()


def test_long_or_broken_secrets_are_found_wherever_they_stand_in_a_large_file() -> None:
    long = "K" + "".join(f"{number:04d}x" for number in range(400))
    broken = f"{' ' * ((1 << 18) - 10)}{SECRET[:9]}{chr(10) * 1500}{SECRET[9:]}"

    assert Redactor([long]).data(f"{' ' * ((1 << 18) - 100)}{long}".encode()).endswith(REDACTED.encode())
    assert Redactor([SECRET]).data(broken.encode()).endswith(REDACTED.encode())


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
        (f"so t0p{' ' * 5000}", 5003),
        (f"so t0p{' ' * 5000}sec", 5006),
        ("so 74:30:70:20", 11),
        ("so -----BEGIN PRIVATE KEY-----x-----END PRIVATE KEY-----", 0),
        ("so -----BEGIN RSA PRIVATE KEY--", 28),
        ("sk-" * 400_000, 4098),
        ("-----BEGIN PRIVATE KEY-----" * 40_000 + "-----END PRIVATE KEY-----", 0),
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


@pytest.mark.parametrize(
    "text", ["-eyJaaaaaaaaaa", "sk-", "-----BEGIN PRIVATE KEY-----", "0x", "t0p secret/key", "eyJaaaaaaaaaa."]
)
def test_hostile_texts_take_no_more_time_than_others(text: str) -> None:
    # In time that grows with the square of their length they would take hours.
    long = text * (1_000_000 // len(text))

    redactor = Redactor([SECRET])

    assert redactor.begun(redactor.text(long)) >= 0


def test_secret_too_short_to_be_told_from_words_is_not_looked_for() -> None:
    assert Redactor(["word"]).text("a word") == "a word"
