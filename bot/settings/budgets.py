"""The settings that say how much may be used, and how many calls a model host gets: a section of `bot.config`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.budgets import Allowance, Budgets, RunAllowance
from bot.settings.values import refuse_unknown

EXAMPLE = '{"person": {"runs_at_once": 20, "tokens_a_day": 500000}, "run": {"minutes": 60}}'
"""What the setting looks like in the environment."""
AT_ONCE = 20
"""Runs that one person may have at work where nothing else is set."""
SLOTS = 4
"""Calls that a model host gets at a time where nothing else is set."""


def _amount(value: object) -> object:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{value!r} is no whole number; null lifts this limit")
    if value < 1:
        raise ValueError(
            f"this is {value}, and must be at least 1. null lifts this limit; who may start nothing at all, "
            "permissions say"
        )
    return value


Amount = Annotated[int | None, BeforeValidator(_amount)]


class _Part(BaseModel):
    """What stands under one key; null stands for no limit at all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, value: Any) -> Any:
        if value is None:
            return dict.fromkeys(cls.model_fields)
        if not isinstance(value, dict):
            raise ValueError(f"this must be a mapping, such as {{{next(iter(cls.model_fields))}: 20}}, or null")
        refuse_unknown(value, cls.model_fields, "there is no budget {key}")
        return value


class AllowanceRule(_Part):
    """What one channel or team may use."""

    runs_at_once: Amount = None
    runs_a_day: Amount = None
    tokens_a_day: Amount = None

    def allowance(self) -> Allowance:
        """Return it as the core knows it."""
        return Allowance(**self.model_dump())


class PersonRule(AllowanceRule):
    """What one person may use."""

    runs_at_once: Amount = AT_ONCE


class RunRule(_Part):
    """What one run may use."""

    minutes: Amount = None
    turns: Amount = None


class BudgetRules(_Part):
    """All budgets."""

    person: PersonRule = PersonRule()
    channel: AllowanceRule = AllowanceRule()
    team: AllowanceRule = AllowanceRule()
    run: RunRule = RunRule()


class BudgetSection(BaseSettings):
    """What people, channels, teams and runs may use."""

    model_config = SettingsConfigDict(env_prefix="THREADFAST_", extra="forbid", env_ignore_empty=True, frozen=True)

    budgets: BudgetRules = Field(
        BudgetRules(),
        description="What each `person`, `channel` and `team` may use (`runs_at_once`, `runs_a_day`, `tokens_a_day`), "
        "and each `run` (`minutes` of work, `turns`); `null` lifts a limit ([docs/budgets.md](docs/budgets.md)).",
        json_schema_extra={"shown": f'{{"person": {{"runs_at_once": {AT_ONCE}}}}}'},
    )
    model_slots: int = Field(
        SLOTS,
        ge=0,
        le=10_000,
        description="Calls that a model host is asked at a time; more wait, in turn over people. `0`: no limit. "
        "The embedded model is asked one at a time.",
    )

    @field_validator("budgets", mode="before")
    @classmethod
    def _something(cls, value: Any) -> Any:
        if not value and value != 0:
            raise ValueError(
                "this is empty. Leave it out for the usual limits, or write {person: null} for no limits at all"
            )
        if not isinstance(value, (dict, BudgetRules)):
            raise ValueError("this must be a mapping, such as {person: {runs_at_once: 20}}")
        return value

    def budgets_of(self, *, exempt: frozenset[str] = frozenset()) -> Budgets:
        """Return the limits as the core asks them; `exempt`: adapters whose person is the operator."""
        rules = self.budgets
        return Budgets(
            person=rules.person.allowance(),
            channel=rules.channel.allowance(),
            team=rules.team.allowance(),
            run=RunAllowance(**rules.run.model_dump()),
            exempt=exempt,
        )
