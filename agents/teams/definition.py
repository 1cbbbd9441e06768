"""What a team file can say, as values: the one source of the published JSON schema.

Every field's description is what docs/teams.md and an editor with the schema show.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Scalar = str | int | float | bool
Seconds = Annotated[int, Field(ge=1, le=86_400)]
HumanInputMode = Literal["ALWAYS", "TERMINATE", "NEVER"]
SummaryMethod = Literal["last_msg", "reflection_with_llm"]
Approval = Literal["always", "once_per_run", "once_per_code", "never"]
Kind = Literal["two_agent", "group_chat", "pattern", "sequential"]

RESERVED_TARGETS = ("user", "terminate", "stay", "manager")
"""Words that a handoff can name beside agents."""


class Part(BaseModel):
    """A part of a team file: frozen, and without unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Localized(Part):
    """A text in both languages of the catalogue."""

    en: str = Field(min_length=1, description="The English text.")
    zh: str = Field(min_length=1, description="The Chinese text.")


class Chat(Part):
    """One chat of a sequence, or of an agent's nested chats."""

    recipient: str = Field(description="The agent that is spoken to.")
    sender: str | None = Field(
        default=None,
        description="Who speaks to it; default: the team's `start`, in nested chats the agent they belong to.",
    )
    message: str | None = Field(
        default=None,
        min_length=1,
        description="The first message; default: the person's words, in nested chats the message that set them off.",
    )
    max_turns: int | None = Field(default=None, ge=1, le=2000, description="End the chat after this many turns.")
    summary_method: SummaryMethod = Field(
        default="last_msg",
        description="What the next chat is told of this one: its last message, or a model's summary.",
    )
    carryover: bool = Field(
        default=True, description="Whether the summaries of the chats before are handed to this one."
    )


class Nested(Part):
    """Chats that an agent holds with others before it answers."""

    trigger: list[str] = Field(
        default_factory=list,
        description="Agents whose messages set them off; default: everybody outside these chats.",
    )
    chats: list[Chat] = Field(
        min_length=1, description="The chats, one after the other; the last summary is the answer."
    )


