"""Taking secrets out of what leaves the process: messages, files, logs, errors. Pure.

What is configured is found in every form in which it is likely to be repeated; keys of others are known by their shape.
"""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from bisect import bisect_left
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
            r"\bhooks\.slack\.com/(?:services|workflows|triggers|commands|actions)/[A-Za-z0-9/_-]{20,}",
            r"/webhooks/[0-9]{15,}/[A-Za-z0-9_-]{40,}",
            r"\baW50ZXJhY3Rpb246[A-Za-z0-9_-]{20,}",
            r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.)*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
        ]
    )
)
"""Keys of Slack, GitHub, GitLab, AWS, Google, OpenAI's likes and Discord, addresses of Slack and Discord that let
anybody post, Discord's tokens of interactions, JSON web tokens and private keys, by the publishers' own prefixes."""
PASSWORDS = re.compile(r"(?<=://)([^\s/@:?#]*):[^\s/@]+(?=@)")
"""A password within an address: in people's words it may be an example, in a log it is taken to be none."""
_SHAPED = re.compile(
    r"x(?:ox|app-)|gh[pousr]_|github_pat_|glpat-|A(?:KIA|SIA|Iza)|sk-|\.[A-Za-z0-9_-]{6}\.|eyJ|PRIVATE"
    r"|hooks\.slack|/webhooks/|aW50ZXJ"
)
"""What a text has that may hold a key by its shape: most have none, and this is quick."""
_UNSEEN = re.compile(r"[\s\\\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]+")
"""What may stand between the characters of a secret that was broken over lines, or escaped for a platform."""
_ALIKE = str.maketrans("`‹›＆＠", "'<>&@")
"""What stands for characters that a platform takes for markup."""
_BEGUN = re.compile(
    r"(?:\bx(?:ox[a-z]|app)-|\bgh[pousr]_|\bgithub_pat_|\bglpat-|\bA(?:KIA|SIA|Iza)|\bsk-|\beyJ)\S{0,4000}\Z"
    r"|\b[MNO][A-Za-z0-9_-]{23,27}\.\S{0,100}\Z"
    r"|-----BEGIN [A-Z ]*(?:PRIVATE KEY-----(?:(?!-----END [A-Z ]*PRIVATE KEY-----)(?s:.))*)?\Z"
)
"""The end of a text that may be a key of others, not whole yet."""
BEGINNING = 3
"""Characters: shorter ends of a text are not taken for the beginning of a configured secret."""
LOOKED_BACK = 1000
"""Characters from the end in which the beginning of a configured secret is looked for."""
PIECE = 1 << 18
"""Characters of a file that are looked through at once."""
_KIND = "type"
"""The key of what a value of JSON is, not of anything that it says."""


