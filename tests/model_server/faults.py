"""What can go wrong with a model server, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

STREAM = frozenset({"slow_first_token", "stall", "disconnect", "error_midstream", "end_without_done", "utf8_split"})
"""Faults of the way the answer travels."""
CONTENT = frozenset(
    {
        "malformed_tools",
        "bare_tools",
        "fenced_tools",
        "empty",
        "thinking_only",
        "think_tags",
        "repetition",
        "length",
        "no_usage",
    }
)
"""Faults of what the model says."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer instead of the model's."""

    status: int
    error: str
    """The error's sentence; `{model}` is the model asked for."""
    extra: dict[str, Any] = field(default_factory=dict)
    """More keys of the native error body."""
    headers: dict[str, str] = field(default_factory=dict)
    raw: str | None = None
    """The whole body, where it is not JSON."""
    media_type: str = "text/html"


_HTML = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1>nginx</body>\r\n</html>\r\n"
)
_OOM = "model requires more system memory (11.5 GiB) than is available (7.2 GiB)"

REFUSALS: dict[str, Refusal] = {
    "busy": Refusal(503, "server busy, please try again.  maximum pending requests exceeded"),
    "not_found": Refusal(404, "model '{model}' not found"),
    "not_found_pull": Refusal(404, 'model "{model}" not found, try pulling it first'),
    "oom": Refusal(500, _OOM),
    "crash": Refusal(500, "llama runner process has terminated: signal: killed"),
    "forbidden": Refusal(403, "", raw="", media_type="text/plain"),
    "signin": Refusal(401, "unauthorized", {"signin_url": "https://ollama.com/connect?name=host&key=abc"}),
    "rate_limited": Refusal(429, "too many requests", headers={"Retry-After": "7"}),
    "bad_gateway": Refusal(502, "upstream failed"),
    "proxy_html": Refusal(502, "", raw=_HTML),
    "not_json": Refusal(200, "", raw="<html><body>Log in to the hotel's network</body></html>"),
}
"""Refusals by the fault's name."""

PULL = frozenset({"pull_error", "pull_cut"})
LOAD = frozenset({"load_fails"})
"""Faults of bringing a model into memory by itself, which take as long as that does."""
KINDS = STREAM | CONTENT | PULL | LOAD | REFUSALS.keys()


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault: of one model or of all, once or until it is cleared."""

    kind: str
    model: str | None = None
    once: bool = True
    after: int = 0
    """For stream faults: how many chunks arrive before."""
    seconds: float = 0.2
    """For `slow_first_token`."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no fault; there are {', '.join(sorted(KINDS))}")


def tools_as_text(reply: dict[str, Any], write: Callable[[str, Any], str]) -> dict[str, Any]:
    """Move the first tool call of a reply into its text, as small models do."""
    name, arguments = (reply.get("tool_calls") or [("lookup", {"word": "x"})])[0]
    return {**reply, "tool_calls": [], "content": write(name, arguments)}
