from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import (
    ApprovalItem,
    Attachment,
    InputRequest,
    Post,
    PostKind,
    RequestId,
    RequestKind,
    RequestStatus,
    RunId,
    Turn,
    TurnKind,
)
from bot.errors import UnseenError
from bot.outbox.redacting import LARGE, RedactingAdapter, cleaned
from bot.redaction import REDACTED, Redactor
from tests.fakes import START, FakeAdapter, Thread

SECRET = "t0p-secret/key+1234567890"
REDACTOR = Redactor([SECRET])
THREAD = Thread().ref


def post(kind: PostKind = PostKind.TURN, **facts: object) -> Post:
    return Post(key="run/1", kind=kind, thread=THREAD, language="en", **facts)  # type: ignore[arg-type]


def turn(text: str, **facts: object) -> Turn:
    return Turn(path="chat", n=1, kind=TurnKind.TEXT, agent="ada", text=text, **facts)  # type: ignore[arg-type]


def file(data: bytes, name: str = "a.txt") -> Attachment:
    return Attachment(name=name, media_type="text/plain", data=data)


def card(*contents: str, **facts: object) -> Post:
    items = tuple(ApprovalItem(kind="code", title="x", content=text, sha256="0" * 64) for text in contents)
    request = InputRequest(
        id=RequestId("r"), run=RunId("run"), conversation=THREAD.conversation, key="k", kind=RequestKind.APPROVAL,
        agent="box", prompt="?", opened_at=START, expires_at=START, items=items,
    )  # fmt: skip
    return post(PostKind.REQUEST, text="Run it?", request=replace(request, **facts))  # type: ignore[arg-type]


class Fronts:
    """An adapter behind the wrapper, and what it was handed."""

    def __init__(self) -> None:
        self.fake = FakeAdapter()
        self.adapter = RedactingAdapter(self.fake, REDACTOR)

    @property
    def shown(self) -> Post:
        [shown] = self.fake.shown.values()
        return shown

    def previewed(self) -> str:
        return "".join(text for _, _, text in self.fake.previews)


@pytest.fixture
def fronts() -> Fronts:
    return Fronts()


async def test_turn_is_shown_without_secrets_wherever_they_stand(fronts: Fronts) -> None:
    inner = turn(SECRET, files=(file(SECRET.encode(), f"{SECRET}.txt"),))
    said = turn(f"a {SECRET}", title=SECRET, source=SECRET, folded=(inner,), files=(file(b"\xff" + SECRET.encode()),))

    await fronts.adapter.post(post(turn=said))

    assert SECRET not in repr(fronts.shown)
    assert fronts.shown.turn is not None
    assert fronts.shown.turn.text == f"a {REDACTED}"
    assert fronts.shown.turn.folded[0].files[0].name == f"{REDACTED}.txt"


async def test_large_file_is_shown_without_secrets(fronts: Fronts) -> None:
    await fronts.adapter.post(post(turn=turn("", files=(file(b"x " * LARGE + SECRET.encode()),))))

    assert SECRET not in repr(fronts.shown)


def test_post_without_secrets_stays_the_very_same() -> None:
    plain = post(turn=turn("words", files=(file(b"data"),)))

    assert cleaned(plain, REDACTOR) is plain


async def test_what_would_be_rendered_ahead_with_a_secret_is_not(fronts: Fronts) -> None:
    fronts.adapter.prepare(post(turn=turn(SECRET)))
    fronts.adapter.prepare(post(turn=turn("words")))

    assert [each.turn.text for each in fronts.fake.prepared if each.turn is not None] == ["words"]


async def test_open_card_with_a_secret_names_the_items_that_nobody_can_see(fronts: Fronts) -> None:
    with pytest.raises(UnseenError) as caught:
        await fronts.adapter.post(card("print(1)", f"print('{SECRET}')"))

    assert caught.value.items == (2,)
    assert fronts.fake.shown == {}


