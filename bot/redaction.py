"""Taking secrets out of what leaves the process: messages, files, logs, errors. Pure.

What is configured is found in every form in which it is likely to be repeated; keys of others are known by their shape.
"""

from __future__ import annotations

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

REDACTED = "[redacted]"
SHORTEST = 8
"""Characters: a shorter secret would be found in ordinary words."""
SHAPES = re.compile(
    "|".join(
        [
            r"\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{10,}",
            r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,}|glpat-[A-Za-z0-9_-]{20,})",
            r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
            r"\bAIza[0-9A-Za-z_-]{35}",
            r"\bsk-[A-Za-z0-9_-]{20,}",
            r"\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}",
            r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.)*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
        ]
    )
)
"""Keys of Slack, GitHub, GitLab, AWS, Google, OpenAI's likes and Discord, JSON web tokens and private keys, by the
publishers' documented prefixes."""
_SHAPED = re.compile(
    r"x(?:ox|app-)|gh[pousr]_|github_pat_|glpat-|A(?:KIA|SIA|Iza)|sk-|\.[A-Za-z0-9_-]{6}\.|eyJ|PRIVATE"
)
"""What a text has that may hold a key by its shape: most have none, and this is quick."""
_UNSEEN = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]+")
"""What may stand between the characters of a secret that was broken over lines."""


class Redactor:
    """Takes secrets out; keeps the port `bot.ports.Redact`."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Know the configured secrets; those shorter than `SHORTEST` are not looked for."""
        known = {secret for secret in secrets if len(secret) >= SHORTEST}
        found = {form for secret in known for form in forms(secret)}
        # The longest first: a form may hold another.
        self._forms = sorted(found, key=lambda form: (-len(form), form))
        self._unbroken = sorted({form for each in found if len(form := _UNSEEN.sub("", each)) >= SHORTEST})

    def text(self, text: str) -> str:
        """Return the text with each secret replaced by `REDACTED`; the very same text where there is none."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, REDACTED)
        text = self._broken(text)
        return SHAPES.sub(REDACTED, text) if _SHAPED.search(text) else text

    def value(self, value: Any) -> Any:
        """Return JSON with the secrets taken out of every text in it, keys included."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key) if isinstance(key, str) else key: self.value(part) for key, part in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.value(part) for part in value]
        return value

    def data(self, data: bytes) -> bytes:
        """Return a file's bytes: text with the secrets taken out, other bytes without the configured ones."""
        try:
            text = data.decode()
        except UnicodeDecodeError:
            for form in self._forms:
                data = data.replace(form.encode(), REDACTED.encode())
            return data
        clean = self.text(text)
        return data if clean is text else clean.encode()

    def _broken(self, text: str) -> str:
        """Take out secrets that are broken over lines or by invisible characters."""
        whole = _UNSEEN.sub("", text)
        if len(whole) == len(text) or not any(form in whole for form in self._unbroken):
            return text
        places = [place for place, character in enumerate(text) if not _UNSEEN.match(character)]
        spans = sorted((places[start], places[end - 1] + 1) for start, end in self._found(whole))
        pieces, done = [], 0
        for start, end in spans:
            if start >= done:
                pieces += [text[done:start], REDACTED]
            done = max(done, end)
        return "".join([*pieces, text[done:]])

    def _found(self, whole: str) -> Iterator[tuple[int, int]]:
        for form in self._unbroken:
            start = whole.find(form)
            while start >= 0:
                yield start, start + len(form)
                start = whole.find(form, start + 1)


def forms(secret: str) -> set[str]:
    """Return how a secret may be written: plain, reversed, in hexadecimal, in base64, or in addresses."""
    data = secret.encode()
    plain = {secret, secret[::-1]}
    addresses = {quote(secret, safe=""), quote_plus(secret), quote(secret)}
    hexadecimal = {data.hex(), data.hex().upper(), data.hex(" ").replace(" ", ":")}
    return plain | addresses | hexadecimal | _base64(data) | _base64(secret[::-1].encode())


def _base64(data: bytes) -> set[str]:
    """Return the data's base64, and what base64 of any longer text holds, wherever in it the data begins."""
    found = {encode(data).decode().rstrip("=") for encode in (b64encode, urlsafe_b64encode)}
    for before in range(3):
        # Characters that also depend on what stands before or after the data are left out.
        first, whole = -(-before * 8 // 6), (before + len(data)) * 8 // 6
        for encode in (b64encode, urlsafe_b64encode):
            found.add(encode(b"\0" * before + data).decode()[first:whole])
    return found
