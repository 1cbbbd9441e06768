"""Turns, notices and ends as posts. Keys are unique for ever, so a replay shows nothing twice. Pure."""

from __future__ import annotations

from bot.domain import InputRequest, Post, PostKind, Run, RunId, RunStatus, ThreadRef, Turn
from bot.texts import say

_END = {
    RunStatus.COMPLETED: "run_completed_because",
    RunStatus.FAILED: "run_failed",
    RunStatus.CANCELLED: "run_cancelled",
}

_OTHERS = frozenset({"request", "decided", "closed", "kept", "notice", "end"})
"""What the keys of a run's other posts begin with; a chat path of that name is only recorded, never shown, twice."""


def turn_post(run: Run, turn: Turn) -> Post:
    """Show a turn, once per run, chat path and number."""
    return Post(
        key=f"{run.id}/{turn.path}/{turn.n}",
        kind=PostKind.TURN,
        thread=ThreadRef.parse(run.conversation),
        language=run.language,
        run=run.id,
        turn=turn,
    )


def turn_of(run: RunId, key: str) -> tuple[str, int] | None:
    """Read a turn's chat path and number back from its post's key; None for the key of another post."""
    kind, _, rest = key.removeprefix(f"{run}/").partition("/")
    path, _, number = key.removeprefix(f"{run}/").rpartition("/")
    if kind in _OTHERS or not rest or not number.isdecimal():
        return None
    return path, int(number)


def notice_post(thread: ThreadRef, delivery: str, text: str, language: str) -> Post:
    """Show the bot's own words about an event, once per delivery."""
    return Post(key=f"{thread}/notice/{delivery}", kind=PostKind.NOTICE, thread=thread, language=language, text=text)


def run_notice_post(run: Run, text_id: str, text: str) -> Post:
    """Show the bot's own words about a run, once per run and sentence."""
    return Post(
        key=f"{run.id}/notice/{text_id}",
        kind=PostKind.NOTICE,
        thread=ThreadRef.parse(run.conversation),
        language=run.language,
        run=run.id,
        text=text,
    )


def unshown_post(run: Run, post: Post, error: str) -> Post:
    """Say that a turn of a run could not be shown, once per turn."""
    key = post.key.removeprefix(f"{run.id}/")
    agent = post.turn.agent if post.turn is not None else ""
    return run_notice_post(run, f"unshown/{key}", say("turn_not_shown", run.language, agent=agent, error=error))


def kept_post(run: Run, request: InputRequest) -> Post:
    """Say that kept messages answered a question; `request` carries the answer for later histories."""
    return Post(
        key=f"{run.id}/kept/{request.key}",
        kind=PostKind.NOTICE,
        thread=ThreadRef.parse(run.conversation),
        language=run.language,
        run=run.id,
        request=request,
        text=say("kept_used", run.language, agent=request.agent),
    )


def end_post(run: Run, status: RunStatus, reason: str = "", missing: str = "") -> Post:
    """Show a run's end with its status, its stop reason, and the model that it lacked."""
    text_id = _END[status] if reason else "run_completed"
    return Post(
        key=f"{run.id}/end",
        kind=PostKind.ENDED,
        thread=ThreadRef.parse(run.conversation),
        language=run.language,
        run=run.id,
        text=say(text_id, run.language, reason=reason),
        status=status,
        missing=missing,
        starter=run.started_by,
    )
