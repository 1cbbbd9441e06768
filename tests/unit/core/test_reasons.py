from __future__ import annotations

import pytest

from bot.engine.reasons import reason_of
from bot.errors import DivergedError, ModelFailedError, RetryLaterError, RunFailedError, UnknownTeamError


@pytest.mark.parametrize("kind", [RunFailedError, DivergedError, ModelFailedError, RetryLaterError])
def test_error_that_names_a_sentence_is_told_in_the_language_of_the_run(
    kind: type[RunFailedError | RetryLaterError],
) -> None:
    error = kind("The tool has changed.", text_id="tool_changed", facts={"tool": "sum"})

    assert str(error) == "The tool has changed."
    assert reason_of(error, "en").startswith("its tool sum has changed")
    assert reason_of(error, "zh").startswith("它的工具 sum")


def test_unknown_team_is_told_in_the_language_of_the_run() -> None:
    assert reason_of(UnknownTeamError("x", ["solo"]), "zh") == "没有名为 x 的团队。可用的团队：solo。"


def test_error_without_a_sentence_is_told_in_its_own_words() -> None:
    assert reason_of(ModelFailedError("no such model {x}"), "zh") == "no such model {x}"


@pytest.mark.parametrize("text_id", ["tool_changed", "no_such_sentence"])
def test_sentence_that_cannot_be_composed_does_not_cost_the_reason(text_id: str) -> None:
    assert reason_of(RunFailedError("the reason", text_id=text_id), "en") == "the reason"


def test_unexpected_error_is_named_and_cut() -> None:
    assert reason_of(KeyError("x"), "en") == "KeyError: 'x'"
    assert reason_of(ValueError(), "en") == "ValueError"
    assert len(reason_of(ValueError("x" * 1000), "en")) == 300
