"""What a card says of an approval besides its bytes: the box that they run in, and who may decide. Pure.

All of it is read from the request's record. Lists are as long as there is room; what is left out is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from adapters.chat.content.alphabets import mixed_words
from adapters.chat.content.names import one_line, shown_name
from bot.domain import ApprovalItem, ApprovalPolicy, InputRequest
from bot.texts import say

BETWEEN = " · "
"""Stands between the facts of one line."""
SHOWN_DIGEST = 12
"""Characters of a digest that are shown where the whole one is not needed."""
_STARTER, _NOBODY = "starter", "nobody"
_KINDS = (_STARTER, "everyone", "guests", "externals", _NOBODY)
_MOST_WORD = 60
_MOST_NAME = 40
_MIB_IN_GIB = 1024

Named = Callable[[str], str]
"""Shows somebody whom a list names, by a platform's id, led by `group:` or `role:` where it is one of those."""


def box(item: ApprovalItem, language: str, most: int) -> str:
    """Return what the box of a program allows and holds, on one line; empty for a tool, and where nobody recorded it.

    Args:
        item: The record.
        language: Of the card.
        most: Characters for the names of the files.
    """
    limits = list[str]()
    if seconds := item.limits.get("timeout"):
        limits.append(say("card_seconds", language, count=seconds))
    if memory := item.limits.get("memory_mb"):
        limits.append(say("card_memory", language, size=_size(memory)))
    joined = say("card_join", language).join(limits)
    facts = [say("card_box", language, limits=joined)] if limits else []
    if item.files:
        names = [shown_name(name, _MOST_NAME) for name in item.files]
        facts.append(say("card_files", language, names=listed(names, most, language)))
    return BETWEEN.join(facts)


def covers(item: ApprovalItem, language: str) -> str:
    """Return what else an approval of this item covers; empty: nothing."""
    if item.policy is ApprovalPolicy.ONCE_PER_RUN:
        return say("card_covers_run_code" if item.kind == "code" else "card_covers_run_tool", language)
    return say("card_covers_same", language) if item.policy is ApprovalPolicy.ONCE_PER_CODE else ""


def mixed(content: str, most: int, language: str) -> str:
    """Return the remark on words that mix alphabets; empty: there are none.

    Args:
        content: Exactly what would run.
        most: Characters for the words.
        language: Of the card.
    """
    words = [one_line(word, _MOST_WORD) for word in mixed_words(content)]
    return say("card_mixed", language, words=listed(words, most, language)) if words else ""


def who_decides(request: InputRequest, language: str, most: int, named: Named = shown_name) -> str:
    """Return the sentence on who may decide an approval, as its record says; empty where that names nobody.

    Args:
        request: The approval.
        language: Of the card.
        most: Characters for the people whom it names.
        named: Shows one of them.
    """
    who, named_alone = list(request.deciders), request.may_answer
    if request.four_eyes and len(who) > 1:
        who = [one for one in who if one != _STARTER]
    if named_alone and all(one not in _KINDS and ":" not in one for one in who):
        # Both lists are of people: whom both name is all that there is to say.
        who, named_alone = [one for one in who or named_alone if one in named_alone] or [_NOBODY], ()
    if who == [_STARTER] and not named_alone and not request.four_eyes:
        return say("card_starter_decides", language)
    if not who:
        return ""
    text_id = f"card_who_decides{'_named' if named_alone else ''}{'_others' if request.four_eyes else ''}"
    words, alone = (_in_words(each, language, most, named) for each in (who, named_alone))
    return say(text_id, language, who=words, named=alone)


def listed(names: Sequence[str], most: int, language: str) -> str:
    """Return names with commas, as many as there is room for, at least one; the others are counted."""
    shown, left = list[str](), most
    for name in names:
        left -= len(name)
        if shown and left < 0:
            break
        shown.append(name)
    rest = len(names) - len(shown)
    more = [say("card_more", language, count=rest)] if rest else []
    return say("card_join", language).join([*shown, *more])


def _in_words(principals: Iterable[str], language: str, most: int, named: Named) -> str:
    principals = list(principals)
    kinds = [say(f"card_{kind}", language) for kind in _KINDS if kind in principals]
    others = [named(one) for one in principals if one not in _KINDS]
    people = [listed(others, most, language)] if others else []
    return say("card_join", language).join([*kinds, *people])


def _size(mebibytes: int) -> str:
    return f"{mebibytes / _MIB_IN_GIB:.4g} GiB" if mebibytes >= _MIB_IN_GIB else f"{mebibytes} MiB"
