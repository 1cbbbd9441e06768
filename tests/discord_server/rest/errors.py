"""Discord's errors as REST answers them."""

from __future__ import annotations

from tests.discord_server.entities import Json

MESSAGES = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10014: (404, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    20009: (403, "Explicit content cannot be sent to the desired recipient(s)"),
    20012: (403, "You are not authorized to perform this action on this application"),
    20028: (429, "The write action you are performing on the channel has hit the write rate limit."),
    30008: (400, "Maximum number of emojis reached (2000)"),
    30007: (400, "Maximum number of webhooks reached (15)"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50068: (403, "Invalid message type"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    160004: (400, "A thread has already been created for this message"),
    160005: (403, "This thread is locked"),
    220001: (400, "Webhooks posted to forum channels must have a thread_name or thread_id"),
}


class ApiError(Exception):
    """A refusal: HTTP status, Discord's code, and for a bad form what is wrong where."""

    def __init__(
        self,
        code: int,
        *,
        status: int | None = None,
        message: str = "",
        errors: Json | None = None,
        retry_after: float = 5.0,
    ) -> None:
        known_status, known_message = MESSAGES.get(code, (400, "Invalid Form Body"))
        self.code = code
        self.status = status or known_status
        self.message = message or known_message
        self.errors = errors
        self.retry_after = retry_after
        super().__init__(f"{self.status} {self.code}: {self.message}")

    def as_json(self) -> Json:
        """Return the answer's body."""
        told: Json = {"message": self.message, "code": self.code} | ({"errors": self.errors} if self.errors else {})
        return told | ({"retry_after": round(self.retry_after, 3), "global": False} if self.status == 429 else {})


def unauthorized() -> ApiError:
    """Return what a missing or wrong token gets."""
    return ApiError(0, status=401, message="401: Unauthorized")


class Form:
    """Collects what is wrong with a request's form, as the tree that Discord answers."""

    def __init__(self) -> None:
        self.errors: Json = {}

    def wrong(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        """Note one error of a field."""
        place = self.errors
        for name in path:
            place = place.setdefault(str(name), {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def longest(self, path: tuple[str | int, ...], value: object, most: int, least: int = 0) -> None:
        """Note a text that is longer or shorter than allowed; what is absent is not looked at."""
        if value is None:
            return
        if least and not least <= len(str(value)) <= most:
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        elif len(str(value)) > most:
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")

    def required(self, path: tuple[str | int, ...], value: object) -> None:
        """Note a field that is missing."""
        if value in (None, ""):
            self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")

    def judge(self) -> None:
        """Refuse the request if anything was wrong.

        Raises:
            ApiError: 50035 with the tree.
        """
        if self.errors:
            raise ApiError(50035, errors=self.errors)
