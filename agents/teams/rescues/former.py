"""How runs of pinned format 4 and before tell whether a message ends the chat: a replay must find what they found."""

from __future__ import annotations

import re

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_EDGES = " \t\r\n*_`'\"“”‘’.,;:!?。，；：！？()[]{}<>#-–—~"
_SENTENCE_ENDS = ".!?。！？\n:：;；"


def said_end(text: str, word: str) -> bool:
    """Return whether a text ends the chat.

    Yes when the word stands alone on a line, in any case; when it is the last word as the team writes it; or in any
    case when it is the last sentence. Never when it stands only inside code.
    """
    plain = _FENCE.sub("\n", text)
    wanted = word.casefold()
    if any(line.strip(_EDGES).casefold() == wanted for line in plain.splitlines()):
        return True
    last = plain.rstrip(_EDGES)
    if last.casefold()[-len(word) :] != wanted:
        return False
    before, said = last[: -len(word)], last[-len(word) :]
    if _joins(before, word):
        return False
    return said == word or before.rstrip(" \t*_`'\"")[-1:] in _SENTENCE_ENDS


def _joins(before: str, word: str) -> bool:
    """Whether the word is only the end of a longer one, such as `NOTTERMINATE`."""
    last = before[-1:]
    return last.isascii() and (last.isalnum() or last == "_") and word[:1].isascii()
