"""Whether a chat only goes round: nothing said, endless thanks, the same again, or one who only repeats the other."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

Loop = Literal["", "empty", "courtesy", "repeats", "echo"]


class Said(NamedTuple):
    """Who said what."""

    speaker: str
    text: str


_COURTESY = re.compile(
    r"\b(?:thanks?|thank you|you(?:'re|’re| are) (?:very |most )?welcome|good ?bye|bye|farewell|cheers|pleasure|"
    r"glad|happy to help|feel free|have a (?:great|good|nice|wonderful|lovely)|take care|"
    r"best (?:of luck|wishes|regards)|(?:kind|warm) regards|enjoy(?: it| your| yourself| the rest|\W*$)|see you|"
    r"let me know (?:if|when|whenever|should)|reach out|don['’]t hesitate|here to (?:help|assist)|"
    r"any (?:more|other|further) questions|anything else|"
    r"hope (?:this|that|it) helps|safe travels)\b"
    r"|谢谢|感谢|多谢|不客气|不用谢|再见|拜拜|祝你|祝您|随时(?:欢迎|联系|告诉|找我|问我|提问|再来|都可以)|"
    r"欢迎(?:随时|再来|再次|下次)|很高兴(?:能|为|帮|认识|与|和)|保重",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?。！？\n]+")
_FENCED = re.compile(r"```|~~~")
_LONGEST_COURTESY = 300
_LONGEST_POLITE = 80
"""Letters of a sentence; one that is longer says more than that it is polite."""
_LEAST_ECHO = 20
"""Letters from which on the same words of another are an echo: two may well agree on `42`."""
_LONGEST_ROUND = 6
"""Messages of a round that is looked for: as many agents take turns in a group."""
_WORDS = re.compile(
    r"[^\W_]+|[-+−±/^<>=≤≥≠.,:](?= ?\d)|(?<=\d)[-+−±/^<>=≤≥≠%]|(?<=\d )[-+−±/^<>=≤≥≠%]|"
    r"(?<=\d)\*(?=\d)|(?<=\d )\*(?= \d)"
)
"""Words and numbers, with what stands beside a number and makes it another: -1 is not 1, and 1.5 not 15."""


def loop_of(history: Sequence[Said], fixed: Collection[str] = ()) -> Loop:
    """Return why the chat goes round, or an empty string.

    Args:
        history: What was said, oldest first; the last message is the one that is judged.
        fixed: Texts that are said again by design, such as a default auto reply.
    """
    if not history:
        return ""
    if not history[-1].text.strip():
        return "empty"
    if (
        len(history) >= 2
        and history[-1].speaker != history[-2].speaker
        and all(is_courtesy(said.text) for said in history[-2:])
    ):
        return "courtesy"
    plain, known = [Said(said.speaker, _plain(said.text)) for said in history], {_plain(text) for text in fixed}
    if _repeats(plain, known) or _goes_in_rounds(plain, known):
        return "repeats"
    return "echo" if _echoes(plain, known) else ""


def says_again(text: str, own: Collection[str], told: str) -> bool:
    """Return whether a text without code is word by word what its agent said before, or what it was just told."""
    said = _plain(text)
    return bool(said) and not _FENCED.search(text) and said in {_plain(told), *map(_plain, own)}


def is_courtesy(text: str) -> bool:
    """Return whether a text is made of thanks, wishes and goodbyes only: a number, or a long sentence, is more."""
    if len(text) > _LONGEST_COURTESY or "```" in text or any(letter.isdigit() for letter in text):
        return False
    sentences = [sentence for sentence in _SENTENCE.split(text) if sentence.strip(" \t*_~'\"!")]
    if any(sum(letter.isalpha() for letter in sentence) > _LONGEST_POLITE for sentence in sentences):
        return False
    polite = sum(bool(_COURTESY.search(sentence)) for sentence in sentences)
    return bool(sentences) and polite * 2 > len(sentences)


def _repeats(history: list[Said], known: Collection[str]) -> bool:
    """Whether the last exchange is the one before it again, or one speaker said the same three times.

    Who hears something new each time asks on: what was said between must have been the same, too.
    """
    if len(history) >= 4 and history[-2:] == history[-4:-2]:
        return True
    own = [at for at, said in enumerate(history) if said.speaker == history[-1].speaker][-3:]
    if len(own) < 3 or history[-1].text in known:
        return False
    first, second, third = own
    return history[first:second] == history[second:third] and history[second] == history[third]


def _goes_in_rounds(history: list[Said], known: Collection[str]) -> bool:
    """Whether a round of three or more speakers has just been said again, word by word."""
    for length in range(3, _LONGEST_ROUND + 1):
        last = history[-length:]
        if len(history) >= 2 * length and last == history[-2 * length : -length]:
            return any(said.text not in known for said in last)
    return False


def _echoes(history: list[Said], known: Collection[str]) -> bool:
    """Whether who spoke last has said twice in a row only what it had just been told."""
    own = [at for at in range(1, len(history)) if history[at].speaker == history[-1].speaker][-2:]
    return len(own) == 2 and all(_is_echo(history[at - 1], history[at], known) for at in own)


def _is_echo(told: Said, said: Said, known: Collection[str]) -> bool:
    same = told.text == said.text and told.speaker != said.speaker
    return same and len(said.text) >= _LEAST_ECHO and said.text not in known


def _plain(text: str) -> str:
    """Leave out what does not matter for being the same: case, spaces, and marks that belong to no number."""
    return " ".join(_WORDS.findall(" ".join(text.casefold().split()))) or text.strip()
