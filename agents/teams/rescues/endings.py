"""Whether a message ends the chat by the team's word: models write it in any case, between marks, or in the middle."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from agents.teams.rescues.repeats import is_courtesy

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"(`+)([^`\n]+)\1")
_TOKEN = re.compile(r"<\|[^|>\n]{1,30}\|>|</?s>|<(?:eos|end_of_turn|eot)>", re.IGNORECASE)
"""Marks of a model's template that servers leave in the text."""
_MARKS = re.compile(r"[<`~]")
_EDGES = re.compile(r"\A(?:\d{1,2}[.)])?[\W_]+|(?<![\W_])[\W_]+\Z|\A\d{1,2}[.)]")
_AFTER = re.compile(r"(?<![\W_])[\W_]+\Z")
_SENTENCE_ENDS = ".!?。！？\n:：;；—–】」』）)"
_IN_CODE = re.compile(r"[\w\])]\s*\(\s*[rfbu]?[\"']*\Z|=\s*[rfbu]?[\"']+\Z")
"""What stands before a word that is an argument or a value of code without a fence."""
_NOT = re.compile(
    r"\b(?:not|never|cannot|(?:do|does|wo|ca|should)n['’]t)\s+(?:\w+\s+){0,2}[\W_]*\Z|(?:不要|不会|不能|不再|暂不|先不|别)\W*\Z",
    re.IGNORECASE,
)
_SPEAKS_OF_IT = re.compile(r"[:：,，]\s*[\"'“‘「『]\Z")
"""What stands before a word that is quoted within a sentence."""
_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*")
_QUOTED = re.compile(r"[ \t]*>(?!>>).*")
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,2}[.)])[ \t]+(?P<words>.*)")
_UNIT = re.compile(r"[\u3400-\u9fff]|[^\W_]+")
"""A word, or a Chinese character, of which words have one or two."""
_SAYS_OVER = re.compile(
    r"\b(?:task|chat|conversation|discussion|session|work|job)\b(?:(?!\bnot\b)[^.!?\n]){0,30}"
    r"\b(?:complete|completed|done|over|ended|finished|closed|concluded)\b"
    r"|\A\W*(?:all )?done\W*\Z|(?:任务|对话|会话|聊天|讨论)(?:已经?|到此)?(?:全部)?(?:完成|结束)",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"\b(?:regards|wishes|sincerely|yours|cheers|thanks|thank you),?[ \t]*"
    r"(?:\n+[ \t]*[^\W\d]+(?:[ \t][^\W\d]+)?[ \t]*)?\Z",
    re.IGNORECASE,
)


def says_end(text: str, word: str) -> bool:
    """Return whether a text ends the chat.

    Yes when the word stands alone on the last line, in any case and between any marks; alone on a line before, as the
    team writes it or with a capital, when only a closing follows; when it is the last word so written; or in any case
    when it is the last sentence. Never when it stands only inside code, in a quotation, in a table or among other
    items of a list that says no more, nor after a `not`.
    """
    return may_say(text, word) and says(text, word)


def may_say(text: str, word: str) -> bool:
    """Return whether a text may hold the word; marks of code and of templates may stand within it."""
    return _MARKS.search(text) is not None or (_bare(word) or word.casefold()) in text.casefold()


def says(text: str, word: str) -> bool:
    """Return what `says_end` promises, also of a text that does not hold the word."""
    plain = _INLINE.sub(lambda code: code[2] if _bare(code[2]) == _bare(word) else " ", _FENCE.sub("\n", text))
    plain = _own_words(_TOKEN.sub("", plain), word)
    if not _bare(word):
        return plain.rstrip().endswith(word)
    return _stands_alone(plain, word) or _is_last_word(plain, word)


def is_only(text: str, word: str) -> bool:
    """Return whether a text is nothing but the word, between any marks and in any case."""
    return bool(_bare(word)) and _bare(_TOKEN.sub("", text)) == _bare(word)


def _own_words(text: str, word: str) -> str:
    """Leave out what is quoted, tables, and the word where it is one of the things that are listed."""
    lines = text.splitlines()
    said = [line for line in lines if line.strip()]
    if len(said) < 2:
        return text
    if not all(_QUOTED.fullmatch(line) for line in said):
        lines = [line for line in lines if not _QUOTED.fullmatch(line)]
    if sum(bool(_ROW.fullmatch(line)) for line in lines) > 1:
        lines = [line for line in lines if not _ROW.fullmatch(line)]
    return "\n".join(line for at, line in enumerate(lines) if not _is_choice(lines, at, word))


def _is_choice(lines: list[str], at: int, word: str) -> bool:
    """Whether the word is an item beside others: not where it is the last one, after items that say more."""
    item = _ITEM.fullmatch(lines[at])
    if not item or _bare(item["words"]) != _bare(word):
        return False
    before, after = _items(reversed(lines[:at])), _items(lines[at + 1 :])
    return bool(after) or (bool(before) and all(len(_UNIT.findall(words)) <= 2 for words in before))


def _items(lines: Iterable[str]) -> list[str]:
    """Return the items of a list up to the first line that is none."""
    found = [_ITEM.fullmatch(line) for line in lines if line.strip()]
    return [item["words"] for item in itertools.takewhile(bool, found) if item]


def _stands_alone(text: str, word: str) -> bool:
    lines = [line for line in text.splitlines() if _AFTER.sub("", line)]
    places = [at for at, line in enumerate(lines) if _bare(line) == _bare(word)]
    if not places:
        return False
    last = places[-1]
    return last == len(lines) - 1 or (_is_meant(lines[last], word) and _is_closing("\n".join(lines[last + 1 :])))


def _is_closing(text: str) -> bool:
    """Whether a text is thanks, wishes, a signature, or says that all is done."""
    text = _SIGNED.sub("thanks", text.strip())
    said = [sentence for sentence in re.split(r"[.!?。！？\n]+", text) if _AFTER.sub("", sentence)]
    return all(is_courtesy(sentence) or _SAYS_OVER.search(sentence) for sentence in said)


def _is_last_word(text: str, word: str) -> bool:
    last = text.rstrip() if word != _AFTER.sub("", word) else _AFTER.sub("", text)
    if last.casefold()[-len(word) :] != word.casefold():
        return False
    before, said = last[: -len(word)], last[-len(word) :]
    if _joins(before, word) or _IN_CODE.search(before) or _NOT.search(before):
        return False
    if said == word or _is_marked(said, word):
        return True
    ends = before.rstrip(" \t*_`'\"“‘「『【（(")[-1:] in _SENTENCE_ENDS
    return ends and not _SPEAKS_OF_IT.search(before)


def _bare(text: str) -> str:
    """Leave out the marks around a word, and its case."""
    return _EDGES.sub("", text.strip()).casefold()


def _is_meant(line: str, word: str) -> bool:
    """Whether a line of the word has it as the team writes it, or with a capital where it is of capitals."""
    said, wanted = _EDGES.sub("", line.strip()), _EDGES.sub("", word.strip())
    return said == wanted or _is_marked(said, wanted)


def _is_marked(said: str, word: str) -> bool:
    """Whether a word of capitals is written with a capital within a sentence, where words have none."""
    return word.isupper() and said[:1].isupper()


def _joins(before: str, word: str) -> bool:
    """Whether the word is only the end of a longer one, such as `NOTTERMINATE`."""
    last = before[-1:]
    return last.isascii() and (last.isalnum() or last == "_") and word[:1].isascii()
