"""Input requests as posts: the card, what is decided so far, and the closed card. Pure."""

from __future__ import annotations

from bot.domain import (
    Answer,
    InputRequest,
    Post,
    PostKind,
    RequestKind,
    RequestStatus,
    ThreadRef,
    Verdict,
)
from bot.texts import say

_ASK_TEXT = {
    "code": "ask_text_code",
    "tools": "ask_text_tools",
    "model": "ask_text_model",
    "end": "ask_text_end",
}
_EMPTY_ANSWERS = {
    "code": "closed_ran_code",
    "tools": "closed_ran_tools",
    "model": "closed_model_replies",
    "end": "closed_ended",
}


def card_key(request: InputRequest) -> str:
    """Return the key of the request's card: what later posts about it replace."""
    return f"{request.run}/request/{request.key}"


def card_post(request: InputRequest, language: str) -> Post:
    """Show an open request."""
    return _post(request, card_key(request), PostKind.REQUEST, question(request, language), language)


def decided_post(request: InputRequest, language: str) -> Post:
    """Show on the card what is decided so far."""
    decided = sum(decision is not None for decision in request.decided)
    text = say("decided_some", language, decided=decided, count=len(request.items))
    return _post(request, f"{request.run}/decided/{request.key}/{decided}", PostKind.REQUEST, text, language)


def closed_post(request: InputRequest, language: str) -> Post:
    """Show on the card how it ended and who decided."""
    key = f"{request.run}/closed/{request.key}"
    return _post(request, key, PostKind.CLOSED, ending(request, language), language)


def question(request: InputRequest, language: str) -> str:
    """Compose the question's own line: what is waited for and what decides it."""
    if request.kind is RequestKind.CHOICE:
        text_id = "ask_choice" if request.speaker else "ask_next_speaker"
        return say(text_id, language, agent=request.speaker, count=len(request.choices))
    if request.kind is RequestKind.APPROVAL:
        return _approval(request, language)
    text_id = _ASK_TEXT.get(request.empty_runs, "ask_text")
    return say(text_id, language, agent=request.speaker)


def _approval(request: InputRequest, language: str) -> str:
    if len(request.items) > 1:
        return say("ask_items", language, agent=request.agent, count=len(request.items))
    kind = "ask_code" if takes_feedback(request) else "ask_tool"
    return say(kind, language, agent=request.agent)


def takes_feedback(request: InputRequest) -> bool:
    """Say whether other text is feedback instead of running: so for code, never where a tool is asked for."""
    return all(item.kind == "code" for item in request.items)


def ending(request: InputRequest, language: str) -> str:
    """Compose how a request ended."""
    if request.status is RequestStatus.EXPIRED:
        return say("closed_expired", language)
    answer = request.answer
    if request.status is not RequestStatus.ANSWERED or answer is None or answer.by is None:
        return say("closed_cancelled", language)
    if request.kind is not RequestKind.APPROVAL:
        return say(_answered(request, answer), language, name=answer.by.name)
    if not answer.decisions:
        return say("closed_exit" if answer.text == "exit" else "closed_feedback", language, name=answer.by.name)
    approved = sum(decision.verdict is Verdict.APPROVE for decision in answer.decisions)
    edited = sum(decision.content is not None for decision in answer.decisions)
    counts = {"approved": approved, "edited": edited, "rejected": len(answer.decisions) - approved}
    return say(_verdicts(**counts), language, name=answer.by.name, **counts)


def _answered(request: InputRequest, answer: Answer) -> str:
    """Name the sentence about an answer: where a button gave it, no message in the thread shows what it was."""
    if request.kind is RequestKind.TEXT and answer.text == "exit":
        return "closed_ended"
    empty = request.kind is RequestKind.TEXT and not answer.text and not answer.attachments
    return _EMPTY_ANSWERS.get(request.empty_runs, "closed_answered") if empty else "closed_answered"


def _verdicts(*, approved: int, edited: int, rejected: int) -> str:
    if approved and rejected:
        return "closed_mixed_edited" if edited else "closed_mixed"
    if approved:
        return "closed_edited" if edited else "closed_approved"
    return "closed_rejected"


def _post(request: InputRequest, key: str, kind: PostKind, text: str, language: str) -> Post:
    return Post(
        key=key,
        kind=kind,
        thread=ThreadRef.parse(request.conversation),
        language=language,
        run=request.run,
        request=request,
        text=text,
    )
