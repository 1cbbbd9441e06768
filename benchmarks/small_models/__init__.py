"""What a small model can do with Threadfast around it, and what with plain `autogen`: forty tasks, side by side.

The tasks (`tasks.py`) are programs with checkable output, arithmetic, extraction, chats of two agents that have to
find their end, the choice of the next speaker, and tool calls. Each is asked once of either side, of the embedded
model of 0.5 billion parameters and, where its file is in the cache already, of the one of 1.5 billion.

The same on both sides: the person's words; the agents with their system messages, descriptions, temperatures and
longest answers, read from the same team files (`teams.py`; `coder` and `panel` are the presets); the seed; the number
of turns or rounds; the tools with their descriptions and schemas; the time that code may take; and the model's server,
which is started with the same file and the same arguments, fresh for each side and asked one thing at a time. Where a
team says nothing, plain autogen asks with the temperature and the longest answer of Threadfast's own client.

What differs is what is compared. Ours (`ours.py`) is a run of the product: store, engine, journal, the rescues of the
team layer as they are by default, code in the sandbox. Theirs (`plain.py`) is a program as AutoGen's documentation
writes it: `initiate_chat`, `"TERMINATE" in content` as the termination message of the proxy, of its partner where the
proxy has a model of its own, and of the group's manager, `LocalCommandLineCodeExecutor`, `register_function`,
`GroupChat` with automatic selection and its own number of retries. The documentation's proxies answer nothing, or
`Reply TERMINATE if the task is done`; each form has a group of tasks, arithmetic and extraction, the same on both
sides. The library asks for answers streamed on our side and whole on theirs; a shell may install nothing on either. A
request that ours makes once more has the next seed, for the same one would be answered the same.

Three things are counted, by the same functions for both sides.

* solved: the outcome is right (`checks.py`): what the last program that succeeded printed, the last answer that an
  agent gave, who spoke first, what a call of the tool returned. A chat of two is solved when the thing was said and the
  chat properly ended.
* properly ended: a termination condition that an agent's words met ended the chat: the word, or another sign that all
  is said, as far as the side knows one. Not: used up turns, rounds or replies, a chat that was stopped because it went
  round, silence, an error, a crash.
* tool called: a call of an offered tool, with arguments that its schema allows, was carried out.

`python -m benchmarks.small_models --help` tells how to ask only some tasks or one model, and to keep the chats.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from agents.models.embedded.catalogue import MODELS, SMALL
from benchmarks.figures import Figure
from benchmarks.small_models.holding import Plan, hold, is_there
from benchmarks.small_models.report import compared, figures
from benchmarks.small_models.tasks import TASKS

SUFFIXES = {SMALL.name: "", "qwen2.5-coder-1.5b": "_1_5b"}
"""The models, and how the names of their figures differ."""


def measure(folder: Path) -> list[Figure]:
    """Return the figures of each model that is there."""
    measured: list[Figure] = []
    for model, suffix in SUFFIXES.items():
        if not is_there(model):
            print(skipped(model), file=sys.stderr)
            continue
        results = asyncio.run(hold(Plan(model=model, tasks=TASKS, folder=folder / model)))
        print(compared(results, model), file=sys.stderr)
        measured += figures(results, suffix)
    return measured


def skipped(model: str) -> str:
    """Say why a model is not asked."""
    return (
        f"{model} is skipped: its file ({MODELS[model].size // 2**20} MiB) is not in the cache; "
        f"`threadfast model fetch {model}` brings it."
    )
