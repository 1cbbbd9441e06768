"""Whether a message ends the chat by the team's word: models write it in any case, between marks, or in the middle."""

from __future__ import annotations

import re

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"(`+)([^`\n]+)\1")
_TOKEN = re.compile(r"<\|[^|>\n]{1,30}\|>|</?s>|<(?:eos|end_of_turn|eot)>", re.IGNORECASE)
"""Marks of a model's template that servers leave in the text."""
_EDGES = re.compile(r"\A(?:\d{1,2}[.)])?[\W_]+|[\W_]+\Z|\A\d{1,2}[.)]")
_AFTER = re.compile(r"[\W_]+\Z")
_SENTENCE_ENDS = ".!?。！？\n:：;；—–】」』）)"
_IN_CODE = re.compile(r"[\w\])]\s*\(\s*[rfbu]?[\"']*\Z|=\s*[rfbu]?[\"']+\Z")
"""What stands before a word that is an argument or a value of code without a fence."""
_NOT = re.compile(
    r"\b(?:not|never|cannot|(?:do|does|wo|ca|should)n['’]t)\s+(?:\w+\s+){0,2}[\W_]*\Z|(?:不要|不会|不能|不再|暂不|先不|别)\W*\Z",
    re.IGNORECASE,
)


def says_end(text: str, word: str) -> bool:
    """Return whether a text ends the chat.

    Yes when the word stands alone on a line, in any case and between any marks; when it is the last word as the team
    writes it or with a capital; or in any case when it is the last sentence. Never when it stands only inside code,
    nor after a `not`.
    """
    plain = _INLINE.sub(lambda code: code[2] if _bare(code[2]) == _bare(word) else " ", _FENCE.sub("\n", text))
    plain = _TOKEN.sub("", plain)
    wanted = _bare(word)
    if not wanted:
        return plain.rstrip().endswith(word)
    if any(_bare(line) == wanted for line in plain.splitlines()):
        return True
    last = plain.rstrip() if word != _AFTER.sub("", word) else _AFTER.sub("", plain)
    if last.casefold()[-len(word) :] != word.casefold():
        return False
    before, said = last[: -len(word)], last[-len(word) :]
    if _joins(before, word) or _IN_CODE.search(before) or _NOT.search(before):
        return False
    return said == word or _is_marked(said, word) or before.rstrip(" \t*_`'\"“‘「『【（(")[-1:] in _SENTENCE_ENDS


def is_only(text: str, word: str) -> bool:
    """Return whether a text is nothing but the word, between any marks and in any case."""
    return bool(_bare(word)) and _bare(_TOKEN.sub("", text)) == _bare(word)


def _bare(text: str) -> str:
    """Leave out the marks around a word, and its case."""
    return _EDGES.sub("", text.strip()).casefold()


def _is_marked(said: str, word: str) -> bool:
    """Whether a word of capitals is written with a capital within a sentence, where words have none."""
    return word.isupper() and said[:1].isupper()


def _joins(before: str, word: str) -> bool:
    """Whether the word is only the end of a longer one, such as `NOTTERMINATE`."""
    last = before[-1:]
    return last.isascii() and (last.isalnum() or last == "_") and word[:1].isascii()
