"""Takes secrets out of texts, of JSON and of files, and knows where one may begin. Pure."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from typing import Any

from bot.redaction.shapes import shape_begun, shaped
from bot.redaction.written import NOT_HEX, NUL, UNSEEN, Forms, Places, digits, end_of, forms, hexadecimal, whole

REDACTED = "[redacted]"
SHORTEST = 8
"""Characters: a shorter secret would be found in ordinary words."""
PASSWORDS = re.compile(r"(?<=://)([^\s/@:?#]*):[^\s/@]+(?=@)")
"""A password within an address: in people's words it may be an example, in a log it is taken to be none."""
BEGINNING = 3
"""Characters: shorter ends of a text are not taken for the beginning of a configured secret."""
LOOKED_BACK = 1000
"""Characters from the end, of those that are seen, in which the beginning of a configured secret is looked for: at
least; as many as the longest form of a secret has."""
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""What a file of such text begins with; the longer ones first."""
_KIND = "type"
"""The key of what a value of JSON is, not of anything that it says."""


class Redactor:
    """Takes secrets out; keeps the port `bot.ports.Redact`."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Know the configured secrets; those with fewer visible characters than `SHORTEST` are not looked for."""
        known = {secret for secret in secrets if len(whole(secret)) >= SHORTEST}
        self._plain = Forms((form for secret in known for form in forms(secret)), "I")
        self._hex = Forms((form for secret in known for form in hexadecimal(secret)), "Q")
        self._encoded = [
            (encoding, secret.encode(encoding)) for secret in known if not secret.isascii() for _, encoding in _MARKS
        ]

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
        return self._rebuilt(value, _Cutting(self._spans(shown)))

    def data(self, data: bytes) -> bytes:
        """Return a file's bytes without secrets; the very same where there is none.

        What is no text is looked through all the same: a secret may stand in it as it is.
        """
        data = self._without_wide(data)
        text = data.decode(errors="surrogateescape")
        spans = self._spans(text)
        return _cut(text, spans).encode(errors="surrogateescape") if spans else data

    def _without_wide(self, data: bytes) -> bytes:
        """Return the bytes without secrets in UTF-16 or UTF-32 that the rest does not find, or would cut unevenly."""
        for mark, encoding in _MARKS:
            if data.startswith(mark):
                text = data[len(mark) :].decode(encoding, errors="replace")
                spans = self._spans(text)
                data = mark + _cut(text, spans).encode(encoding) if spans else data
                break
        for encoding, encoded in self._encoded:
            data = data.replace(encoded, REDACTED.encode(encoding))
        return data

    def begun(self, text: str) -> int:
        """Return how many characters at the end of a text that goes on may be the beginning of a secret."""
        end = end_of(text, whole, max(LOOKED_BACK, self._plain.longest))
        coded = end_of(text, digits, self._hex.longest)
        plain = self._plain.begun(whole(end), BEGINNING)
        code = self._hex.begun(digits(coded), 2 * BEGINNING)
        return max(
            Places(end, UNSEEN).back(plain) if plain else 0,
            Places(coded, NOT_HEX).back(code) if code else 0,
            shape_begun(text),
        )

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Return where secrets stand, whole or broken over lines, in order; none overlaps another."""
        found = shaped(text)
        if "\0" in text:
            found += Places(text, NUL).of(shaped(text.replace("\0", "")))
        for known, view, between in ((self._plain, whole, UNSEEN), (self._hex, digits, NOT_HEX)):
            if spans := known.found(view(text)):
                found += Places(text, between).of(spans)
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
    """Takes out of one text after the other what is found in all of them, joined by line ends."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
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
