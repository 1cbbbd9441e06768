"""The settings that say who may do what, and where: a section of `bot.config`, which reads them.

What is left out means the defaults; what is there and empty is refused, for it reads as `nobody` and is meant as
`everybody` by whoever forgot to fill it in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.permissions import NOBODY, STARTER, Action, Permissions, Rule, of_bots_alone, unapprovable
from bot.settings.ids import (
    channel_id,
    is_bot,
    platform_of_channel,
    platform_of_principal,
    platform_of_workspace,
    principal,
    workspace_id,
)
from bot.settings.values import nearest, refuse_unknown

EXAMPLE = '[{"channel": "C0123ABCD", "start": ["U0123ABCD", "group:S0123ABCD"]}]'
"""What the setting looks like in the environment."""
LISTENED_TO = ("slack_allowed_bots", "discord_allowed_bots")
"""Settings that name bots, which are read before this section."""
NOTHING = (
    "this is empty, which would let nobody do it. Leave the line out for what holds otherwise, write [everyone] for "
    f"all members, or [{NOBODY}] if that is meant"
)


def _text(value: object) -> object:
    """Discord's ids may stand as numbers in the file."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _filled(value: object) -> object:
    if value is None or value == "":
        raise ValueError("this is empty; leave the line out for a rule that holds everywhere")
    return value


Filled = Annotated[str, BeforeValidator(_filled)]
PlaceId = Annotated[Filled, BeforeValidator(_text)]


