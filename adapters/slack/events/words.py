"""What people wrote, out of Slack's escapes. Pure."""

from __future__ import annotations

import re

from adapters.chat.handling.words import without

_TOKEN = re.compile(r"<((?:[@#!]|[A-Za-z][A-Za-z0-9+.-]*:)[^<>\n]*)>")
_PERSON = re.compile(r"<@([A-Z0-9]{2,64})(?:\|[^<>\n]*)?>")
_GROUP = re.compile(r"<!(?:subteam\^|here\b|channel\b|everyone\b)")


def plain(text: str) -> str:
    """Undo Slack's escapes: links, channels, mentions and dates become what a reader sees.

    People's mentions stay as their ids, `@U0123`, to be named by whoever knows the names.
    """
    parts = []
    at = 0
    for found in _TOKEN.finditer(text):
        parts += [_unescaped(text[at : found.start()]), _shown(found[1])]
        at = found.end()
    return "".join([*parts, _unescaped(text[at:])])


def mentioned(text: str) -> tuple[str, ...]:
    """Return the ids of the people whom an escaped text mentions, each once, in order."""
    return tuple(dict.fromkeys(_PERSON.findall(text)))


def mentions_group(text: str) -> bool:
    """Whether an escaped text calls a group, or everybody."""
    return _GROUP.search(text) is not None


def without_mention(text: str, user: str) -> str:
    """Take one person's mention, the bot's own, out of an escaped text, with what sets it off at the beginning."""
    return without(rf"<@{re.escape(user)}(?:\|[^<>\n]*)?>", text)


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _shown(token: str) -> str:
    """Return what stands for the inside of `<…>`."""
    target, _, label = token.partition("|")
    target, label = _unescaped(target), _unescaped(label)
    if target.startswith("@"):
        return target
    if target.startswith("#"):
        return f"#{label}" if label else target
    if target.startswith("!"):
        return _called(target[1:], label)
    return _link(target, label)


def _called(target: str, label: str) -> str:
    """Return what stands for `<!here>`, `<!subteam^S1|@group>` or `<!date^…|fallback>`."""
    kind, _, rest = target.partition("^")
    if kind == "date":
        return label
    if label:
        return f"@{label.removeprefix('@')}"
    return f"@{rest or kind}"


def _link(target: str, label: str) -> str:
    address = target.partition(":")[2] if target.startswith(("mailto:", "tel:")) else target
    bare = address.partition("://")[2] or address
    return address if label in ("", address, bare, bare.rstrip("/")) else f"{label} ({address})"
