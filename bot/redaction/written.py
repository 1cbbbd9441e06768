"""How a secret may be written, and where it is so in a text. Pure, and in time that grows with the text alone."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Literal
from urllib.parse import quote, quote_plus

UNSEEN = re.compile(
    r"[\s\\\x00-\x1f\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    r"\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
"""What may stand between the characters of a secret that was broken over lines, or escaped for a platform: blanks,
backslashes, and whatever Unicode counts as controls, as formats (Cc, Cf) or as ignored where it is shown."""
_UNSEEN_ASCII = bytes(code for code in range(128) if UNSEEN.match(chr(code)))
_ALIKE = {"`": "'", "‹": "<", "›": ">", "＆": "&", "＠": "@"}
"""What stands for characters that a platform takes for markup."""
_ALIKE_ASCII = bytes.maketrans(b"`", b"'")
NOT_HEX = re.compile(r"(?:0[xX]|[^0-9a-fA-F])+")
"""What may stand between the digits of hexadecimal: whatever is none, and what tells that they are."""
_NOT_HEX_ASCII = bytes(code for code in range(256) if chr(code) not in "0123456789abcdef")
NUL = re.compile(r"\0+")
GRAMS = 1 << 16
"""Groups of characters that are looked up at once: nothing else of the process runs meanwhile."""
_WIDTHS = {"I": 4, "Q": 8}


class Forms:
    """Forms of secrets, found in a text whose characters in between are taken out already.

    A form that stands in a text covers at least one of the groups of characters that the text is divided into. So
    only the forms that have such a group at their beginning are looked for, and most texts have none.
    """

    def __init__(self, forms: Iterable[str], width: Literal["I", "Q"]) -> None:
        """Know forms of at least twice the width but one, in bytes; the width is told by its letter in `struct`."""
        self._forms = sorted(set(forms))
        self._width = width
        self._beginnings = {form[:3] for form in self._forms}
        self.longest = max(map(len, self._forms), default=0)
        grams: dict[int, list[str]] = defaultdict(list)
        for form in self._forms:
            data = form.encode(errors="surrogatepass")
            for at in range(_WIDTHS[width]):
                grams[self._groups(data[at : at + _WIDTHS[width]])[0]].append(form)
        self._grams = dict(grams)
        self._known = frozenset(grams)

    def found(self, text: str) -> list[tuple[int, int]]:
        """Return where forms stand, in no order."""
        groups = self._groups(text.encode(errors="surrogatepass"))
        pieces = (groups[at : at + GRAMS] for at in range(0, len(groups), GRAMS))
        met = [
            gram for piece in pieces if not self._known.isdisjoint(piece) for gram in self._known.intersection(piece)
        ]
        return [span for form in {form for gram in met for form in self._grams[gram]} for span in _places(form, text)]

    def begun(self, text: str, least: int) -> int:
        """Return how many characters at the end of a text are the beginning of a form; fewer than `least` are not."""
        for at in range(max(0, len(text) - self.longest), len(text) - least + 1):
            if text[at : at + 3] in self._beginnings and self._begins(text[at:]):
                return len(text) - at
        return 0

    def _begins(self, end: str) -> bool:
        at = bisect_left(self._forms, end)
        return at < len(self._forms) and self._forms[at].startswith(end)

    def _groups(self, data: bytes) -> memoryview[int]:
        whole = len(data) - len(data) % _WIDTHS[self._width]
        return memoryview(data)[:whole].cast(self._width)


class Places:
    """Where in a text the characters stand that are left when others are taken out of it."""

    def __init__(self, text: str, between: re.Pattern[str]) -> None:
        """Take out what matches `between`."""
        self._length = len(text)
        self._left, self._stand, self.count = [0], [0], 0
        for match in between.finditer(text):
            self.count += match.start() - self._stand[-1]
            self._left.append(self.count)
            self._stand.append(match.end())
        self.count += len(text) - self._stand[-1]

    def of(self, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return where they stand, by where they are among those that are left."""
        return [(self._at(start), self._at(end - 1) + 1) for start, end in spans]

    def back(self, length: int) -> int:
        """Return how many characters the text ends with from the last `length` of those that are left."""
        return self._length - self._at(self.count - length) if length else 0

    def _at(self, index: int) -> int:
        run = bisect_right(self._left, index) - 1
        return self._stand[run] + index - self._left[run]


def _places(form: str, text: str) -> Iterator[tuple[int, int]]:
    start = text.find(form)
    while start >= 0:
        yield start, start + len(form)
        start = text.find(form, start + 1)


def whole(text: str) -> str:
    """Return the text as secrets are looked for in it: nothing between their characters, nothing in their place."""
    if text.isascii():
        return text.encode().translate(_ALIKE_ASCII, _UNSEEN_ASCII).decode()
    text = UNSEEN.sub("", "".join(text.split()))
    for like, character in _ALIKE.items():
        text = text.replace(like, character)
    return text


def digits(text: str) -> str:
    """Return the text as hexadecimal is looked for in it: digits alone, in lower case."""
    data = text.encode("ascii", errors="replace").lower()
    return data.replace(b"0x", b"").translate(None, _NOT_HEX_ASCII).decode()


def end_of(text: str, seen: Callable[[str], str], least: int) -> str:
    """Return as much of a text's end as has so many characters that are seen, or the whole of it."""
    length = least
    while length < len(text) and len(seen(text[-length:])) < least:
        length *= 2
    return text[-length:] if length else ""


def forms(secret: str) -> set[str]:
    """Return how a secret may be written, but for hexadecimal: plain, in base64, addresses, HTML or JSON; reversed."""
    found = {form for each in (secret, secret[::-1]) for form in _forms(each)}
    return {form for each in found for form in (whole(each), whole(each[::-1]))}


def hexadecimal(secret: str) -> set[str]:
    """Return a secret's hexadecimal, of its bytes or its characters; reversed."""
    codes = {each.encode(coding).hex() for each in (secret, secret[::-1]) for coding in ("utf-8", "utf-16-be")}
    return {form for each in codes for form in (each, each[::-1])}


def _forms(secret: str) -> set[str]:
    plain = {secret, html.escape(secret), html.escape(secret, quote=False), json.dumps(secret)[1:-1]}
    plain |= {"".join(f"&#{ord(character)};" for character in secret), html.escape(secret).replace("&#x27;", "&#39;")}
    addresses = {quote(secret, safe=""), quote_plus(secret), quote(secret)}
    addresses |= {re.sub("%..", lambda code: code.group().lower(), address) for address in addresses}
    addresses |= {address.lower() for address in addresses if "%" in address}
    return plain | addresses | _base64(secret.encode())


def _base64(data: bytes) -> set[str]:
    """Return the data's base64, and what base64 of any longer text holds, wherever in it the data begins."""
    found = {encode(data).decode().rstrip("=") for encode in (b64encode, urlsafe_b64encode)}
    for before in range(3):
        # Characters that also depend on what stands before or after the data are left out.
        first, last = -(-before * 8 // 6), (before + len(data)) * 8 // 6
        for encode in (b64encode, urlsafe_b64encode):
            found.add(encode(b"\0" * before + data).decode()[first:last])
    return found
