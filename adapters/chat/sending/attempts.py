"""How far a post has come, as far as this process knows."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.errors import PostRefusedError, RetryLaterError


@dataclass(slots=True, kw_only=True)
class Attempt:
    """How far a post has come; a platform adds where it is shown, and what else it has to know."""

    shown: dict[int, str] = field(default_factory=dict)
    """The message of each part that is shown."""
    unsure: bool = False
    """Whether something was sent and no answer came."""
    repeated: bool = False
    """Whether something is sent again that may still arrive by itself."""
    preview: str | None = None
    """The live preview that becomes the post."""
    asked: bool = False
    """Whether a live preview was looked for."""

    def begin_again(self) -> None:
        """Have what is shown replaced by the post as it is rendered next."""
        self.preview, self.asked = self.shown.get(0, self.preview), True
        self.shown = {}


class NotSentError(Exception):
    """Nothing was shown, and what is rendered anew will be."""


class Unsure:
    """Notes, while something is being sent, that nobody knows whether it is shown: also if we are cancelled there."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt

    def __enter__(self) -> None:
        self._attempt.unsure = True

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, RetryLaterError | PostRefusedError | NotSentError):
            self._attempt.unsure = False
