"""Every error of Threadfast, split by what the caller does next.

ThreadfastError
├── RefusedToStartError        tell the operator and exit: settings, store, versions
│   ├── SettingsError          a setting is missing or wrong
│   ├── StoreInUseError        another engine works on this database
│   ├── StoreVersionError      the database is from a newer Threadfast
│   ├── StoreCorruptError      the file is damaged or not a database
│   └── SeamsUnprovenError     this version of the agent library has no conformance run
├── StoreError                 the operation did not happen, nothing was acknowledged
│   ├── StoreFullError         wait for room, then try again
│   └── StoreReadOnlyError     mend the permissions, then try again
├── FencedError                drop the step: another one owns the conversation now
├── NotApprovedError           do not run it: nobody approved exactly this
├── RetryLaterError            try the same step again after `retry_after` seconds
│   └── HeldError              nobody can see this post now; it is no failure
├── RunFailedError             end the run as failed and say why in the thread
│   ├── DivergedError          the replay asked something the journal does not hold
│   ├── UnknownTeamError       no such team; carries the names there are
│   ├── OverBudgetError        what the run may use is used up
│   ├── JournalVersionError    the journal cannot be replayed by this version
│   └── ModelFailedError       the model host refused in a way that waiting will not mend
├── PostRefusedError           give up on this post: the platform will never take it
│   ├── UnseenError            show the card again, without approval for what could not be brought to people
│   └── ThreadGoneError        end the thread's run: nothing can be shown there any more
├── NotAllowedError            tell the person: they may not do this, and nothing happened
├── TeamFileError              a team file is wrong; names file, line and key
└── SandboxUnavailableError    code is refused: no working sandbox on this host
"""

from __future__ import annotations

from collections.abc import Collection, Mapping


class ThreadfastError(Exception):
    """The root: the message is a sentence for the person or operator who meets it."""


class RefusedToStartError(ThreadfastError):
    """Starting would be wrong; the message says what to mend."""


class SettingsError(RefusedToStartError):
    """A setting is missing or wrong."""


class StoreInUseError(RefusedToStartError):
    """Another engine already works on this database file."""


class StoreVersionError(RefusedToStartError):
    """The database was written by a newer Threadfast."""


class StoreCorruptError(RefusedToStartError):
    """The database file is damaged, or is not a database."""


class SeamsUnprovenError(RefusedToStartError):
    """The installed agent library's seams have no conformance run."""


class StoreError(ThreadfastError):
    """The store could not do this; nothing of the transaction happened."""


class StoreFullError(StoreError):
    """The disk is full; the same operation succeeds once there is room."""


class StoreReadOnlyError(StoreError):
    """The database or its folder cannot be written."""


class FencedError(ThreadfastError):
    """A newer step owns the conversation; this one must neither record nor post."""


class NotApprovedError(ThreadfastError):
    """What was about to run is not what was approved, or was run already; nothing of its record happened."""

    def __init__(self, message: str, effect: str) -> None:
        super().__init__(message)
        self.effect = effect
        """The key of the effect that may not begin."""


class RetryLaterError(ThreadfastError):
    """The step cannot go on now; the same step may succeed later."""

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        text_id: str | None = None,
        facts: Mapping[str, object] | None = None,
        patient: bool = False,
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds the other side asked for, or None: the caller's own back-off."""
        self.patient = patient
        """Whether to try again without end: what is away comes back one day, and nothing else would help."""
        self.text_id = text_id
        """The sentence of the catalogue that says it in the run's language; None: the message stands."""
        self.facts = dict(facts or {})
        """What stands in the sentence's braces."""


class HeldError(RetryLaterError):
    """Nobody can be shown this post now: it is held until somebody can, and that is no failure."""


class RunFailedError(ThreadfastError):
    """The run cannot go on; the message, or its sentence in the run's language, is the stop reason in the thread."""

    def __init__(self, message: str, *, text_id: str | None = None, facts: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.text_id = text_id
        """The sentence of the catalogue that says it in the run's language; None: the message stands."""
        self.facts = dict(facts or {})
        """What stands in the sentence's braces."""


class DivergedError(RunFailedError):
    """The replay asked for something other than what the journal holds."""


class OverBudgetError(RunFailedError):
    """A run has used up what it, its starter, its channel or its team may use."""


class UnknownTeamError(RunFailedError):
    """There is no team of this name."""

    def __init__(self, name: str, known: list[str]) -> None:
        facts = {"team": name, "known": ", ".join(known)}
        sentence = f"There is no team {name!r}. Teams: {', '.join(known) or 'none'}."
        super().__init__(sentence, text_id="unknown_team", facts=facts)
        self.name = name
        """The name that was asked for."""
        self.known = known
        """The names there are."""


class JournalVersionError(RunFailedError):
    """This version cannot replay the run's journal; the message says which can."""


class ModelFailedError(RunFailedError):
    """The model host refused, and asking again would not change that."""


class PostRefusedError(ThreadfastError):
    """The platform will never take this post; the message says why."""


class UnseenError(PostRefusedError):
    """Some of what an approval is about cannot be brought to people; without approval for it the card can be shown."""

    def __init__(self, message: str, items: Collection[int]) -> None:
        super().__init__(message)
        self.items = tuple(items)
        """Their numbers, from 1."""


class ThreadGoneError(PostRefusedError):
    """Nothing can be shown in this thread any more: the bot was removed, or the place is archived or deleted."""

    def __init__(self, message: str, *, text_id: str, facts: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.text_id = text_id
        """The sentence of the catalogue that says it in the run's language."""
        self.facts = dict(facts or {})
        """What stands in the sentence's braces."""


class NotAllowedError(ThreadfastError):
    """A person may not do what they asked for; nothing of it happened."""

    def __init__(self, message: str, *, text_id: str, facts: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.text_id = text_id
        """The sentence of the catalogue that says it in the person's language."""
        self.facts = dict(facts or {})
        """What stands in the sentence's braces."""


class TeamFileError(ThreadfastError):
    """A team file is wrong."""

    def __init__(self, message: str, *, file: str, line: int | None = None, key: str = "") -> None:
        place = f"{file}:{line}" if line is not None else file
        super().__init__(f"{place}: {key}: {message}" if key else f"{place}: {message}")
        self.file = file
        """The file as it was named."""
        self.line = line
        """The line, counted from 1, where it is known."""
        self.key = key
        """The path of the key, such as `agents.coder.model`."""


class SandboxUnavailableError(ThreadfastError):
    """No working sandbox; the message says why and how to get one."""


def first_of(group: BaseExceptionGroup[ThreadfastError]) -> ThreadfastError:
    """Return the first error of a group, however deep it stands: its sentence is what a person needs."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, ThreadfastError)
    return error
