from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.teams.harness import Teams
from tests.model_server import ModelServer, Scripts

PRIMES = """Here it is.
```python
print(*[n for n in range(2, 30) if all(n % d for d in range(2, n))])
```
"""
PRIMES_TASK = "开发一个python程序计算30以内的质数，然后 user_proxy agent 执行这个程序"


def last_of(messages: list[dict[str, object]]) -> str:
    return str(messages[-1]["content"])


SCRIPTS: Scripts = {
    "chat": {
        "_any": ["A plan of 5 days.", "A cheaper plan."],
        "_selector": ["planner", "researcher", "critic", "person"],
    },
    "code": {"_selector": [PRIMES, "TERMINATE"]},
}


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer(SCRIPTS) as running:
        yield running


@pytest.fixture
def teams(tmp_path: Path, server: ModelServer) -> Teams:
    return Teams(tmp_path, server.base_url)


async def test_coder_shows_its_program_runs_it_and_ends(teams: Teams) -> None:
    talk = await teams.talk("coder", PRIMES_TASK)

    assert not talk.outcome.waiting
    assert [agent for agent, _ in talk.said] == ["coder", "user_proxy", "coder"]
    assert "2 3 5 7 11 13 17 19 23 29" in talk.said[1][1]
    assert talk.said[2][1] == "TERMINATE"


async def test_reviewed_coder_runs_nothing_before_a_person_approves(teams: Teams) -> None:
    talk = await teams.talk("coder-reviewed", PRIMES_TASK)

    assert talk.outcome.waiting
    assert [agent for agent, _ in talk.said] == ["coder"]
    assert "range(2, 30)" in talk.journal.open[0].items[0].content


async def test_reviewed_coder_runs_the_program_once_it_is_approved(teams: Teams) -> None:
    talk = await teams.talk("coder-reviewed", PRIMES_TASK, "approve")

    assert not talk.outcome.waiting
    assert "2 3 5 7 11 13 17 19 23 29" in talk.said[1][1]


async def test_solo_answers_and_waits_until_the_person_exits(teams: Teams, server: ModelServer) -> None:
    talk = await teams.talk("solo", "做一个从哈尔滨去北京旅游5天的计划", "cheaper please", "exit")

    assert not talk.outcome.waiting
    assert talk.asked == ["user", "user"]
    assert server.chats[0].body["messages"][-1]["content"] == "做一个从哈尔滨去北京旅游5天的计划"


async def test_solo_shows_what_is_being_said_while_it_is_said(teams: Teams) -> None:
    talk = await teams.talk("solo", "plan a trip")

    assert "".join(text for _, text in talk.deltas) == talk.said[0][1]
