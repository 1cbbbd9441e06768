"""What the Slack adapter is told: values only, read and checked by whoever starts it."""

from __future__ import annotations

from dataclasses import dataclass, field

DEFAULT_API_URL = "https://slack.com/api/"
"""Where the Web API is, unless a setting says otherwise."""
EVENTS_PATH = "/slack/events"
"""Where HTTP mode takes events, commands and interactions."""
INSTALL_PATH = "/slack/install"
"""Where a workspace's installation begins."""
REDIRECT_PATH = "/slack/oauth_redirect"
"""Where Slack sends the browser back to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """How this process reaches Slack. Empty text: not set. No secret shows in its `repr`."""

    bot_token: str = field(default="", repr=False)
    """`xoxb-…`: the one workspace's token; empty where workspaces are installed by OAuth."""
    app_token: str = field(default="", repr=False)
    """`xapp-…`: opens Socket Mode; needed unless `http` is set."""
    signing_secret: str = field(default="", repr=False)
    """Proves that a request comes from Slack; needed when `http` is set."""
    client_id: str = ""
    """With `client_secret`: further workspaces can install the app."""
    client_secret: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    """A Fernet key: seals the tokens of installed workspaces."""
    api_url: str = DEFAULT_API_URL
    """The Web API's address, ending in a slash."""
    proxy: str = field(default="", repr=False)
    """The HTTP proxy through which Slack is reached; it may hold a password."""
    sockets: int = 1
    """How many Socket Mode connections, 1 to 10."""
    allowed_bots: frozenset[str] = frozenset()
    """Ids (`B…` or `U…`) of other bots that are listened to."""
    user_groups: frozenset[str] = frozenset()
    """Ids (`S…`) of the user groups that permissions name."""
    http: tuple[str, int] | None = None
    """Where to listen for signed requests; None: Socket Mode."""
    language: str = "en"
    """In which the adapter itself speaks to people whose language Slack does not tell."""
    public_url: str = ""
    """`https://…` under which Slack and browsers reach `http`, without a slash at the end."""

    @property
    def installs(self) -> bool:
        """Whether workspaces can install the app by OAuth."""
        return bool(self.client_id and self.client_secret)