class Handoff(Part):
    """Passing the floor: decided by the model (`when`) or by a context variable (`if`)."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)

    to: str = Field(description="An agent's name, or `user`, `terminate`, `stay` or `manager`.")
    when: str | None = Field(default=None, min_length=1, description="When the model should choose this, in words.")
    if_: str | None = Field(
        default=None, alias="if", min_length=1, description="An expression over the context, such as `${tries} > 2`."
    )


class Agent(Part):
    """One participant."""

    instructions: str = Field(default="", description="The system message: who the agent is and what it does.")
    description: str | None = Field(
        default=None, description="What the others, and the speaker selection, know of it; default: its instructions."
    )
    model: str | None = Field(
        default=None,
        min_length=1,
        description="The alias of its model; default: the team's `model`. A human has none unless this says so.",
    )
    temperature: float | None = Field(default=None, ge=0, le=2, description="The model's temperature.")
    top_p: float | None = Field(default=None, gt=0, le=1, description="The model's top_p.")
    max_tokens: int | None = Field(default=None, ge=1, description="The longest answer, in tokens.")
    tools: list[str] = Field(default_factory=list, description="Names of tools it may call.")
    human: bool = Field(default=False, description="Whether this is the proxy of the people in the thread.")
    human_input_mode: HumanInputMode | None = Field(
        default=None,
        description="When people are asked before it answers: always, when the chat would end, or never. "
        "Default: ALWAYS for a human, NEVER for others.",
    )
    code: bool = Field(default=False, description="Whether it runs the code that others write, in the sandbox.")
    default_auto_reply: str = Field(default="", description="What it says when it has nothing else to say.")
    max_consecutive_auto_reply: int | None = Field(
        default=None,
        ge=0,
        le=2000,
        description="How often it answers in a row without a person; default: 100 for a human, 2000 for others.",
    )
    nested: Nested | None = Field(default=None, description="Chats that it holds with others before it answers.")
    handoffs: list[Handoff] = Field(
        default_factory=list, description="To whom it passes the floor, and when (`pattern`)."
    )
    after_work: str | None = Field(
        default=None, description="Who goes on when it is done and no handoff applied (`pattern`)."
    )


class Code(Part):
    """How the team runs code."""

    enabled: bool = Field(default=True, description="Off: nobody of the team runs code.")
    approval: Approval = Field(
        default="never",
        description="How often a person approves code before it runs: `always`, `once_per_run`, `once_per_code` (once "
        "for the same code with the same files in a run), or `never`.",
    )
    timeout: Seconds = Field(default=60, description="Seconds until a run of code is ended.")
    cpu_seconds: Seconds | None = Field(
        default=None, description="Seconds of processor time for each of its processes; default: as `timeout`."
    )
    memory_mb: int = Field(default=1024, ge=64, le=1_048_576, description="Memory of a run of code, in MiB.")
    processes: int = Field(default=64, ge=8, le=1024, description="Processes and threads of a run of code at a time.")
    disk_mb: int = Field(default=64, ge=1, le=4096, description="Size of the work folder, in MiB; it lies in memory.")
    files: int = Field(default=20, ge=1, le=100, description="Files that are taken out of the work folder at the end.")
    output_kb: int = Field(
        default=256, ge=1, le=4096, description="Output that is kept, in KiB: most from its beginning, some of its end."
    )


class Rescues(Part):
    """What is mended of what small models get wrong; each can be switched off."""

    alternation: bool = Field(
        default=True, description="One system message comes first; then user and assistant speak in turn."
    )
    own_name: bool = Field(default=True, description="An agent's own `name:` before its answer is left out.")
    endless: bool = Field(default=True, description="What an answer says again and again without end, it says once.")
    empty: bool = Field(
        default=True,
        description="An answer without a word is asked for once more at another temperature; then the run fails.",
    )
    tool_calls: bool = Field(default=True, description="Calls of offered tools that stand in the text become real.")
    tool_repair: bool = Field(
        default=True,
        description="Tool calls are checked against the tool's schema. What is plainly meant is put right; else the "
        "model is asked once more with what is wrong.",
    )
    code_labels: bool = Field(
        default=True, description="Code is found and told apart by its content where its fence or label is wrong."
    )
    end_word: bool = Field(
        default=True,
        description="The termination word counts in any case and between any marks; and an answer without code ends "
        "the chat after a run of code that succeeded.",
    )
    early_end: bool = Field(
        default=True,
        description="An agent whose first answer in a chat is nothing but the termination word is asked once more, "
        "without what its instructions say of that word.",
    )
    loops: bool = Field(default=True, description="A chat that only goes round is ended, and the thread is told why.")
    speakers: bool = Field(default=True, description="The next speaker is found in whatever words name it.")
    constrained_speakers: bool = Field(
        default=True,
        description="The speaker selection can answer with nothing but a name, where the model's server can do that.",
    )


class Team(Part):
    """A team: one or more agents and the rule of who speaks next."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,40}$", description="The team's name, as people type it.")
    description: str | Localized = Field(default="", description="What it is for: a text, or `en` and `zh`.")
    kind: Kind = Field(description="Who speaks next: two agents in turn, a group, handoffs, or one chat after another.")
    model: str = Field(default="chat", min_length=1, description="The alias of the model for agents that name none.")
    agents: dict[str, Agent] = Field(min_length=2, description="The participants by name.")
    start: str | None = Field(
        default=None, description="The human that brings in the person's words; default: the only human."
    )
    recipient: str | None = Field(
        default=None,
        description="Who takes the words up (`two_agent`, `pattern`); default: the first agent that is not human.",
    )
    termination: str = Field(
        default="TERMINATE",
        min_length=1,
        max_length=40,
        description="The word that ends a chat, as an agent's last word.",
    )
    max_turns: int | None = Field(
        default=None, ge=1, le=2000, description="End the chat after this many turns (`two_agent`)."
    )
    max_rounds: int = Field(default=24, ge=2, le=2000, description="End the group after this many messages.")
    speaker_selection: str = Field(
        default="auto",
        pattern=r"^(auto|round_robin|random|manual|custom:[a-z][a-z0-9_]*)$",
        description="Who speaks next in a `group_chat`: `auto`, `round_robin`, `random`, `manual` or `custom:NAME`.",
    )
    allow_repeat_speaker: bool = Field(
        default=True, description="Whether an agent may speak twice in a row (`group_chat`)."
    )
    introductions: bool = Field(
        default=False, description="Whether the agents are introduced to each other (`group_chat`)."
    )
    pattern: Literal["default", "auto", "round_robin", "random", "manual"] = Field(
        default="default", description="Who goes on when no handoff applies (`pattern`)."
    )
    after_work: str | None = Field(
        default=None, description="Who goes on when an agent is done and names nobody (`pattern: default`)."
    )
    context: dict[str, Scalar] = Field(
        default_factory=dict, description="The context variables at the start (`pattern`)."
    )
    chats: list[Chat] = Field(default_factory=list, description="The chats of a `sequential` team, in order.")
    summary_method: SummaryMethod = Field(
        default="last_msg", description="What the run's summary is: the last message, or a model's summary."
    )
    code: Code = Field(default_factory=Code, description="How code is run.")
    approve_tools: list[str] | dict[str, Approval] = Field(
        default_factory=list,
        description="Tools whose calls a person approves first; `*`: all of them. Or how often, by tool: `always`, "
        "`once_per_run`, `once_per_code` (once for the same arguments in a run) or `never`; `*`: all others. What is "
        "not named: `always` for tools of installed packages, `never` for Threadfast's own.",
    )
    expiry_days: int = Field(default=30, ge=1, le=3650, description="Days until an unanswered question expires.")
    may_answer: list[str] = Field(
        default_factory=list,
        description="Ids of the persons who alone may answer; default: whoever the permissions let.",
    )
    model_timeout: Seconds = Field(default=3600, description="Seconds until a model's answer is given up.")
    history_chars: int = Field(
        default=24_000, ge=0, le=1_000_000, description="How much of earlier runs a new run is told, in characters."
    )
    history: Literal["compact", "trim"] = Field(
        default="compact",
        description="What becomes of old turns that no longer fit a model's context: `compact` has the model sum them "
        "up, `trim` leaves them out.",
    )
    names: Literal["auto", "prefix", "drop", "keep"] = Field(
        default="auto",
        description="How a model learns who said what: `prefix` writes `name: ` before each message, `drop` leaves it "
        "out, `keep` sends the `name` field; `auto` prefixes where more than one other speaks.",
    )
    images: bool = Field(default=False, description="Whether the team's models see images.")
    rescues: Rescues = Field(
        default_factory=Rescues, description="What is mended of what small models get wrong; all of it by default."
    )
