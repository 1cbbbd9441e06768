"""How runs of pinned format 4 and before tell that a chat is over or goes round: a replay must find the same."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from agents.teams.rescues.repeats import Loop, Said

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_EDGES = " \t\r\n*_`'\"“”‘’.,;:!?。，；：！？()[]{}<>#-–—~"
_SENTENCE_ENDS = ".!?。！？\n:：;；"
_COURTESY = re.compile(
    r"\b(?:thanks?|thank you|you(?:'re|’re| are) (?:very |most )?welcome|good ?bye|bye|farewell|cheers|pleasure|glad|"
    r"happy to help|feel free|"
    r"have a (?:great|good|nice|wonderful|lovely)|take care|best (?:of luck|wishes|regards)|enjoy|see you|"
    r"let me know|reach out|don't hesitate|here to (?:help|assist)|any (?:more|other|further) questions|safe travels)\b"
    r"|谢谢|感谢|多谢|不客气|不用谢|再见|拜拜|祝你|祝您|随时|很高兴|保重|欢迎",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?。！？\n]+")
_LONGEST_COURTESY = 300


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


def went_round(history: Sequence[Said], fixed: Collection[str] = ()) -> Loop:
    """Return why the chat goes round, or an empty string; see `repeats.loop_of`."""
    if not history:
        return ""
    if not history[-1].text.strip():
        return "empty"
    last = history[-2:]
    if len(last) == 2 and last[0].speaker != last[1].speaker and all(_is_courtesy(said.text) for said in last):
        return "courtesy"
    plain, known = [Said(said.speaker, _plain(said.text)) for said in history], {_plain(text) for text in fixed}
    return "repeats" if _repeats(plain, known) else ""


def _is_courtesy(text: str) -> bool:
    if len(text) > _LONGEST_COURTESY or "```" in text:
        return False
    sentences = [sentence for sentence in _SENTENCE.split(text) if sentence.strip(" \t*_~'\"!")]
    polite = sum(bool(_COURTESY.search(sentence)) for sentence in sentences)
    return bool(sentences) and polite * 2 > len(sentences)


def _repeats(history: list[Said], known: Collection[str]) -> bool:
    if len(history) >= 4 and history[-2:] == history[-4:-2]:
        return True
    own = [said.text for said in history if said.speaker == history[-1].speaker]
    return len(own) >= 3 and len(set(own[-3:])) == 1 and own[-1] not in known


def _plain(text: str) -> str:
    return re.sub(r"[\s\W_]+", " ", text.casefold()).strip() or text.strip()
