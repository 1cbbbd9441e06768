"""Who may start, answer, approve and stop, and where: the rules, and what they say. Pure.

The last rule that fits a place and says something about an action counts, as in a CODEOWNERS file. Where none speaks,
members start, answer and stop, the starter of a run approves what it runs, and nobody operates. A list names people so:

word        | who it lets in
------------|---------------------------------------------------------------------------------------------
`everyone`  | members of the workspace, and bots that are let in: no guests, nobody of another organisation
`guests`    | guests of the workspace
`externals` | people of other organisations
`starter`   | who started the run, whoever it is; where a bot did, members approve in its stead
`nobody`    | nobody; so does an empty list, which the settings refuse, for it is more often a slip than a wish
`group:ID`  | the members of a Slack user group, no guests
`role:ID`   | the members with a Discord role, no externals
an id       | the person whom the platform knows by it

A bot never approves, whatever a list says.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, partial

from bot.domain import Person, ThreadRef

EVERYONE, GUESTS, EXTERNALS, STARTER, NOBODY = "everyone", "guests", "externals", "starter", "nobody"
WORDS = frozenset({EVERYONE, GUESTS, EXTERNALS, STARTER, NOBODY})
GROUP, ROLE = "group:", "role:"
"""What an id of a Slack user group, and of a Discord role, is led by."""
PLACES = ("adapter", "workspace", "channel", "team")
"""What a rule may name to say where it holds."""
_PLACES_KNOWN = 1024


class Action(StrEnum):
    """What a rule can speak about."""

    START = "start"
    ANSWER = "answer"
    APPROVE = "approve"
    STOP = "stop"
    """Ending a run, and silencing the bot in a thread."""
    OPERATE = "operate"
    """Having a model pulled: of the hosts, whichever the team."""


DEFAULTS = {
    Action.START: (EVERYONE,),
    Action.ANSWER: (EVERYONE,),
    Action.APPROVE: (STARTER,),
    Action.STOP: (EVERYONE,),
    Action.OPERATE: (NOBODY,),
}
"""What holds where no rule speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Where it holds (empty: everywhere), and what it says there (None: nothing)."""

    adapter: str = ""
    workspace: str = ""
    channel: str = ""
    team: str = ""
    start: tuple[str, ...] | None = None
    answer: tuple[str, ...] | None = None
    approve: tuple[str, ...] | None = None
    stop: tuple[str, ...] | None = None
    operate: tuple[str, ...] | None = None
    four_eyes: bool | None = None
    """Whether whose words began a run may not approve what it runs."""

    def says(self, action: Action) -> tuple[str, ...] | None:
        """Return whom it lets do this; None: it does not say."""
        found: tuple[str, ...] | None = getattr(self, action.value)
        return found

    def holds(self, place: Rule) -> bool:
        """Say whether it holds where another rule holds."""
        return all(getattr(self, name) in ("", getattr(place, name)) for name in PLACES)


class Permissions:
    """The rules of all places."""

    def __init__(self, rules: Sequence[Rule] = (), *, exempt: frozenset[str] = frozenset()) -> None:
        """Take the rules in their order.

        Args:
            rules: Later ones win.
            exempt: Adapters whose person is the operator: there everything is allowed.
        """
        self._rules = tuple(rules)
        # Asked several times about each event; what holds somewhere never changes while the process runs.
        self._holding = lru_cache(maxsize=_PLACES_KNOWN)(partial(_holding, self._rules))
        self._exempt = exempt

    def may(
        self,
        action: Action,
        person: Person,
        *,
        thread: ThreadRef,
        team: str,
        starter: str | None,
        named: tuple[str, ...] = (),
        by_bot: bool = False,
    ) -> bool:
        """Say whether a person may do this here.

        Args:
            action: What.
            person: Who.
            thread: Where.
            team: The team that it is about.
            starter: The id of who started the run, if there is one.
            named: Whom the team itself names as those who answer it.
            by_bot: Whether the starter is a bot, which approves nothing.
        """
        if action is Action.APPROVE and (
            person.bot or (person.id == starter and self.four_eyes(thread=thread, team=team))
        ):
            return False
        return thread.adapter in self._exempt or fits(
            self.allowed(action, thread=thread, team=team, named=named, by_bot=by_bot), person, starter
        )

    def allowed(
        self, action: Action, *, thread: ThreadRef, team: str, named: tuple[str, ...] = (), by_bot: bool = False
    ) -> tuple[str, ...]:
        """Return who may do this here, as a list names people; it is never empty. `named`, `by_bot`: see `may`."""
        if action is Action.APPROVE:
            return self.deciders(thread=thread, team=team, named=named, by_bot=by_bot)
        if thread.adapter in self._exempt:
            return (EVERYONE,)
        said = _said(self._holding(place := _place(thread, team)), place, action)
        return DEFAULTS[action] if said is None else said or (NOBODY,)

    def deciders(
        self, *, thread: ThreadRef, team: str, named: tuple[str, ...] = (), by_bot: bool = False
    ) -> tuple[str, ...]:
        """Return who may approve here, as a list names people; it is never empty.

        Where no rule says, whom the team names (`named`) decide; where it names nobody, the starter. Where a bot
        started the run (`by_bot`), members decide in place of the starter: nobody could otherwise.
        """
        if thread.adapter in self._exempt:
            return (EVERYONE,)
        found = _deciders(self._holding(place := _place(thread, team)), place, named)
        return tuple(dict.fromkeys(EVERYONE if one == STARTER else one for one in found)) if by_bot else found

    def four_eyes(self, *, thread: ThreadRef, team: str) -> bool:
        """Say whether somebody else than the starter must approve here."""
        place = _place(thread, team)
        return thread.adapter not in self._exempt and _four_eyes(self._holding(place), place)

    def groups(self) -> frozenset[str]:
        """Return the ids of the Slack user groups that rules name: nobody needs to be looked up in others."""
        lists = (said for rule in self._rules for action in Action if (said := rule.says(action)))
        return frozenset(one.removeprefix(GROUP) for said in lists for one in said if one.startswith(GROUP))


def fits(principals: Collection[str], person: Person, starter: str | None) -> bool:
    """Say whether a list lets a person in; `starter` is the id of who started the run, if there is one."""
    if person.id in principals and person.id not in WORDS:
        return True
    if STARTER in principals and person.id == starter:
        return True
    if person.bot:
        return EVERYONE in principals
    return _fits_kind(principals, person)


def _fits_kind(principals: Collection[str], person: Person) -> bool:
    if person.guest or person.external:
        return (person.guest and GUESTS in principals) or (person.external and EXTERNALS in principals)
    named = (prefix + group for group in person.groups for prefix in (GROUP, ROLE))
    return EVERYONE in principals or any(name in principals for name in named)


def unapprovable(rules: Sequence[Rule], bots: Collection[str] = ()) -> tuple[Rule, Rule] | None:
    """Return two rules that leave nobody to approve somewhere: one asks for four eyes, one names the starter alone.

    Where two rules count at a place, they count wherever both hold and nothing more is known of the place: so the
    places that such pairs describe are all there are to try. `bots`: ids in the rules that are known to be of bots.
    """
    asking = [rule for rule in rules if rule.four_eyes]
    alone = [rule for rule in rules if rule.approve and _people(rule.approve, bots) == {STARTER}]
    for one, other in itertools.product(asking, alone):
        place = _meeting(one, other)
        if place and _four_eyes(rules, place) and _people(_deciders(rules, place), bots) == {STARTER}:
            return one, other
    return None


def of_bots_alone(rules: Sequence[Rule], bots: Collection[str]) -> Rule | None:
    """Return the first rule that lets only bots approve, which never do; None: there is none."""
    found = (rule for rule in rules if rule.approve and not _people(rule.approve, bots))
    return next((rule for rule in found if set(rule.says(Action.APPROVE) or ()) != {NOBODY}), None)


def _people(principals: Collection[str], bots: Collection[str]) -> set[str]:
    """Return whom a list lets approve."""
    return set(principals) - {NOBODY} - set(bots)


def _meeting(one: Rule, other: Rule) -> Rule | None:
    """Return the place where both hold; None: there is none."""
    pairs = {name: (getattr(one, name), getattr(other, name)) for name in PLACES}
    if any(a and b and a != b for a, b in pairs.values()):
        return None
    return Rule(**{name: a or b for name, (a, b) in pairs.items()})


def _place(thread: ThreadRef, team: str) -> Rule:
    return Rule(adapter=thread.adapter, workspace=thread.workspace, channel=thread.channel, team=team)


def _holding(rules: Sequence[Rule], place: Rule) -> tuple[Rule, ...]:
    """Return the rules that hold at a place: the only ones that can say anything about it."""
    return tuple(rule for rule in rules if rule.holds(place))


def _said(rules: Sequence[Rule], place: Rule, action: Action) -> tuple[str, ...] | None:
    fitting = (rule.says(action) for rule in reversed(rules) if rule.holds(place))
    return next((said for said in fitting if said is not None), None)


def _four_eyes(rules: Sequence[Rule], place: Rule) -> bool:
    fitting = (rule.four_eyes for rule in reversed(rules) if rule.holds(place))
    return next((said for said in fitting if said is not None), False)


def _deciders(rules: Sequence[Rule], place: Rule, named: tuple[str, ...] = ()) -> tuple[str, ...]:
    said = _said(rules, place, Action.APPROVE)
    if said is None:
        return named or ((EVERYONE,) if _four_eyes(rules, place) else DEFAULTS[Action.APPROVE])
    return said or (NOBODY,)
