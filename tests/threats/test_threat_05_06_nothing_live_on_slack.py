from __future__ import annotations

from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.slack.rendering.home import home
from adapters.slack.rendering.modals import edit_form, is_editable, notice_form, reject_form, run_here
from adapters.slack.rendering.render import Part, Rendered, preview, render, simpler
from bot.domain import (
    ApprovalItem,
    Attachment,
    ConversationSummary,
    Json,
    PostKind,
    RequestKind,
    RunStatus,
    TeamSummary,
    TurnKind,
)
from tests.slack_server.checks import check_blocks
from tests.unit.slack import made
from tests.unit.slack.nasty import NASTY
from tests.unit.slack.reader import live, live_blocks, live_markup

ANY = st.text(alphabet=st.characters(exclude_categories=[]), max_size=80)
PIECE = st.sampled_from(NASTY) | ANY | st.sampled_from(["\n", "\n\n", "```", "\n- ", "\n> ", "| a |", " ", "[", "]("])
MIXED = st.lists(PIECE, max_size=12).map("".join)
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def shown(*all_rendered: Rendered) -> list[Part]:
    for file in chain.from_iterable(rendered.files for rendered in all_rendered):
        assert live_markup(file.name, links=False) == []
    return [part for rendered in all_rendered for part in rendered.parts]


def turns(text: str) -> list[Part]:
    file = Attachment(name=text or "x", media_type="image/png", data=b"x")
    facts = {"agent": text, "title": text, "source": text, "files": (file,), "cut": True, "demo": True}
    inner = tuple(made.turn(text, kind, **facts) for kind in TurnKind)
    posts = [made.post(turn=each) for each in inner]
    posts += [made.post(turn=made.turn(words, TurnKind.NESTED, agent=text, folded=inner)) for words in ("", text)]
    return shown(*(render(post, bold_name=bold) for post in posts for bold in (False, True)))


def cards(text: str) -> list[Part]:
    code = made.item(text, title=text)
    tool = made.item(text, kind="tool", title=text)
    no = replace(made.NO, reason=text)
    changed = replace(made.YES, content=text)
    asked = [
        made.approval(code, agent=text),
        made.approval(code, tool, code, decided=(None, no, changed)),
        made.approval(*[tool] * 30),
        made.request(RequestKind.CHOICE, choices=(text or "x",) * 3, empty_runs="code"),
        made.request(RequestKind.CHOICE, choices=(text or "x",) * 30),
        made.request(RequestKind.TEXT, empty_runs="model"),
    ]
    closed = [
        made.answered(asked[0], changed),
        made.answered(asked[1], made.YES, no, changed),
        made.answered(asked[2], *[no] * 30),
        made.answered(asked[3], text=text),
    ]
    opened = [render(made.post(PostKind.REQUEST, request=each, text=text)) for each in asked]
    return shown(*opened, *(render(made.post(PostKind.CLOSED, request=each, text=text)) for each in closed))


def others(text: str) -> list[Part]:
    notices = [render(made.post(kind, text=text)) for kind in (PostKind.NOTICE, PostKind.ENDED)]
    return [*shown(*notices), preview(text, text, "en"), preview(text, text, "zh", bold_name=True, demo=True)]


def views(text: str) -> list[Json]:
    code = made.approval(ApprovalItem(kind="code", title=text, content=text[:3000], sha256="0" * 64))
    place = made.THREAD.conversation
    one = ConversationSummary(
        conversation=place, team=text, status=RunStatus.FAILED, waiting=True, title=text, started_at=made.NOW
    )
    team = TeamSummary(name=text or "x", description=text, kind="group", agents=(text,), source=text)
    origin = made.origin()
    return [
        *([edit_form(code, 1, "en")] if is_editable(text) else []),
        reject_form(code, None, "en"),
        run_here([team], origin, text, team=text, language="zh"),
        notice_form(text, "en"),
        home([one, replace(one, waiting=False, started_at=None)], links={place: text}, models=text, language="en"),
    ]


def assert_inert(parts: list[Part]) -> None:
    for part in parts:
        assert live(part.arguments()) == []
        assert live(simpler(part).arguments()) == []
        assert check_blocks(list(part.blocks)) == []
        assert len(part.text) <= 3_000
        str(part.arguments()).encode()


@pytest.mark.parametrize("text", NASTY)
def test_nothing_nasty_that_a_model_writes_is_live(text: str) -> None:
    assert_inert([*turns(text), *cards(text), *others(text)])


@pytest.mark.parametrize("text", NASTY)
def test_nothing_nasty_is_live_in_forms_and_the_home(text: str) -> None:
    for view in views(text):
        assert live_blocks(view["blocks"]) == []
        assert check_blocks(view["blocks"], limit=100) == []
        assert len(view.get("private_metadata", "")) <= 3_000


@SLOW
@given(MIXED)
def test_whatever_an_agent_says_nothing_of_it_is_live(text: str) -> None:
    assert_inert(turns(text))


@SLOW
@given(MIXED)
def test_whatever_is_asked_or_answered_nothing_of_it_is_live(text: str) -> None:
    assert_inert(cards(text))


@SLOW
@given(MIXED)
def test_whatever_the_bot_has_to_say_nothing_of_it_is_live(text: str) -> None:
    assert_inert(others(text))
    assert all(live_blocks(view["blocks"]) == [] for view in views(text))


@settings(SLOW, max_examples=30)
@given(st.lists(st.sampled_from(NASTY), min_size=30, max_size=300).map("\n".join))
def test_long_nasty_texts_become_messages_that_slack_takes(text: str) -> None:
    said = [made.turn(text, kind, title="x", source=text) for kind in (TurnKind.TEXT, TurnKind.TOOL)]
    asked = made.approval(made.item(text), made.item(text, kind="tool"), agent="a")
    posts = [made.post(turn=each) for each in said]
    posts += [made.post(PostKind.REQUEST, request=asked, text="?"), made.post(PostKind.NOTICE, text=text)]
    assert_inert(shown(*(render(post) for post in posts)))
