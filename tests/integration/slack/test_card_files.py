"""What a card cannot show whole is attached whole: exactly the bytes that would run, and once."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain import InputRequest, Post, PostKind
from tests.integration.slack.sending import Sending, sending
from tests.unit.slack.made import NO, YES, answered, approval, item

LONG = "".join(f"print({number})\n" for number in range(2000))
PROGRAMS = {
    "plain": LONG,
    "no line end": LONG.rstrip("\n"),
    "other line ends": LONG.replace("\n", "\r\n") + "\r",
    "hidden": LONG + "x = '\u200b\u202e\x00\ufeff'  # 中文 👩‍💻",
    "half a character": LONG + "\ud800",
    "blanks": "\ufeff \n" + LONG + "\n\n \t\n",
}


@pytest.fixture
async def s() -> AsyncIterator[Sending]:
    async with sending() as made:
        yield made


def opened(s: Sending, asked: InputRequest) -> Post:
    return s.post(PostKind.REQUEST, text="Run it?", request=asked)


def closed(s: Sending, asked: InputRequest) -> Post:
    return s.post(PostKind.CLOSED, text="Decided.", request=asked)


def attached(s: Sending) -> list[bytes]:
    """Return the bytes of the files that the thread shows, in order."""
    return [file.content or b"" for shown in s.thread for file in shown.message.files]


def as_run(program: str) -> bytes:
    return program.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
async def test_attached_program_is_exactly_what_would_run(s: Sending, program: str) -> None:
    await s.deliver(opened(s, approval(item(program))))

    [data] = attached(s)
    assert data == as_run(program)
    assert hashlib.sha256(data).hexdigest() in s.thread[0].text


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
async def test_attached_program_stays_after_the_card_was_updated(s: Sending, program: str) -> None:
    asked = approval(item(program), item("print(1)"))
    card = await s.deliver(opened(s, asked))

    await s.deliver(opened(s, replace(asked, decided=(YES, None))), update=card)
    await s.deliver(closed(s, answered(asked, YES, NO)), update=card)

    [data] = attached(s)
    assert data == as_run(program)
    assert hashlib.sha256(data).hexdigest() in s.thread[0].text
    assert s.thread.buttons == []


@pytest.mark.parametrize("changed", PROGRAMS.values(), ids=PROGRAMS)
async def test_what_a_person_wrote_instead_is_attached_when_the_card_names_it(s: Sending, changed: str) -> None:
    asked = approval(item("print(1)"), item("print(2)"))
    card = await s.deliver(opened(s, asked))
    wrote = replace(YES, content=changed)

    await s.deliver(opened(s, replace(asked, decided=(wrote, None))), update=card)

    [data] = attached(s)
    assert data == as_run(changed)
    [name] = s.thread[-1].files
    assert name in s.thread[0].text
    assert hashlib.sha256(data).hexdigest() in s.thread[0].text


async def test_every_text_that_people_wrote_is_attached_once_however_often_the_card_changes(s: Sending) -> None:
    asked = approval(item("print(1)"), item("print(2)"), item("print(3)"))
    first, second = replace(YES, content=LONG), replace(YES, content=LONG + "pass\n")
    card = await s.deliver(opened(s, asked))

    await s.deliver(opened(s, replace(asked, decided=(first, None, None))), update=card)
    await s.restart()
    await s.deliver(opened(s, replace(asked, decided=(first, second, None))), update=card)
    await s.deliver(closed(s, answered(asked, first, second, NO)), update=card)

    assert attached(s) == [as_run(LONG), as_run(LONG + "pass\n")]


@pytest.mark.parametrize("kind", ["drop", "accept_then_drop", "ratelimited"])
@pytest.mark.parametrize(
    "method",
    ["conversations.replies", "files.getUploadURLExternal", "upload", "chat.update", "files.completeUploadExternal"],
)
async def test_changed_program_is_attached_once_whatever_breaks_off(s: Sending, method: str, kind: str) -> None:
    asked = approval(item("print(1)"))
    card = await s.deliver(opened(s, asked))
    s.slack.fault(kind, method=method, times=2)

    await s.deliver(closed(s, answered(asked, replace(YES, content=LONG))), update=card)

    assert attached(s) == [as_run(LONG)]
    assert len(s.thread) == 2


async def test_file_of_somebody_else_under_the_same_name_hides_no_program(s: Sending) -> None:
    asked = approval(item("print(1)"))
    card = await s.deliver(opened(s, asked))
    name = f"code-1-{hashlib.sha256(as_run(LONG)).hexdigest()[:8]}.py"
    await s.anna.says(s.channel, "look", thread=s.root, files=[(name, b"print('harmless')")])

    await s.deliver(closed(s, answered(asked, replace(YES, content=LONG))), update=card)

    assert attached(s)[-1] == as_run(LONG)
    assert s.thread[-1].files == (name,)


async def test_program_is_attached_where_the_thread_may_not_be_read(s: Sending) -> None:
    asked = approval(item("print(1)"))
    card = await s.deliver(opened(s, asked))
    s.workspace.bot.scopes -= {"channels:history"}

    await s.deliver(closed(s, answered(asked, replace(YES, content=LONG))), update=card)

    assert attached(s) == [as_run(LONG)]
