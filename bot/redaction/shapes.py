"""Keys of others, known by their shape. Pure, and in time that grows with the text and no faster."""

from __future__ import annotations

import re

JSON_TOKEN = re.compile(r"\beyJ[A-Za-z0-9_-]{10,}(\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})?")
"""A JSON web token; what only begins like one is passed over as a whole, without the group."""
SHAPES: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    ("x", ("xox", "xapp-"), re.compile(r"\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{10,}")),
    ("_", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), re.compile(r"\bgh[pousr]_[A-Za-z0-9]{30,}")),
    ("_", ("github_pat_",), re.compile(r"\bgithub_pat_[A-Za-z0-9_]{40,}")),
    ("-", ("glpat-",), re.compile(r"\bglpat-[A-Za-z0-9_-]{20,}")),
    ("A", ("AKIA", "ASIA"), re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("A", ("AIza",), re.compile(r"\bAIza[0-9A-Za-z_-]{35}")),
    ("-", ("sk-",), re.compile(r"\bsk-[A-Za-z0-9_-]{20,}")),
    (
        "/",
        ("hooks.slack.com/",),
        re.compile(r"\bhooks\.slack\.com/(?:services|workflows|triggers|commands|actions)/[A-Za-z0-9/_-]{20,}"),
    ),
    ("/", ("/webhooks/",), re.compile(r"/webhooks/[0-9]{15,}/[A-Za-z0-9_-]{40,}")),
    ("W", ("aW50ZXJhY3Rpb246",), re.compile(r"\baW50ZXJhY3Rpb246[A-Za-z0-9_-]{20,}")),
    ("J", ("eyJ",), JSON_TOKEN),
    (
        "-",
        ("PRIVATE KEY-----",),
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.)*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"),
    ),
)
"""Keys of Slack, GitHub, GitLab, AWS, Google and OpenAI's likes, addresses of Slack and Discord that let anybody post,
Discord's tokens of interactions, JSON web tokens and private keys, by the publishers' own prefixes: a character and
signs of which a text that may hold one has both, which are quick to find, and the key."""
_MIDDLE = re.compile(r"\.[A-Za-z0-9_-]{6}\.")
"""The middle of a bot's token of Discord."""
_DISCORD = re.compile(r"\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}")
_BEGUN = re.compile(
    r"\bx(?:ox[a-z]|app)-|\bgh[pousr]_|\bgithub_pat_|\bglpat-|\bA(?:KIA|SIA|Iza)|\bsk-|\beyJ"
    r"|\b[MNO][A-Za-z0-9_-]{23,27}\.\S{0,100}\Z"
)
"""Where the end of a text may be a key of others, not whole yet, if nothing but its characters follows."""
_BEGUN_BACK = 4100
"""Characters from the end in which such a key is looked for."""
_PRIVATE = re.compile(r"-----(?:(BEGIN)|END) [A-Z ]*PRIVATE KEY-----|-----(BEGIN) [A-Z ]*-{0,5}\Z")
"""Where a private key begins and ends."""


def shaped(text: str) -> list[tuple[int, int]]:
    """Return where keys stand, in no order."""
    found = [
        match.span()
        for character, signs, shape in SHAPES
        if character in text and any(sign in text for sign in signs)
        for match in shape.finditer(text)
        if shape is not JSON_TOKEN or match.group(1)
    ]
    if _MIDDLE.search(text):
        found += [match.span() for match in _DISCORD.finditer(text)]
    return found


def shape_begun(text: str) -> int:
    """Return how many characters at the end of a text that goes on may be the beginning of a key."""
    opened = -1
    for match in _PRIVATE.finditer(text) if "-----" in text else ():
        if not (match.group(1) or match.group(2)):
            opened = -1
        elif opened < 0:
            opened = match.start()
    last = text[-_BEGUN_BACK:].rsplit(maxsplit=1)[-1] if text and not text[-1].isspace() else ""
    key = _BEGUN.search(last)
    return max(len(text) - opened if opened >= 0 else 0, len(last) - key.start() if key else 0)
