"""What Discord's refusals mean for the caller: the one place that knows its error codes.

A request that Discord answered with 503 or 429 was surely not done. After 500, 502 or 504, or without an answer, nobody
knows. Any other answer is a refusal for good.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import aiohttp
import discord

from bot.errors import PostRefusedError, RetryLaterError, ThreadGoneError

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
UNKNOWN_WEBHOOK = 10015
TOO_LARGE = 40005
NO_ACCESS = 50001
NO_DIRECT_MESSAGES = 50007
NO_PERMISSION = 50013
NO_SHARED_SERVER = 50278
NOT_THEIR_TOKEN = 50027
INVALID_FORM = 50035
ARCHIVED = 50083
TOO_OLD_TO_EDIT = 30046
THREAD_EXISTS = 160004
LOCKED = 160005
WRONG_KIND = 50024
"""Of a channel: threads cannot be made in all of them."""
TOO_MANY_THREADS = 160006

LATER = frozenset({130000, 20016, 20022, 20028, 40062, 40333})
"""Codes that say: surely not done, the same may succeed later."""
_NO_SESSION = ("Session is closed", "_MissingSentinel")
"""What aiohttp and the library say while there are no connections: the client is being begun anew."""
_UNAUTHORIZED = frozenset({40001, 50014})


class Doing(StrEnum):
    """What was asked of Discord; the value names the permission that it takes, as Discord's settings show it."""

    POST = "Send Messages"
    POST_IN_THREAD = "Send Messages in Threads"
    POST_FILES = "Send Messages in Threads, Attach Files"
    READ = "Read Message History"
    OPEN_THREAD = "Create Public Threads"
    WEBHOOKS = "Manage Webhooks"
    REACT = "Add Reactions"
    SEE = "View Channels"


_ASIDE = frozenset({Doing.READ, Doing.WEBHOOKS, Doing.REACT})
"""Without these permissions a place can still be written in."""


class DiscordRefusedError(PostRefusedError):
    """Discord said no to this request for good; `code` is its number for why."""

    def __init__(self, doing: Doing, code: int, reason: str = "", *, status: int = 400) -> None:
        super().__init__(f"Discord refused it ({doing.name.lower()}): {code or status} {reason}".rstrip())
        self.code = code
        """Discord's own number, such as 10008; 0: it gave none."""
        self.status = status
        """The status of the HTTP answer."""


class FailedRequestError(Exception):
    """The answer to a request that the library is not to send again by itself."""

    def __init__(self, status: int, code: int = 0) -> None:
        super().__init__(f"Discord answered {status} {code}")
        self.status = status
        self.code = code


@contextmanager
def translated(doing: Doing) -> Iterator[None]:
    """Translate what the library raises within the block.

    Raises:
        RetryLaterError: It was surely not done; the same may succeed later.
        ThreadGoneError: Nothing can be done in this place any more.
        DiscordRefusedError: It never will be done (a `PostRefusedError`).
        ConnectionError: Whether it was done is not known.
    """
    try:
        yield
    except discord.RateLimited as error:
        raise RetryLaterError("Discord asks to wait", retry_after=error.retry_after) from error
    except discord.HTTPException as error:
        raise refusal(doing, error.status, error.code, error.text, _seconds(error)) from error
    except FailedRequestError as error:
        raise refusal(doing, error.status, error.code) from error
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError) as error:
        raise RetryLaterError(f"Discord cannot be reached: {type(error).__name__}") from error
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise ConnectionError(f"A request broke off: {type(error).__name__}; it may have been done") from error
    except (RuntimeError, AttributeError) as error:
        if not any(words in str(error) for words in _NO_SESSION):
            raise
        raise RetryLaterError("The bot is not logged in to Discord now.") from error


def refusal(doing: Doing, status: int, code: int = 0, reason: str = "", retry_after: float | None = None) -> Exception:
    """Return what an answer means for the caller. Pure."""
    facts = {"code": code}
    if code == TOO_OLD_TO_EDIT:
        return DiscordRefusedError(doing, code, reason, status=status)
    if status in (429, 503) or code in LATER:
        return RetryLaterError(f"Discord asks to wait: {status} {code}", retry_after=retry_after, facts=facts)
    if status >= 500:
        return ConnectionError(f"Discord failed with {status}; whether it was done is not known")
    gone = _gone(doing, status, code)
    if gone:
        told = f"Discord refused it ({doing.name.lower()}): {code or status}"
        return ThreadGoneError(told, text_id=gone, facts=facts | {"permission": doing.value})
    return DiscordRefusedError(doing, code, reason, status=status)


def _gone(doing: Doing, status: int, code: int) -> str:
    """Return the sentence that says why nothing can be shown there any more; empty: it still can."""
    if code == NO_PERMISSION and doing in _ASIDE:
        return ""
    if code in _UNAUTHORIZED or status == 401:
        return "discord_gone_token"
    return {
        UNKNOWN_CHANNEL: "discord_gone_place",
        NO_ACCESS: "discord_gone_access",
        NO_PERMISSION: "discord_gone_permission",
        NO_DIRECT_MESSAGES: "discord_gone_direct",
        NO_SHARED_SERVER: "discord_gone_direct",
        LOCKED: "discord_gone_locked",
        ARCHIVED: "discord_gone_archived",
    }.get(code, "")


def code_of(error: BaseException) -> int:
    """Return Discord's own number of a translated refusal, or 0."""
    if isinstance(error, DiscordRefusedError):
        return error.code
    code = error.facts.get("code", 0) if isinstance(error, ThreadGoneError | RetryLaterError) else 0
    return code if isinstance(code, int) else 0


def _seconds(error: discord.HTTPException) -> float | None:
    try:
        return max(0.0, float(error.response.headers.get("Retry-After", "")))
    except ValueError:
        return None
