"""Which text files of a message its run's models are quoted: decided by what they take, and journalled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agents.content import Content, Quoting, content_of, longer_texts, text_of, to_quote
from agents.durable.requests import digest
from agents.models.port import ModelCall
from bot.domain import Attachment

if TYPE_CHECKING:
    from agents.durable.run import DurableRun


async def quoting_of(run: DurableRun, attachments: Sequence[Attachment], agent: str = "") -> Quoting:
    """Return which of these are quoted in the message that they came with.

    Models may be given more room later, or less: a replay must tell the agents what they were told.
    """
    readers = run.policy.readers
    if readers is None:
        return Quoting()
    if not longer_texts(attachments):
        return Quoting(places=range(len(attachments)), code=readers.code)

    async def decide() -> dict[str, Any]:
        return {"quoted": to_quote(attachments, await _room(run, readers.models), code=readers.code)}

    request = digest([[file.name, file.media_type, len(file.data)] for file in attachments])
    value = await run.recorder.effect("files", agent, request, decide)
    return Quoting(places=frozenset(value["quoted"]), code=readers.code)


async def heard(run: DurableRun, words: str, attachments: Sequence[Attachment], agent: str) -> Content:
    """Return what a person said, as an agent of theirs passes it on, and keep in mind that a person said it."""
    content = _content(run, words, attachments, await quoting_of(run, attachments, agent))
    run.history.say(text_of(content))
    return content


async def opened(run: DurableRun) -> None:
    """Decide what of the run's first files is quoted, and keep in mind what people have said to begin with."""
    opening = run.run.opening
    run.quoting = await quoting_of(run, opening.attachments)
    run.history.task = text_of(_content(run, opening.text, opening.attachments, run.quoting))
    for said in opening.history:
        if said.get("role") == "user":
            run.history.say(text_of(said.get("content")))
    run.history.say(run.history.task)


def _content(run: DurableRun, words: str, attachments: Sequence[Attachment], quoting: Quoting) -> Content:
    policy = run.policy
    return content_of(words, attachments, sees_images=policy.images, why=policy.why_blind, quoting=quoting)


async def _room(run: DurableRun, models: Sequence[str]) -> float | None:
    """Return what the model takes that takes least; None: nothing is known of any."""
    rooms = [await run.models.room(ModelCall(agent="", model=model, messages=[])) for model in models]
    return min((room.allowed for room in rooms if room is not None), default=None)
