"""A run whose model is on no host: it says so, and how the model is had."""

from __future__ import annotations

import json

import pytest

from tests.integration.terminal.threadfast import Threadfast

pytestmark = pytest.mark.timeout(200)


@pytest.mark.parametrize(
    ("language", "model", "sentence", "offer"),
    [
        ("en", "absent:7b", "The model 'absent:7b' is on no model host: ", "This has it pulled: "),
        ("zh", "absent:8b", "没有模型主机拥有模型 'absent:8b'：", "这样拉取它："),
    ],
)
def test_run_says_what_is_missing_and_how_it_is_pulled(
    threadfast: Threadfast, language: str, model: str, sentence: str, offer: str
) -> None:
    threadfast.settings["THREADFAST_MODELS"] = json.dumps({"chat": model})
    threadfast.settings["THREADFAST_LANGUAGE"] = language

    failed = threadfast.run("chat", "--say", "hello")
    pulled = threadfast.run("model", "pull", "chat")

    assert failed.returncode == 1
    assert sentence in failed.stderr
    assert failed.stderr.splitlines()[-1] == f"{offer}threadfast model pull {model}"
    assert (pulled.returncode, pulled.stdout.split(":")[0]) == (0, "chat is there")


def test_models_are_told_of_between_two_questions(threadfast: Threadfast) -> None:
    done = threadfast.run("chat", stdin="/models\n/help\n")

    assert "In its memory" in done.stderr or "no model in its memory" in done.stderr
    assert "/models says how the model hosts are" in done.stderr
