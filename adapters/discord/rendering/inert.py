"""Text that does nothing in Discord: nothing in it is markup, a mention, or a link to somewhere else. Pure.

Discord reads Markdown in a message's content, by rules of its own that do not know of each other: emphasis ends at the
first fitting mark, be it in code. So no sign of a text is left that could begin anything, code and addresses are never
put between marks, and a fence holds no fence.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from adapters.chat.content.addresses import address
from adapters.text import harmless

_SIGNS = re.compile(r"[*_~`|\[\]<]|\\(?![0-9A-Za-z\s])")
"""What begins something wherever it stands; a backslash is shown unless it precedes a sign."""
_STARTS = re.compile(r"^( *)(?:((?:#{1,3}|[-+])(?= )|-(?=#))|(>)|(\d{1,9})([.)])(?= ))", re.MULTILINE)
"""What begins a heading, a list, a small grey line or a quote at the start of a line."""
_LANGUAGE = re.compile(r"[a-z0-9_+.#-]{1,20}")
_LIVE = re.compile(r"https?://[!-~]+")
_ENCODED = {"[": "%5B", "]": "%5D"}
FENCE = "```"
"""Begins code on lines of its own, and ends it wherever it stands."""


def escaped(text: str) -> str:
    """Return a text that reads as it is, what steers shown by number; starts of lines are for `unbegun`."""
    return _SIGNS.sub(r"\\\g<0>", harmless(text))


def unbegun(text: str) -> str:
    """Return lines of which none begins a heading, a list, a small grey line or a quote."""
    return _STARTS.sub(_unbegun, text)


def _unbegun(found: re.Match[str]) -> str:
    spaces, begins, quotes, number, dot = found.groups()
    return f"{spaces}{number}\\{dot}" if number else f"{spaces}\\{begins or quotes}"


def plain(text: str) -> str:
    """Return any text as it is, on as many lines as it has."""
    return unbegun(escaped(text))


def small(line: str) -> str:
    """Return a small grey line."""
    return f"-# {escaped(' '.join(line.split())) or '…'}"


def code(text: str) -> str:
    """Return a text on one line as code; where its own backticks leave no way to do that, as it is."""
    shown = harmless(text.replace("\n", " "))
    runs = {len(run) for run in re.findall("`+", shown)}
    marks = next((each for each in ("`", "``") if len(each) not in runs), "")
    if not shown or not marks or max(runs, default=0) >= len(FENCE):
        return escaped(text.replace("\n", " "))
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{marks}{space}{shown}{space}{marks}"


def link(target: str) -> str:
    """Return an address as what it is: live where it says itself where it leads, else as code."""
    if not _LIVE.fullmatch(target) or any(sign in target for sign in '<>"`\\|') or not _is_plain_host(target):
        return code(address(target))
    return "<" + "".join(_ENCODED.get(char, char) for char in target) + ">"


def _is_plain_host(target: str) -> bool:
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    # A name before the host is there to be taken for it; brackets stand around no name.
    return bool(parts.hostname) and "@" not in parts.netloc and "[" not in parts.netloc


def fence(text: str, language: str = "") -> str:
    """Return lines of code in a fence; lines that hold a fence's mark stand between fences, as they are."""
    named = language.lower() if _LANGUAGE.fullmatch(language.lower()) else ""
    shown: list[str] = []
    inside: list[str] = []
    for line in text.split("\n"):
        if FENCE in line:
            shown += [*_fenced(inside, named), plain(line)]
            inside = []
        else:
            inside.append(line)
    return "\n".join([*shown, *_fenced(inside, named)])


def _fenced(lines: list[str], language: str) -> list[str]:
    # Discord takes a fence with nothing in it for the start of one that ends later.
    text = "\n".join(lines)
    return [f"{FENCE}{language}\n{harmless(text)}\n{FENCE}"] if text.strip() else []


def exact(visible: str) -> str:
    """Return a text for a fence that keeps all of it: Discord drops the line ends around, so they get their number.

    The one that ends the last line does not: nobody expects to see it. The card tells of it beside the digest.
    """
    whole = visible.removesuffix("\n") if visible.strip("\n") else visible
    inner = whole.strip("\n")
    start = len(whole) - len(whole.lstrip("\n"))
    end = len(whole) - len(inner) - start if inner else 0
    return "⟦U+000A⟧" * start + inner + "⟦U+000A⟧" * end


def is_fence_safe(text: str) -> bool:
    """Whether a fence shows exactly this text."""
    return FENCE not in text and bool(text.strip())
