from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models.port import ModelAnswer, ModelCall
from agents.teams.definition import Rescues
from agents.teams.ending import Rules
from agents.teams.rescues.endings import says_end
from agents.teams.rescues.former import said_end
from agents.teams.rescues.noticing import Noticing

WORD = "TERMINATE"


@pytest.mark.parametrize(
    "text",
    [
        "terminate",
        "Terminate.",
        "TERMINATE!!!",
        "TERMINATE。",
        "TERMINATE！",
        "【TERMINATE】",
        "「TERMINATE」",
        "《TERMINATE》",
        "“TERMINATE”",
        "'TERMINATE'",
        "**TERMINATE**",
        "__TERMINATE__",
        "`TERMINATE`",
        "<TERMINATE>",
        "[TERMINATE]",
        "({TERMINATE})",
        "## TERMINATE",
        "- TERMINATE",
        "1. TERMINATE",
        "> TERMINATE",
        "TERMINATE ✅",
        "TERMINATE<|im_end|>",
        "TERMINATE</s>",
        "The sum is 10. TERMINATE",
        "The sum is 10. Terminate.",
        "The sum is 10! terminate",
        "The sum is 10 (checked). terminate.",
        "I am done and say Terminate",
        "任务完成：terminate",
        "任务完成。**Terminate**。",
        'The code is right. I reply "TERMINATE".',
        "TERMINATE.\n```python\nprint(1)\n```",
        "```python\nprint(1)\n```\n\nTERMINATE.",
        "TERMINATE\n\nThank you for asking!",
        "The sum is 10.\n\n**Terminate**\n\nThe task is complete. Let me know if you need more!",
        "TERMINATE\n\nBest regards,\nYour Coder",
        "TERMINATE\n\nIs there anything else I can help you with?",
        "TERMINATE\n\nThe task is done. I hope this helps!",
        "TERMINATE\n---\n✅",
        "TERMINATE\nTERMINATE\nTERMINATE",
        "The sum is 10.\nterminate",
        "- I added them up.\n- I checked the sum.\n- TERMINATE",
        "- 把数加起来了。\n- TERMINATE",
        "> Add them up.\n\nThe sum is 10.\n\nTERMINATE",
    ],
)
def test_word_ends_the_chat_in_any_case_and_between_any_marks(text: str) -> None:
    assert says_end(text, WORD)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "```python\nprint('TERMINATE')\n```",
        "```\nTERMINATE\n```",
        "~~~\nTERMINATE\n~~~",
        "Write `print('TERMINATE')`",
        "print('TERMINATE')",
        'word = "TERMINATE"',
        "The loop will terminate.",
        "Do not TERMINATE",
        "I will not yet TERMINATE.",
        "还有错误，先不 TERMINATE",
        "TERMINATED",
        "X_TERMINATE",
        "TERMINATE is the word that I will say.",
        "> TERMINATE\nYou wrote that, but the sum is wrong.",
        "What does this say?\n\nFile a.txt:\n> The end.\n> TERMINATE",
        "- TERMINATE\n- CONTINUE",
        "Choose:\n1. CONTINUE\n2. TERMINATE",
        "选择：\n- 继续\n- TERMINATE",
        "| terminate |\n| start |",
        "| word |\n|---|\n| TERMINATE |",
        "Keyword:\nterminate\nMeaning: to end",
        "terminate\n\nLet me know if you need more.",
        'He said: "terminate"',
        "他说：“terminate”",
        "**TERMINATE**\nWait, I made an error; here is the fix: 5",
        "TERMINATE\n\nThe task is not complete.",
        "TERMINATE\n\nThank you. The third number is wrong, though.",
        "Say TERMINATE when you are done, and I will look.",
    ],
)
def test_word_in_code_in_a_sentence_or_after_a_not_ends_nothing(text: str) -> None:
    assert not says_end(text, WORD)


@pytest.mark.parametrize(
    ("text", "word", "over"),
    [
        ("All right. [DONE]", "[DONE]", True),
        ("[done]", "[DONE]", True),
        ("I am DONE", "[DONE]", False),
        ("The end ###", "###", True),
        ("质数已经算出，完成。", "完成", True),
        ("还没有完成任务", "完成", False),
        ("Over and out", "Over and out", True),
    ],
)
def test_word_of_a_team_may_be_any(text: str, word: str, over: bool) -> None:
    assert says_end(text, word) is over


@given(st.text(max_size=40), st.sampled_from(["", " ", ".", "!", "。", "**"]))
def test_word_on_a_line_of_its_own_after_whatever_was_said_ends_the_chat(text: str, mark: str) -> None:
    said = text.replace("`", "").replace("~", "")

    assert says_end(f"{said}\n{mark}{WORD}{mark}", WORD)


def test_runs_that_began_before_end_as_they_did() -> None:
    before, now = Rules(word="[DONE]", former=True), Rules(word="[DONE]")

    assert (before.says_end("All right. [DONE]"), now.says_end("All right. [DONE]")) == (False, True)
    assert said_end("print('TERMINATE')", WORD)


def test_team_without_this_rescue_needs_the_very_word_at_the_end() -> None:
    rules = Rules(word=WORD, rescues=Rescues(end_word=False))

    assert rules.says_end("Done. TERMINATE\n")
    assert not rules.says_end("Done. terminate")
    assert not rules.says_end("TERMINATE.")


RAN = "exitcode: 0 (execution succeeded)\nCode output: 10"


def noticed(said: str, *, before: str = "Add up.", runs_code: bool = True, **switched: bool) -> list[str]:
    noticing = Noticing(rules=Rules(word=WORD, rescues=Rescues(**switched)), runs_code=runs_code)
    call = ModelCall(agent="coder", model="m", messages=[{"role": "user", "content": before}])
    return list(noticing(ModelAnswer(content=said), call))


def test_what_the_chat_will_mend_of_an_answer_is_named() -> None:
    assert noticed("Done. terminate.") == ["end_word"]
    assert noticed("The output is 10.", before=RAN) == ["end_word"]
    assert noticed("```\nprint(1)\n```\nterminate") == ["code_labels"]


def test_nothing_is_named_of_a_good_answer() -> None:
    assert noticed("Done. TERMINATE") == []
    assert noticed("```python\nprint(1)\n```") == []
    assert noticed("Shall I go on?", before=RAN) == []
    assert noticed("```\nprint(1)\n```", runs_code=False) == []
    assert noticed("Done. terminate.", end_word=False) == []
