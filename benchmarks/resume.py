"""Interrupt and resume until the next interrupt is durable, against LangGraph's AsyncSqliteSaver, both at FULL."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from pathlib import Path
from typing import Annotated, Any, TypedDict

from benchmarks.bot import ASKING, Bot, Instant, bot, thread, write_team
from benchmarks.figures import Figure, percentile, ratio

HISTORIES = (1, 20, 100)
AROUND = 3
"""How many turns on each side of a history's length are measured in each round."""
ROUNDS = 7
PAUSE = 0.01
"""Seconds of rest before each answer."""

Samples = dict[int, list[float]]


def measure(folder: Path) -> list[Figure]:
    """Return the figures."""
    write_team(folder, ASKING)
    ours, theirs, replayed = asyncio.run(_measure(folder))
    figures = []
    for history in HISTORIES:
        for part in (50, 95):
            peer = percentile(theirs[history], part / 100)
            yardstick = f"LangGraph's p{part}, in ms"
            for name, samples, goal in (("resume", ours, "<= 0.5"), ("resume_replayed", replayed, "")):
                value = percentile(samples[history], part / 100)
                figures.append(
                    ratio(f"{name}_{history}_p{part}", ours=value, theirs=peer, goal=goal, yardstick=yardstick)
                )
    return figures


async def _measure(folder: Path) -> tuple[Samples, Samples, Samples]:
    ours: Samples = defaultdict(list)
    theirs: Samples = defaultdict(list)
    replayed: Samples = defaultdict(list)
    async with bot(folder, Instant()) as subject, _langgraph(folder) as graph:
        for number in range(-1, ROUNDS):
            mine, peer = await _one(subject, number), await graph(number)
            if number >= 0:
                _take(mine, ours)
                _take(peer, theirs)
    for _ in range(ROUNDS):
        await _replayed(folder, replayed)
    return ours, theirs, replayed


def _take(seconds: list[float], into: Samples) -> None:
    for history in HISTORIES:
        into[history] += seconds[max(0, history - AROUND) : history + AROUND]


async def _one(subject: Bot, number: int) -> list[float]:
    """Talk for the longest history and return the seconds of each answer until the next question is durable."""
    await subject.until_asked(thread(f"resume-{number}"), "Begin.")
    seconds = []
    for _ in range(max(HISTORIES) + AROUND):
        # People answer what they were shown, so the step before is over.
        await subject.until_shown(thread(f"resume-{number}"))
        await asyncio.sleep(PAUSE)
        begun = time.perf_counter()
        await subject.until_asked(thread(f"resume-{number}"), "Go on.")
        seconds.append(time.perf_counter() - begun)
    await subject.until_shown(thread(f"resume-{number}"))
    return seconds


async def _replayed(folder: Path, into: Samples) -> None:
    """Answer conversations of each length in a bot that has just begun: nothing is warm."""
    for history in HISTORIES:
        name = f"replayed-{history}-{len(into[history])}"
        async with bot(folder, Instant()) as subject:
            await subject.until_asked(thread(name), "Begin.")
            for _ in range(history):
                await subject.until_asked(thread(name), "Go on.")
        async with bot(folder, Instant()) as subject:
            await subject.until_asked(thread(f"{name}-warming"), "Begin.")
            begun = time.perf_counter()
            await subject.until_asked(thread(name), "Go on.")
            into[history].append(time.perf_counter() - begun)


class _langgraph:  # noqa: N801 - a context manager, used as one
    """The same conversation as a LangGraph graph: a model node and an interrupting human node."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "langgraph.db"

    async def __aenter__(self) -> Any:
        import aiosqlite
        from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
        from langgraph.graph import START, StateGraph
        from langgraph.graph.message import add_messages
        from langgraph.types import Command, interrupt

        # The functional form: the library evaluates annotations where it cannot see this function's names.
        State = TypedDict("State", {"messages": Annotated[list[Any], add_messages]})  # noqa: UP013

        def model(_: Any) -> dict[str, Any]:
            return {"messages": [("ai", "answer " + "lorem ipsum " * 10)]}

        def human(_: Any) -> dict[str, Any]:
            return {"messages": [("human", interrupt("your turn"))]}

        self._connection = await aiosqlite.connect(self._path)
        saver = AsyncSqliteSaver(self._connection)
        await saver.setup()
        await self._connection.execute("pragma synchronous=FULL")
        graph = StateGraph(State)
        graph.add_node("model", model)
        graph.add_node("human", human)
        graph.add_edge(START, "model")
        graph.add_edge("model", "human")
        graph.add_edge("human", "model")
        compiled: Any = graph.compile(checkpointer=saver)

        async def talk(number: int) -> list[float]:
            config = {"configurable": {"thread_id": str(number)}, "recursion_limit": 10_000}
            await compiled.ainvoke({"messages": [("human", "Begin.")]}, config)
            seconds = []
            for _ in range(max(HISTORIES) + AROUND):
                # Both sides rest before each answer: nobody answers in the instant in which they are asked.
                await asyncio.sleep(PAUSE)
                begun = time.perf_counter()
                await compiled.ainvoke(Command(resume="Go on."), config)
                seconds.append(time.perf_counter() - begun)
            return seconds

        return talk

    async def __aexit__(self, *_: object) -> None:
        await self._connection.close()
