"""Kept messages joined, and a run's record as the next run's opening history. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain import Answer, Event, Json, Opening, OutboxRow, Post, PostKind, Run, Turn, TurnKind, Verdict
from bot.inbox.words import spoken


def joined(events: Sequence[Event]) -> str:
    """Return what several messages say, with their authors when there is more than one."""
    texts = [(event.person, spoken(event.text)) for event in events if event.text.strip()]
    if len({person.id for person, _ in texts}) < 2:
        return "\n".join(text for _, text in texts)
    return "\n".join(f"{person.name}: {text}" for person, text in texts)


def kept_answer(events: Sequence[Event], now: datetime) -> tuple[Answer, Sequence[Event]]:
    """Answer a text request with kept messages; also return those that stay kept.

    `exit` has its meaning only on its own, so it is never joined with what was said before it.
    """
    exits = [place for place, event in enumerate(events) if spoken(event.text) == "exit"]
    end = max(exits[0], 1) if exits else len(events)
    used, left = events[:end], events[end:]
    files = tuple(attachment for event in used for attachment in event.attachments)
    return Answer(text=joined(used), attachments=files, by=used[-1].person, at=now), left


def opening(events: Sequence[Event], history: Iterable[Json]) -> Opening:
    """Return what a run starts from: these messages, after this history."""
    files = tuple(attachment for event in events for attachment in event.attachments)
    return Opening(text=joined(events), attachments=files, history=tuple(history))


def earlier(events: Sequence[Event], limit: int) -> tuple[Json, ...]:
    """Return what people had said in the thread before the bot was called into it, trimmed like a history."""
    said = next((event.earlier for event in events if event.earlier), ())
    entries = [{"name": one.name, "role": "user", "content": one.text.strip()} for one in said if one.text.strip()]
    return _trimmed([_by_its_author(entry) for entry in entries], limit)


def history(previous: Run, rows: Sequence[OutboxRow], limit: int) -> tuple[Json, ...]:
    """Return the conversation's record up to the end of `previous`, trimmed oldest-first to this many characters.

    What came before it stands in its own opening history.
    """
    start = {"name": previous.started_by.name, "role": "user", "content": previous.opening.text}
    entries = [*previous.opening.history, start]
    entries.extend(entry for row in rows if (entry := _entry(row.post)) is not None)
    return _trimmed(_told_apart(entries), limit)


def _told_apart(entries: Sequence[Json]) -> Sequence[Json]:
    """Say in the words themselves who spoke, where several people did: agents are shown people without names."""
    people = {entry["name"] for entry in entries if entry["role"] == "user"}
    return entries if len(people) < 2 else [_by_its_author(entry) for entry in entries]


def _by_its_author(entry: Json) -> Json:
    """Return a person's words with their author before them; an `exit` stays what it is."""
    content = str(entry["content"])
    author = " ".join(str(entry["name"]).split()) + ":"
    known = author == ":" or any(line.startswith(author) for line in content.splitlines())
    if entry["role"] != "user" or spoken(content) == "exit" or known:
        return entry
    return {**entry, "name": "", "content": f"{author} {content}"}


def _trimmed(entries: Sequence[Json], limit: int) -> tuple[Json, ...]:
    kept: list[Json] = []
    for entry in reversed(entries):
        content = str(entry["content"])
        if len(content) > limit:
            if not kept and limit > 0:
                kept.append({**entry, "content": content[-limit:]})
            break
        kept.append(entry)
        limit -= len(content)
    return tuple(reversed(kept))


def _entry(post: Post) -> Json | None:
    if post.turn is not None:
        return _turn(post.turn)
    answered = post.kind in (PostKind.CLOSED, PostKind.NOTICE)
    if not answered or post.request is None or post.request.answer is None or post.request.answer.by is None:
        return None
    content = _answer(post.request.answer)
    return {"name": post.request.answer.by.name, "role": "user", "content": content} if content else None


def _turn(turn: Turn) -> Json | None:
    content = "\n".join(part for part in (turn.source, turn.text) if part)
    if turn.kind is TurnKind.NOTICE or not content:
        return None
    return {"name": turn.agent, "role": "assistant", "content": content}


def _answer(answer: Answer) -> str:
    if answer.text:
        return answer.text
    return "\n".join(
        decision.verdict.value if decision.verdict is Verdict.APPROVE else f"reject {decision.reason}".strip()
        for decision in answer.decisions
    )
