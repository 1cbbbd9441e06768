"""Every implementation of a port, given to the type checker as one; and what the checker does not see."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest

from adapters.console.adapter import ConsoleAdapter
from adapters.console.front import Front
from adapters.console.plain import PlainFront
from adapters.console.terminal import TerminalFront
from adapters.discord.adapter import DiscordAdapter
from adapters.slack.adapter import SlackAdapter
from agents.models.embedded.client import EmbeddedClient
from agents.models.embedded.mirrors import Hub, Mirror, PackageIndex
from agents.models.ollama import OllamaClient
from agents.models.openai_compatible import OpenAICompatible
from agents.models.pool import Models
from agents.models.port import ModelClient
from agents.team import AutogenTeams
from agents.teams.rescues.client import Rescued
from bot import ports
from bot.app import SystemClock
from bot.engine import EmbeddedEngine
from bot.engine.claims import StepClaim
from bot.engine.journal import StepJournal
from bot.engine.preview import StepPreview
from bot.inbox import Inbox
from bot.inbox.pins import Pins
from bot.operating.desk import OperatorDesk
from bot.overview import StoredOverview
from bot.redaction import Redactor
from bot.store.records import SqlRecords
from bot.store.store import SqlStore
from tests.contract.teams import MemoryJournal
from tests.fakes import FakeAdapter, FakeClock
from tests.integration.warm.bot import WatchedJournal, WatchedTeams
from tests.scripted import ScriptedTeams
from tests.unit.durable.rig import Preview, Speaking


def adapters(
    fake: FakeAdapter, console: ConsoleAdapter, slack: SlackAdapter, discord: DiscordAdapter
) -> list[ports.ChatAdapter]:
    return [fake, console, slack, discord]


def decoration(
    fake: FakeAdapter, console: ConsoleAdapter, slack: SlackAdapter, discord: DiscordAdapter
) -> list[ports.Decoration]:
    return [fake, console, slack, discord]


def stores(sql: SqlStore) -> list[ports.Store]:
    return [sql]


def teams(autogen: AutogenTeams, scripted: ScriptedTeams, watched: WatchedTeams) -> list[ports.Teams]:
    return [autogen, scripted, watched]


def engines(embedded: EmbeddedEngine) -> list[ports.Engine]:
    return [embedded]


def desks(desk: OperatorDesk) -> list[ports.ModelDesk]:
    return [desk]


def claims(step: StepClaim) -> list[ports.Claim]:
    return [step]


def pinned(pins: Pins) -> list[ports.PinnedTeams]:
    return [pins]


def journals(step: StepJournal, memory: MemoryJournal, watched: WatchedJournal) -> list[ports.RunJournal]:
    return [step, memory, watched]


def previews(step: StepPreview, kept: Preview) -> list[ports.Preview]:
    return [step, kept]


def inboxes(inbox: Inbox) -> list[ports.Inbox]:
    return [inbox]


def listening(inbox: Inbox) -> list[ports.Listening]:
    return [inbox]


def overviews(stored: StoredOverview) -> list[ports.Overview]:
    return [stored]


def default_teams(stored: StoredOverview) -> list[ports.DefaultTeams]:
    return [stored]


def own_conversations(stored: StoredOverview) -> list[ports.OwnConversations]:
    return [stored]


def refusals(stored: StoredOverview) -> list[ports.Refusals]:
    return [stored]


def redacts(redactor: Redactor) -> list[ports.Redact]:
    return [redactor]


def records(sql: SqlRecords) -> list[ports.Records]:
    return [sql]


def clocks(system: SystemClock, fake: FakeClock) -> list[ports.Clock]:
    return [system, fake]


def models(
    ollama: OllamaClient,
    compatible: OpenAICompatible,
    embedded: EmbeddedClient,
    pool: Models,
    rescued: Rescued,
    speaking: Speaking,
) -> list[ModelClient]:
    return [ollama, compatible, embedded, pool, rescued, speaking]


def fronts(plain: PlainFront, terminal: TerminalFront) -> list[Front]:
    return [plain, terminal]


def mirrors(hub: Hub, index: PackageIndex) -> list[Mirror]:
    return [hub, index]


Given = Callable[..., object]
ALL: list[Given] = [
    *(
        adapters,
        decoration,
        stores,
        teams,
        engines,
        desks,
        claims,
        pinned,
        journals,
        previews,
        inboxes,
        listening,
        overviews,
        default_teams,
        own_conversations,
        refusals,
        redacts,
        records,
        clocks,
        models,
        fronts,
        mirrors,
    )
]


def pairs() -> list[tuple[type, type]]:
    """Return each port with each implementation that a function above takes."""
    found = []
    for given in ALL:
        signature = inspect.signature(given, eval_str=True)
        [port] = signature.return_annotation.__args__
        found += [(port, parameter.annotation) for parameter in signature.parameters.values()]
    return found


def concepts() -> list[tuple[type, type]]:
    """Return the port of each of the records' concepts with the class that the store gives for it."""
    return [(_made(promised), _made(vars(SqlRecords)[name])) for name, promised in properties(ports.Records).items()]


def _made(concept: property) -> type:
    made: type = inspect.signature(concept.fget, eval_str=True).return_annotation  # type: ignore[arg-type] # it has one
    return made


def properties(port: type) -> dict[str, property]:
    return {name: value for name, value in vars(port).items() if isinstance(value, property)}


def methods(port: type) -> dict[str, Callable[..., object]]:
    return {name: value for name, value in vars(port).items() if inspect.isfunction(value) and name[0] != "_"}


@pytest.mark.parametrize(
    ("port", "implementation"),
    [*pairs(), *concepts()],
    ids=[f"{port.__name__}-{made.__name__}" for port, made in [*pairs(), *concepts()]],
)
def test_implementation_has_the_methods_of_its_port_with_their_parameters(port: type, implementation: type) -> None:
    for name, promised in methods(port).items():
        made = getattr(implementation, name)

        assert inspect.iscoroutinefunction(made) == inspect.iscoroutinefunction(promised), name
        assert list(inspect.signature(made).parameters) == list(inspect.signature(promised).parameters), name


@pytest.mark.parametrize(("port", "implementation"), pairs(), ids=lambda found: found.__name__)
def test_implementation_has_the_properties_of_its_port(port: type, implementation: type) -> None:
    assert [name for name in properties(port) if not hasattr(implementation, name)] == []


def test_every_port_has_an_implementation_here() -> None:
    shown = {port for port, _ in [*pairs(), *concepts()]}

    assert {getattr(ports, name) for name in ports.__all__} - shown == set()
