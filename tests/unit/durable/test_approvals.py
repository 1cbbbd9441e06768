from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import pytest

from agents.durable import Policy
from bot.domain import ApprovalPolicy, Attachment, RequestKind, TurnKind, Verdict
from tests.unit.durable.rig import Rig, Speaking, assistant, human
from tests.unit.durable.test_interruptions import CODE, Runs

ALWAYS = ApprovalPolicy.ALWAYS
YES, NO = Verdict.APPROVE, Verdict.REJECT


class Sending:
    """A team with a tool that wants approval and one that does not."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    async def __call__(self) -> Any:
        def send(to: Annotated[str, "to"]) -> str:
            self.ran.append(to)
            return f"sent to {to}"

        async def look(at: Annotated[str, "at"]) -> str:
            self.ran.append(at)
            return f"saw {at}"

        caller, proxy = assistant(), human(human_input_mode="NEVER")
        for tool in (send, look):
            caller.register_for_llm(description="d")(tool)
            proxy.register_for_execution()(tool)
        return await proxy.a_initiate_chat(caller, message="x")


def calling(*calls: tuple[str, dict[str, str]]) -> Rig:
    return Rig(Speaking({"assistant": [list(calls), "TERMINATE"]}), policy=Policy(tools={"send": ALWAYS}))


def results(rig: Rig) -> list[Any]:
    return [message["content"] for message in rig.models.calls[-1].messages if message["role"] == "tool"]


async def test_all_calls_of_a_message_are_approved_before_any_of_its_tools_runs() -> None:
    team, rig = Sending(), calling(("look", {"at": "c"}), ("send", {"to": "a"}), ("send", {"to": "b"}))

    await rig.step(team)

    (request,) = rig.journal.open
    assert team.ran == []
    assert request.kind is RequestKind.APPROVAL
    assert [(item.title, item.content) for item in request.items] == [("send", '{"to": "a"}'), ("send", '{"to": "b"}')]


async def test_calls_are_decided_one_by_one_and_agents_see_who_was_denied() -> None:
    team, rig = Sending(), calling(("send", {"to": "a"}), ("look", {"at": "c"}), ("send", {"to": "b"}))
    await rig.step(team)
    rig.answer(verdicts=(NO, YES), reason="not to a")

    await rig.step(team)

    assert sorted(team.ran) == ["b", "c"]
    assert results(rig) == ["Denied by the human: not to a", "saw c", "sent to b"]


async def test_words_instead_of_decisions_deny_every_call() -> None:
    team, rig = Sending(), calling(("send", {"to": "a"}), ("send", {"to": "b"}))
    await rig.step(team)
    rig.answer("ask me later")

    await rig.step(team)

    assert team.ran == []
    assert results(rig) == ["Denied by the human: ask me later"] * 2


async def test_denied_call_is_a_turn_that_failed() -> None:
    team, rig = Sending(), calling(("send", {"to": "a"}))
    await rig.step(team)
    rig.answer(verdicts=(NO,))

    await rig.step(team)

    (turn,) = [turn for turn in rig.journal.turns.values() if turn.kind is TurnKind.TOOL]
    assert (turn.title, turn.text, turn.ok) == ("send", "Denied by the human.", False)


async def test_calls_that_want_no_approval_ask_nobody() -> None:
    team, rig = Sending(), calling(("look", {"at": "c"}))

    outcome = await rig.step(team)

    assert not outcome.waiting
    assert rig.journal.requests == {}


async def test_more_approvals_than_calls_approve_nothing_else() -> None:
    team = Sending()
    rig = Rig(
        Speaking({"assistant": [[("send", {"to": "a"})], [("send", {"to": "b"})], "TERMINATE"]}),
        policy=Policy(tools={"*": ALWAYS}),
    )
    await rig.step(team)
    rig.answer(verdicts=(YES, YES))

    outcome = await rig.step(team)

    assert outcome.waiting
    assert team.ran == ["a"]


class Computing:
    """A pair whose proxy runs code."""

    def __init__(self) -> None:
        self.runs = Runs()

    async def __call__(self) -> Any:
        proxy = human(human_input_mode="NEVER", code_execution_config={"executor": self.runs})
        return await proxy.a_initiate_chat(assistant(), message="x")


@pytest.mark.parametrize(
    ("text", "verdicts", "reason", "ran", "seen"),
    [
        ("", (YES,), "", ["print(1)"], "exitcode: 0 (execution succeeded)\nCode output: 1"),
        ("", (NO,), "print two", [], "print two"),
        ("", (NO,), "", [], "The code was not run: a person rejected it."),
        ("use another library", (), "", [], "use another library"),
    ],
    ids=["approved", "rejected with a reason", "rejected", "feedback"],
)
async def test_code_runs_only_when_its_exact_bytes_were_approved(
    text: str, verdicts: tuple[Verdict, ...], reason: str, ran: list[str], seen: str
) -> None:
    team, rig = Computing(), Rig(Speaking({"assistant": [CODE, "TERMINATE"]}), policy=Policy(code=ALWAYS))
    await rig.step(team)
    (request,) = rig.journal.open
    rig.answer(text, verdicts=verdicts, reason=reason)

    await rig.step(team)

    assert [(item.kind, item.title, item.content) for item in request.items] == [("code", "python", "print(1)")]
    assert team.runs.ran == ran
    assert rig.models.calls[-1].messages[-1]["content"] == seen


async def test_every_block_of_a_message_must_be_approved() -> None:
    team = Computing()
    rig = Rig(Speaking({"assistant": [f"{CODE}\n{CODE.replace('1', '2')}", "TERMINATE"]}), policy=Policy(code=ALWAYS))
    await rig.step(team)
    rig.answer(verdicts=(YES, NO))

    await rig.step(team)

    assert team.runs.ran == []


async def test_code_that_a_person_changed_runs_as_they_wrote_it_and_the_agents_see_it() -> None:
    team, rig = Computing(), Rig(Speaking({"assistant": [CODE, "And?", "TERMINATE"]}), policy=Policy(code=ALWAYS))
    await rig.step(team)
    rig.answer(verdicts=(YES,), content='print("``" + "`")')

    await rig.step(team)

    assert team.runs.ran == ['print("``" + "`")']
    seen = rig.models.calls[1].messages[-1]["content"]
    assert seen == (
        "A person changed the code before it was run. This ran:\n"
        '```python\nprint("``" + "`")\n```\n'
        "exitcode: 0 (execution succeeded)\nCode output: 1"
    )
    (turn,) = [turn for turn in rig.journal.turns.values() if turn.kind is TurnKind.CODE]
    assert turn.source == 'print("``" + "`")'


async def test_replay_of_changed_code_asks_and_runs_nothing_again() -> None:
    said = {"assistant": [CODE, "Well?", "TERMINATE"]}
    first = Rig(Speaking(said), policy=Policy(code=ALWAYS))
    await first.step(Computing())
    first.answer(verdicts=(YES,), content="print(2)")
    await first.step(Computing())
    again = Rig(Speaking(said), policy=Policy(code=ALWAYS))
    again.journal = first.journal
    team = Computing()

    await again.step(team)

    assert team.runs.ran == []
    assert again.models.calls == []


async def test_code_approved_unchanged_is_told_of_as_ever() -> None:
    team, rig = Computing(), Rig(Speaking({"assistant": [CODE, "TERMINATE"]}), policy=Policy(code=ALWAYS))
    await rig.step(team)
    rig.answer(verdicts=(YES,), content="print(1)")

    await rig.step(team)

    assert rig.models.calls[-1].messages[-1]["content"].startswith("exitcode: 0")


async def test_tool_runs_with_the_arguments_that_a_person_changed_and_the_agents_see_them() -> None:
    team, rig = Sending(), calling(("send", {"to": "a"}))
    await rig.step(team)
    rig.answer(verdicts=(YES,), content='{"to": "b"}')

    await rig.step(team)

    assert team.ran == ["b"]
    assert results(rig) == ['A person changed the arguments before this ran, to: {"to": "b"}\nsent to b']


async def test_changed_arguments_that_are_no_json_run_nothing_and_the_agents_see_why() -> None:
    team, rig = Sending(), calling(("send", {"to": "a"}))
    await rig.step(team)
    rig.answer(verdicts=(YES,), content="to b")

    await rig.step(team)

    assert team.ran == []
    assert "JSON" in results(rig)[0]


async def test_code_that_was_changed_and_then_refused_is_not_told_of_as_run() -> None:
    team, rig = Computing(), Rig(Speaking({"assistant": [CODE, "TERMINATE"]}), policy=Policy(code=ALWAYS))
    await rig.step(team)
    rig.journal.refuses = lambda _: True
    rig.answer(verdicts=(YES,), content="print(2)")

    await rig.step(team)

    assert team.runs.ran == []
    seen = rig.models.calls[-1].messages[-1]["content"]
    assert seen.startswith("exitcode: 126 (execution failed)\nCode output: The code was not run")


@pytest.mark.parametrize(("text", "verdicts"), [("use this", ()), ("", (NO,))], ids=["feedback", "rejection"])
async def test_file_beside_feedback_is_read_and_is_there_for_the_code_that_follows(
    text: str, verdicts: tuple[Verdict, ...]
) -> None:
    team = Computing()
    rig = Rig(Speaking({"assistant": [CODE, CODE.replace("1", "2"), "TERMINATE"]}), policy=Policy(code=ALWAYS))
    await rig.step(team)
    [request] = rig.journal.open
    rig.answer(text, verdicts=verdicts)
    file = Attachment(name="a.csv", media_type="text/csv", data=b"x,y\n1,2")
    rig.journal.answers[request.key] = replace(rig.journal.answers[request.key], attachments=(file,))

    await rig.step(team)

    assert "> x,y\n> 1,2" in rig.models.calls[-1].messages[-1]["content"]
    assert [item.files for item in rig.journal.open[0].items] == [("a.csv",)]


async def test_file_beside_feedback_of_a_version_without_seals_stays_unread() -> None:
    team, rig = Computing(), Rig(Speaking({"assistant": [CODE, "TERMINATE"]}), policy=Policy(code=ALWAYS))
    await rig.step(team)
    [request] = rig.journal.open
    old = tuple(replace(item, seal="") for item in request.items)
    rig.journal.requests[request.key] = replace(request, items=old)
    rig.answer("use this")
    file = Attachment(name="a.csv", media_type="text/csv", data=b"x,y")
    rig.journal.answers[request.key] = replace(rig.journal.answers[request.key], attachments=(file,))

    await rig.step(team)

    assert rig.models.calls[-1].messages[-1]["content"] == "use this"