class Redactor:
    """Takes secrets out; keeps the port `bot.ports.Redact`."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Know the configured secrets; those with fewer visible characters than `SHORTEST` are not looked for."""
        known = {secret for secret in secrets if len(_whole(secret)) >= SHORTEST}
        self._forms = sorted({_whole(form) for secret in known for form in forms(secret)})
        self._longest = max(map(len, self._forms), default=0)

    def text(self, text: str) -> str:
        """Return the text with each secret replaced by `REDACTED`; the very same text where there is none."""
        if len(text) < SHORTEST:
            return text
        spans = self._spans(text)
        return _cut(text, spans) if spans else text

    def value(self, value: Any) -> Any:
        """Return JSON with the secrets taken out of every text in it, keys included; the very same where there is none.

        A secret that goes on from one text to the next is found as well: what a platform shows as one line may be
        several texts of different styles.
        """
        texts: list[str] = []
        others: list[str] = []
        _collect(value, texts, others)
        joined = "\n".join([*texts, *others])
        if not self._spans(joined):
            return value
        shown = "\n".join(texts)
        return self._rebuilt(value, _Cutting(shown, self._spans(shown)))

    def data(self, data: bytes) -> bytes:
        """Return a file's bytes without secrets; the very same where there is none.

        What is no text is looked through all the same: a secret may stand in it as it is.
        """
        text = data.decode(errors="surrogateescape")
        # By pieces: each look at a text holds everything else up for as long as it takes.
        pieces = (text[at : at + PIECE + LOOKED_BACK] for at in range(0, len(text), PIECE))
        return self.text(text).encode(errors="surrogateescape") if any(map(self._spans, pieces)) else data

    def begun(self, text: str) -> int:
        """Return how many characters at the end of a text that goes on may be the beginning of a secret."""
        shaped = _BEGUN.search(text)
        return max(self._begun(text[-LOOKED_BACK:]), len(text) - shaped.start() if shaped else 0)

    def _begun(self, text: str) -> int:
        whole = _whole(text)
        for length in range(min(self._longest, len(whole)), BEGINNING - 1, -1):
            end = whole[-length:]
            at = bisect_left(self._forms, end)
            if at < len(self._forms) and self._forms[at].startswith(end):
                return len(text) - _seen(text)[-length]
        return 0

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Return where secrets stand, whole or broken over lines, in order; none overlaps another."""
        whole = _whole(text)
        found: list[tuple[int, int]] = []
        if any(form in whole for form in self._forms):
            places = _seen(text)
            spans = [span for form in self._forms for span in _places(form, whole)]
            found = [(places[start], places[end - 1] + 1) for start, end in spans]
        if _SHAPED.search(text):
            found += [match.span() for match in SHAPES.finditer(text)]
        return _merged(found)

    def _rebuilt(self, value: Any, texts: _Cutting) -> Any:
        if isinstance(value, str):
            return texts.next(value)
        if isinstance(value, dict):
            return {
                self._other(key): self.value(part) if key == _KIND else self._rebuilt(part, texts)
                for key, part in value.items()
            }
        if isinstance(value, (list, tuple)):
            return [self._rebuilt(part, texts) for part in value]
        return value

    def _other(self, value: Any) -> Any:
        return self.text(value) if isinstance(value, str) else value


class _Cutting:
    """Cuts one text after the other out of all of them, joined by line ends."""

    def __init__(self, joined: str, spans: list[tuple[int, int]]) -> None:
        self._joined = joined
        self._spans = spans
        self._at = 0

    def next(self, text: str) -> str:
        """Return the next text without what is to be taken out of it."""
        begin, end = self._at, self._at + len(text)
        self._at = end + 1
        within = [(max(start, begin), min(stop, end)) for start, stop in self._spans if start < end and stop > begin]
        return _cut(text, [(start - begin, stop - begin) for start, stop in within]) if within else text


def _collect(value: Any, texts: list[str], others: list[str]) -> None:
    """Collect what is shown in its order, and apart from it keys and kinds, which would stand between."""
    if isinstance(value, str):
        texts.append(value)
    elif isinstance(value, dict):
        others += [key for key in value if isinstance(key, str)]
        for key, part in value.items():
            _collect(part, others if key == _KIND else texts, others)
    elif isinstance(value, (list, tuple)):
        for part in value:
            _collect(part, texts, others)


def _places(form: str, text: str) -> Iterator[tuple[int, int]]:
    start = text.find(form)
    while start >= 0:
        yield start, start + len(form)
        start = text.find(form, start + 1)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _cut(text: str, spans: list[tuple[int, int]]) -> str:
    pieces, done = [], 0
    for start, end in spans:
        pieces += [text[done:start], REDACTED]
        done = end
    return "".join([*pieces, text[done:]])


def _whole(text: str) -> str:
    """Return the text as secrets are looked for in it: nothing between their characters, nothing in their place."""
    if text.isascii():
        return "".join(text.split()).replace("\\", "").replace("`", "'")
    return _UNSEEN.sub("", text).translate(_ALIKE)


def _seen(text: str) -> list[int]:
    """Return where each character of `_whole` stands."""
    return [place for place, character in enumerate(text) if _whole(character)]


def forms(secret: str) -> set[str]:
    """Return how a secret may be written: plain, reversed, in hexadecimal, in base64, in addresses, HTML or JSON."""
    data = secret.encode()
    plain = {secret, secret[::-1], html.escape(secret), html.escape(secret, quote=False), json.dumps(secret)[1:-1]}
    addresses = {quote(secret, safe=""), quote_plus(secret), quote(secret)}
    addresses |= {re.sub("%..", lambda code: code.group().lower(), address) for address in addresses}
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
