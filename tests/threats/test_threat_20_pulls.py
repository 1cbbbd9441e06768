"""Somebody has the model hosts fetch what they like, fills their disks, or learns a host's password."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Person
from bot.operating.desk import LONGEST_NAME, is_name
from bot.permissions import Action, Permissions, Rule
from tests.integration.chat.noted import audited
from tests.integration.chat.operated import PASSWORD, operated
from tests.integration.chat.operators import ANNA, BO, LETTING, PLACE, desk_of

NAMES = ["qwen2:7b", "hf.co/someone/model-GGUF:Q4_K_M", "registry.example:5000/team/model:1", "m", "a" * LONGEST_NAME]
NONE = ["", "a b", "a//b", "../../etc/passwd", "a/../b", "http://x/y", "x;ls", "a\n", "a\x00", "bіg", "-f", "a" * 201]
"""The last but two has a Cyrillic letter."""

people = st.builds(
    Person,
    id=st.sampled_from(["U2", "nobody", "", "everyone", "operate"]),
    name=st.sampled_from(["Anna", "nobody", "everyone"]),
    bot=st.booleans(),
    guest=st.booleans(),
    external=st.booleans(),
    groups=st.lists(st.sampled_from(["", "S1", "nobody"])).map(tuple),
)


@given(person=people, permissions=st.sampled_from([Permissions(), LETTING, Permissions([Rule(start=("everyone",))])]))
def test_who_is_not_named_operates_nothing_whoever_they_are(person: Person, permissions: Permissions) -> None:
    assert not permissions.may(Action.OPERATE, person, thread=PLACE, team="", starter=None)


@given(st.one_of(st.text(max_size=300), st.text(alphabet="ab.-_:/ \n", max_size=12)))
def test_whatever_is_typed_what_goes_to_a_host_is_a_plain_name(text: str) -> None:
    if is_name(text):
        assert re.fullmatch(r"[A-Za-z0-9_.:/-]{1,200}", text)
        assert not re.search(r"//|::|(^|[/:])[.-]", text)


@pytest.mark.parametrize("name", NAMES)
def test_names_that_hosts_know_are_names(name: str) -> None:
    assert is_name(name)


async def test_names_that_are_none_are_refused_to_operators_and_stand_in_no_log(tmp_path: Path) -> None:
    async with operated(LETTING) as hosts, desk_of(hosts, tmp_path) as desk:
        for name in NONE:
            assert "no model's name" in await desk.admit(ANNA, PLACE, name, "en")
            assert "You may not" in await desk.admit(BO, PLACE, name, "en")

        assert hosts.pulls == []
    assert audited(tmp_path, "pulled") == []
    assert audited(tmp_path, "refused") == [{"what": "operate", "why": "permissions"}]


async def test_who_asked_for_what_is_noted_and_who_was_refused_it(tmp_path: Path) -> None:
    async with operated(LETTING) as hosts, desk_of(hosts, tmp_path) as desk:
        for person in (ANNA, BO):
            for model in ("big:70b", "huge:405b"):
                await desk.admit(person, PLACE, model, "en")

    assert audited(tmp_path, "pulled") == [{"model": "big:70b"}, {"model": "huge:405b"}]
    assert [detail["model"] for detail in audited(tmp_path, "refused")] == ["big:70b", "huge:405b"]


@pytest.mark.parametrize("trouble", ["", "pull_error", "away"])
async def test_password_of_a_host_is_told_nobody(tmp_path: Path, trouble: str) -> None:
    async with operated(LETTING) as hosts, desk_of(hosts, tmp_path) as desk:
        if trouble == "away":
            await hosts.servers["gpu1"].stop()
        elif trouble:
            hosts.servers["gpu1"].fault(trouble)
        said = [await desk.pull("big:70b", language, lambda _: None) for language in ("en", "zh")]
        said += [(await desk.report(ANNA, PLACE, language)).text for language in ("en", "zh")]

    assert not any(PASSWORD in text or "anna" in text for text in said)