async def test_card_is_shown_once_it_says_which_items_nobody_can_see(fronts: Fronts) -> None:
    await fronts.adapter.post(card("print(1)", f"print('{SECRET}')", unseen=(2,)))

    assert fronts.shown.request is not None
    assert [item.content for item in fronts.shown.request.items] == ["print(1)", f"print('{REDACTED}')"]


async def test_closed_card_with_a_secret_is_shown_without_it(fronts: Fronts) -> None:
    await fronts.adapter.post(card(SECRET, status=RequestStatus.CANCELLED))

    assert SECRET not in repr(fronts.shown)


@given(sizes=st.lists(st.integers(min_value=1, max_value=9), min_size=1, max_size=30), text=st.text(max_size=20))
def test_secret_in_pieces_never_appears_in_a_preview(sizes: list[int], text: str) -> None:
    fronts, whole, at = Fronts(), f"{text} it is {SECRET}, and so on, {SECRET[:5]} {text} end.", 0

    for size in [*sizes, len(whole)]:
        if at < len(whole):
            fronts.adapter.preview(THREAD, "chat", "ada", whole[at : at + size])
        at += size

    shown = fronts.previewed()
    assert SECRET[:8] not in shown
    assert shown.replace("[redacted]", "").startswith(text[: max(0, len(text) - 2)])
    assert "" not in [said for _, _, said in fronts.fake.previews]


def test_pieces_of_several_speakers_are_kept_apart(fronts: Fronts) -> None:
    for at in range(0, len(SECRET), 4):
        fronts.adapter.preview(THREAD, "chat", "ada", SECRET[at : at + 4])
        fronts.adapter.preview(THREAD, "chat.1", "bo", "words ")

    fronts.adapter.preview(THREAD, "chat", "ada", " that was it")

    assert "".join(text for path, _, text in fronts.fake.previews if path == "chat").endswith("that was it")
    assert SECRET[:8] not in fronts.previewed()


@pytest.mark.parametrize("first", [2, 15])
@pytest.mark.parametrize("between", [" " * 1200, "\u2066" * 5000, "\n"])
def test_secret_that_goes_on_far_away_stays_out_of_a_preview(fronts: Fronts, first: int, between: str) -> None:
    for text in (SECRET[:first], between, SECRET[first:], " that was it"):
        fronts.adapter.preview(THREAD, "chat", "ada", text)

    assert SECRET[first:] not in fronts.previewed()
    assert fronts.previewed().endswith(" that was it")


def test_next_speaker_begins_anew_and_an_end_is_handed_on(fronts: Fronts) -> None:
    fronts.adapter.preview(THREAD, "chat", "ada", f"so {SECRET[:9]}")
    fronts.adapter.preview(THREAD, "chat", "bo", "other words")
    fronts.adapter.preview(THREAD, "chat", "bo", "")

    assert fronts.fake.previews == [("chat", "ada", "so "), ("chat", "bo", "other words"), ("chat", "bo", "")]


async def test_post_that_was_prepared_clean_is_looked_through_once() -> None:
    looked: list[str] = []

    class Noting(Redactor):
        def text(self, text: str) -> str:
            looked.append(text)
            return super().text(text)

    adapter, said = RedactingAdapter(FakeAdapter(), Noting([SECRET])), post(turn=turn("hello"))
    adapter.prepare(said)
    before = len(looked)
    await adapter.post(said)
    prepared = len(looked)
    await adapter.post(replace(said, turn=turn(SECRET)))

    assert (before, prepared) == (1, 1)
    assert len(looked) > prepared


@given(st.lists(st.text(max_size=30), max_size=6), st.integers(0, 6), st.booleans())
def test_texts_are_looked_through_together_as_each_by_itself(texts: list[str], at: int, holds: bool) -> None:
    parts = [*texts[:at], f"a {SECRET} b" if holds else "a b", *texts[at:]]
    folded = tuple(turn(text) for text in parts)

    clean = cleaned(post(turn=turn("x", folded=folded)), REDACTOR)

    assert clean.turn is not None
    assert [each.text for each in clean.turn.folded] == [REDACTOR.text(text) for text in parts]