class PermissionRule(BaseModel):
    """One rule as it is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    adapter: Annotated[Literal["", "slack", "discord"], BeforeValidator(_filled)] = ""
    workspace: PlaceId = ""
    channel: PlaceId = ""
    team: Filled = ""
    start: tuple[str, ...] | None = None
    answer: tuple[str, ...] | None = None
    approve: tuple[str, ...] | None = None
    stop: tuple[str, ...] | None = None
    operate: tuple[str, ...] | None = None
    four_eyes: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, value: object) -> object:
        if not isinstance(value, dict):
            raise ValueError("a rule is a mapping, such as {channel: C0123ABCD, start: [everyone]}")
        refuse_unknown(value, cls.model_fields, "a rule has no key {key}")
        if not any(key in value for key in (*Action, "four_eyes")):
            raise ValueError(f"this rule says nothing; let it say who may {', '.join(Action)}, or four_eyes")
        return value

    @field_validator(*Action, mode="before")
    @classmethod
    def _principals(cls, value: object) -> object:
        if value is None or value == "" or value in ([], (), {}):
            raise ValueError(NOTHING)
        if not isinstance(value, (list, tuple)):
            raise ValueError(f"this must be a list, such as [{value if isinstance(value, str) else 'everyone'}]")
        return tuple(principal(_text(one)) for one in value)

    @field_validator("four_eyes", mode="before")
    @classmethod
    def _said(cls, value: object) -> object:
        if not isinstance(value, bool):
            raise ValueError("this must be true or false")
        return value

    @field_validator("workspace")
    @classmethod
    def _workspace(cls, value: str) -> str:
        return workspace_id(value)

    @field_validator("channel")
    @classmethod
    def _channel(cls, value: str) -> str:
        return channel_id(value)

    @model_validator(mode="after")
    def _operated_by_somebody(self) -> Self:
        """Refuse a rule about the hosts that is about one team, or about who started a run."""
        if self.operate is not None and self.team:
            raise ValueError("operate is about the hosts, which all teams share: write it into a rule without a team")
        if self.operate is not None and STARTER in self.operate:
            raise ValueError(f"operate is about no run, so {STARTER} is nobody there. Name people, groups or roles")
        return self

    @model_validator(mode="after")
    def _of_one_platform(self) -> Self:
        """Refuse a rule that can never hold, or names somebody who can never be there."""
        named = {f"{kind} {value}": of for kind, value, of in self._platforms() if of}
        if len(set(named.values())) > 1:
            told = ", ".join(f"{what} is {of.capitalize()}'s" for what, of in named.items())
            raise ValueError(f"this rule never fits: {told}. Write a rule for each platform")
        return self

    def _platforms(self) -> list[tuple[str, str, str]]:
        found = [
            ("adapter", self.adapter, self.adapter),
            ("workspace", self.workspace, platform_of_workspace(self.workspace)),
            ("channel", self.channel, platform_of_channel(self.channel)),
        ]
        if not any(of for *_, of in found):
            return []
        lists = (said for action in Action if (said := self.rule().says(action)))
        return [*found, *(("", one, platform_of_principal(one)) for said in lists for one in said)]

    def rule(self) -> Rule:
        """Return the rule as the core knows it."""
        return Rule(**self.model_dump())


class PermissionSection(BaseSettings):
    """Who may start, answer, approve, stop and operate."""

    model_config = SettingsConfigDict(env_prefix="THREADFAST_", extra="forbid", env_ignore_empty=True, frozen=True)

    permissions: tuple[PermissionRule, ...] = Field(
        (),
        description="Who may start, answer, approve, stop and operate, and where: a list of rules, the last that fits "
        "counts ([docs/permissions.md](docs/permissions.md)); without any, members start, answer and stop, who started "
        "a run approves, and nobody operates.",
        json_schema_extra={"shown": " "},
    )

    @field_validator("permissions", mode="before")
    @classmethod
    def _some(cls, value: object) -> object:
        if not isinstance(value, (list, tuple)):
            raise ValueError("this must be a list of rules, such as [{start: [everyone]}]; leave it out for none")
        if isinstance(value, list) and not value:
            raise ValueError(
                "this list is empty. Leave it out: then members start, answer and stop, and who started a run "
                f"approves; or close everything: [{{start: [{NOBODY}]}}]"
            )
        return value

    @field_validator("permissions")
    @classmethod
    def _somebody_approves(cls, value: tuple[PermissionRule, ...], info: ValidationInfo) -> tuple[PermissionRule, ...]:
        rules = [each.rule() for each in value]
        bots = _bots(rules, info.data)
        if (wrong := of_bots_alone(rules, bots)) is not None:
            raise ValueError(
                f"entry {rules.index(wrong) + 1}: approve names only bots, and a bot never approves. Name people, "
                f"groups or roles, or write [{NOBODY}] if that is meant"
            )
        found = unapprovable(rules, bots)
        if found is not None:
            asking, alone = (rules.index(rule) + 1 for rule in found)
            where = f"entry {asking} asks for four_eyes and " if asking != alone else f"entry {alone}: with four_eyes, "
            raise ValueError(
                f"{where}{f'entry {alone} lets only' if asking != alone else 'approve lets only'} the starter approve, "
                f"so nobody could. Name others in approve beside {STARTER}, or leave it out: then every member but "
                "the starter may"
            )
        return value

    def permissions_of(self, *, exempt: frozenset[str] = frozenset()) -> Permissions:
        """Return the rules as the core asks them; `exempt`: adapters whose person is the operator."""
        return Permissions([each.rule() for each in self.permissions], exempt=exempt)

    def permissions_lack(self, teams: Collection[str]) -> str | None:
        """Say which team a rule names that is none of these: it would never hold; None: there is none."""
        for at, rule in enumerate(self.permissions, 1):
            if rule.team and rule.team not in teams:
                near = nearest(rule.team, teams)
                meant = f"did you mean {near}?" if near else f"there are {', '.join(sorted(teams))}."
                return f"permissions, entry {at}: there is no team {rule.team!r}; {meant}"
        return None


def _bots(rules: Sequence[Rule], settings: Mapping[str, Any]) -> frozenset[str]:
    """Return the ids in the rules that are known to be of bots: by their form, or as those that are listened to."""
    heard = frozenset[str]().union(*(settings.get(name, ()) for name in LISTENED_TO))
    named = {one for rule in rules for one in rule.approve or ()}
    return frozenset(one for one in named if one in heard or is_bot(one))
