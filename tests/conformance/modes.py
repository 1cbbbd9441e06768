"""The ways in which a program is run, and what must be the same each time."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.conformance.case import Json, Program
from tests.conformance.compare import (
    Log,
    asked_again,
    difference,
    effects_differ,
    settled,
    settled_events,
    settled_turns,
)
from tests.conformance.world import Place, World

UNTIL_DONE = 10_000
POINTS = ("before_commit", "after_commit", "code", "tool")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a run left."""

    report: Json
    files: dict[str, str]
    log: Log
    processes: int
    kills: int


@dataclass
class Tally:
    """What was tried with a program, and what differed."""

    program: str
    tried: dict[str, int] = field(default_factory=dict)
    """How many runs there were, by mode."""
    kills: dict[str, int] = field(default_factory=dict)
    """How many kills there were, by point."""
    wrong: list[str] = field(default_factory=list)

    def count(self, mode: str) -> None:
        """Count a run."""
        self.tried[mode] = self.tried.get(mode, 0) + 1

    def killed(self, point: str, times: int = 1) -> None:
        """Count kills."""
        self.kills[point] = self.kills.get(point, 0) + times


class Trial:
    """One program against its reference."""

    def __init__(self, world: World, program: Program) -> None:
        self.world = world
        self.program = program
        self.tally = Tally(program.name)
        self._references: dict[str, Account] = {}
        self.straight = self._straight()

    def _account(self, place: Place, report: Json | None) -> Account:
        assert report is not None, "the last process of a run is never killed"
        assert not report.get("waiting"), "the run ends"
        account = Account(
            report=report,
            files=place.files,
            log=self.world.server.log,
            processes=place.processes,
            kills=place.kills,
        )
        place.forget()
        return account

    def _straight(self) -> Account:
        """Run durably in one process, warm between the answers: what every interrupted run must amount to."""
        self.world.server.control()
        place = self.world.place(self.program)
        return self._account(place, place.start("durable", answers=UNTIL_DONE, warm=True))

    def _reference(self, report: Json) -> Account:
        """Return plain AutoGen with the same chances and interruptions; of approvals it knows nothing."""
        if not self.program.stock and not report["interrupted"]:
            return self.straight
        same = {"chosen": report["chosen"], "interrupted": report["interrupted"]}
        known = str(same)
        if known not in self._references:
            self.world.server.control()
            place = self.world.place(self.program)
            self._references[known] = self._account(place, place.start("plain", **same))
        return self._references[known]

    def _compare(self, mode: str, account: Account) -> None:
        self.tally.count(mode)
        if self.program.stock or not account.report["interrupted"]:
            self._compare_with(self._reference(account.report), mode, account)
        if not account.report["interrupted"] and account.report["chosen"] == self.straight.report["chosen"]:
            turns = settled_turns(self.straight.report["turns"]), settled_turns(account.report["turns"])
            self._note(mode, "turns", difference(*turns))

    def _compare_with(self, reference: Account, mode: str, account: Account) -> None:
        program, first, second = self.program, reference.report, account.report
        outcomes = settled(program, first["outcome"]), settled(program, second["outcome"])
        self._note(mode, "outcome", difference(*outcomes))
        events = settled_events(program, first["events"]), settled_events(program, second["events"])
        self._note(mode, "events", difference(*events))
        asked = asked_again(reference.log, account.log, kills=account.kills, width=program.width)
        self._note(mode, "model requests", asked)
        if not second["interrupted"]:
            self._note(mode, "files", difference(self._files(reference), self._files(account)))
        else:
            self._note(mode, "files", effects_differ(reference.files, account.files, len(second["interrupted"])))

    def _files(self, account: Account) -> Json:
        """Return the files; what effects side by side leave has no order."""
        return {name: sorted(text.splitlines()) for name, text in account.files.items()}

    def _note(self, mode: str, what: str, found: str) -> None:
        if found:
            self.tally.wrong.append(f"{self.program.name}: {mode}: {what}: {found}")

    def one_process(self) -> None:
        """Compare an uninterrupted durable run with plain AutoGen."""
        self._compare("a", self.straight)

    def paused(self, seed: int = 0, **control: object) -> None:
        """Go on in another interpreter after every answer."""
        self.world.server.control(**control)
        place = self.world.place(self.program)
        report = place.start("durable", seed=seed)
        while report is not None and report["waiting"]:
            many = self.program.at_once
            report = place.start("durable", answers=many, seed=seed, warm=many > 1)
        self._compare("d" if control else "b", self._account(place, report))

    def shuffled(self, seed: int) -> None:
        """Pause at every question, with models of random latency."""
        self.paused(seed, shuffle_seed=seed, shuffle_max=0.03)

    def killed_in_request(self, number: int) -> None:
        """Kill the process while the model is asked the n-th time, from 0."""
        self.world.server.control(hang_on=number)
        place = self.world.place(self.program)
        report = place.start("durable", answers=UNTIL_DONE, warm=True, kill_at_request=number)
        self._go_on(place, report, f"request {number}", "model")

    def killed_at(self, point: str, number: int) -> None:
        """Kill the process at the n-th passing of a point, from 1."""
        self.world.server.control()
        place = self.world.place(self.program)
        report = place.start("durable", answers=UNTIL_DONE, warm=True, death=[point, number])
        self._go_on(place, report, f"{point} {number}", point)

    def _go_on(self, place: Place, report: Json | None, where: str, point: str) -> None:
        if report is None:
            report = place.start("durable", answers=UNTIL_DONE, warm=True)
            self.tally.killed(point)
        elif not self.program.chance and not point.endswith("commit"):
            # Effects side by side share commits as they happen to end: there may be fewer than the last time.
            self._note("c", where, "the process was not killed")
        self._compare(f"c ({where})", self._account(place, report))

    def killed_at_every_commit(self) -> None:
        """Kill each process at the first commit that it makes: now before, now after."""
        self.world.server.control()
        place = self.world.place(self.program)
        report, before = None, True
        while report is None:
            point = "before_commit" if before else "after_commit"
            report = place.start("durable", answers=UNTIL_DONE, death=[point, 1])
            before = not before
        self.tally.killed("every commit", place.kills)
        self._compare("c (every commit)", self._account(place, report))

    @property
    def points(self) -> list[tuple[str, int]]:
        """Every point at which the straight run can be killed."""
        passed = {**self.straight.report["passed"], "model": len(self.straight.log)}
        every = self.program.every
        return [(point, n) for point, times in sorted(passed.items()) for n in range(1, times + 1, every)]

    def killed(self, point: str, number: int) -> None:
        """Kill the process at a point."""
        if point == "model":
            self.killed_in_request(number - 1)
        else:
            self.killed_at(point, number)
