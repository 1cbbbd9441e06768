from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.rendering.parts import MOST_CONTENT, MOST_FILES, Part, size
from adapters.discord.sending.forms import forms, is_about_name, plain, simpler, without_files
from adapters.discord.web.refusals import DiscordRefusedError, Doing
from bot.domain import Attachment

FILE = Attachment(name="plot.png", media_type="image/png", data=b"x")
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=MOST_CONTENT // 2)


def refused(code: int, reason: str = "", status: int = 400) -> DiscordRefusedError:
    return DiscordRefusedError(Doing.POST, code, reason, status=status)


@given(TEXTS, st.lists(st.just(FILE), max_size=MOST_FILES))
def test_every_form_fits_and_loses_no_words(content: str, files: list[Attachment]) -> None:
    part = Part(content=content, files=tuple(files))

    for form in forms(part, "en", exact=False):
        assert size(form.content) <= MOST_CONTENT
        assert len(form.files) <= MOST_FILES
        written = "".join(file.data.decode() for file in form.files if file.name == "message.txt")
        assert content in form.content or content == written


def test_what_decides_something_has_one_form() -> None:
    part = Part(content="a", files=(FILE,))

    assert forms(part, "en", exact=True) == (part,)


@pytest.mark.parametrize("error", [refused(40005), refused(0, status=413), refused(50013)])
def test_files_are_left_out_where_they_are_not_taken(error: DiscordRefusedError) -> None:
    part = Part(content="a", files=(FILE,))

    assert simpler(part, error, "en") == without_files(part, "en")
    assert simpler(Part(content="a"), error, "en") is None


def test_words_that_are_not_taken_go_into_a_file() -> None:
    part = Part(content="a")

    assert simpler(part, refused(50035), "en") == plain(part)
    assert simpler(part, refused(10008), "en") is None


def test_a_refusal_of_the_name_is_told_from_one_of_the_words() -> None:
    assert is_about_name(refused(50035, 'In username: Username cannot contain "clyde"'))
    assert is_about_name(refused(50035, "In avatar_url: Not a well formed URL."))
    assert not is_about_name(refused(50035, "In content: Must be 2000 or fewer in length."))
