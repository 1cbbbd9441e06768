"""SlackApi: calls of Slack's Web API, each sent at most once, over connections that are kept open.

It speaks HTTP itself rather than through the publisher's client: a call is then a dictionary, one JSON text and one
write, and nothing between us and the wire sends it a second time. A connection that breaks after Slack has accepted a
message looks like any other broken connection, so whoever retries blindly posts twice.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from adapters.chat.files.public import PublicOnly
from adapters.slack.settings import DEFAULT_API_URL
from adapters.slack.web.limits import Limits
from adapters.slack.web.refusals import SlackRefusedError, translate
from bot.domain import Json
from bot.errors import RetryLaterError
from bot.ports import Redact

SECONDS = 20.0
"""How long a call may take; nobody knows afterwards whether it was done."""
CONNECT_SECONDS = 8.0
"""How long a connection may take to open; nothing was sent then."""
UPLOADING = aiohttp.ClientTimeout(total=120.0, connect=CONNECT_SECONDS)
CALLING = aiohttp.ClientTimeout(total=SECONDS, connect=CONNECT_SECONDS)
IDLE_SECONDS = 30.0
"""How long an unused connection is kept: longer than a pause in a conversation, shorter than Slack's own limit."""

Tokens = Callable[[str], Awaitable[str]]
"""Returns the token of a workspace; raises ThreadGoneError where the bot is not installed."""

SCOPES_HEADER = "x-oauth-scopes"
"""Of every answer: what the token may do."""
_PASSING = frozenset({407, 408, 429})
"""Statuses with which the file host, or something before it, takes no bytes now."""
_JSON_FAMILIES = ("chat.", "views.", "reactions.", "agents.")
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def open_session(trusted: Collection[str] = ()) -> aiohttp.ClientSession:
    """Open the connections that all calls share; the caller closes the session. Needs a running event loop.

    Args:
        trusted: Hosts that may be in a private network: those that the operator has named.
    """
    resolver = PublicOnly(trusted)
    connector = aiohttp.TCPConnector(limit=100, keepalive_timeout=IDLE_SECONDS, ttl_dns_cache=300, resolver=resolver)
    return aiohttp.ClientSession(connector=connector, timeout=CALLING, cookie_jar=aiohttp.DummyCookieJar())


class SlackApi:
    """The Web API for all workspaces."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: Tokens,
        *,
        limits: Limits,
        base_url: str = DEFAULT_API_URL,
        proxy: str | None = None,
        redact: Redact | None = None,
    ) -> None:
        """Call Slack.

        Args:
            session: From `open_session`; the caller closes it.
            tokens: Returns the token of a workspace.
            limits: What is known of rate limits; a refusal for calling too fast is noted there.
            base_url: Where the Web API is, ending in a slash.
            proxy: The address of an HTTP proxy, where one has to be used.
            redact: Takes secrets out of what is sent; None: nothing does.
        """
        self._session = session
        self._tokens = tokens
        self._base = base_url
        self._proxy = proxy
        self._redact = redact
        self._urls: dict[str, URL] = {}
        self._granted: dict[str, str] = {}
        self.limits = limits
        """What is known of rate limits."""

    async def token(self, workspace: str) -> str:
        """Return the token with which the bot speaks in this workspace.

        Raises:
            ThreadGoneError: It is not installed there (any more).
        """
        return await self._tokens(workspace)

    async def call(self, workspace: str, method: str, /, **arguments: Any) -> Json:
        """Call a method once and return Slack's answer; arguments that are None are left out.

        It does not wait for a turn: who sends much asks `limits.turn` before.

        Raises:
            RetryLaterError: It was surely not done: too fast, or no connection.
            ThreadGoneError: Nothing can be done there any more.
            SlackRefusedError: It never will be (a `PostRefusedError`); `code` says why in Slack's word.
            ConnectionError: Whether it was done is not known.
        """
        token = await self._tokens(workspace)
        return await self.call_with(token, method, self.clean(arguments), workspace=workspace)

    async def call_with(self, token: str, method: str, arguments: Mapping[str, Any], *, workspace: str = "") -> Json:
        """Call a method with a token and arguments of one's own, secrets included; otherwise as `call`.

        Raises:
            RetryLaterError: It was surely not done.
            ThreadGoneError: Nothing can be done there any more.
            SlackRefusedError: It never will be.
            ConnectionError: Whether it was done is not known.
        """
        body, kind = encode(method, arguments)
        headers = {"Authorization": f"Bearer {token}", **kind} if token else kind
        status, got, raw = await self._send(method, self._url(method), body, headers)
        retry_after = _seconds(got.get("Retry-After"))
        self._granted[workspace] = got.get(SCOPES_HEADER, "")
        channel = str(arguments.get("channel") or arguments.get("channel_id") or "")
        if status == 429:
            held = self.limits.hold(workspace, channel, method, retry_after)
            raise RetryLaterError(f"Slack asks to call {method} less often", retry_after=held)
        answer = read_answer(method, status, raw)
        if answer.get("ok") is True:
            return answer
        error = translate(method, answer, retry_after)
        if isinstance(error, RetryLaterError) and retry_after is not None:
            self.limits.hold(workspace, channel, method, retry_after)
        raise error

    def clean(self, message: Json) -> Json:
        """Return what is sent without secrets; everything that leaves for people to see comes by here."""
        if self._redact is None:
            return message
        cleaned: Json = self._redact.value(message)
        return cleaned

    def clean_file(self, content: bytes) -> bytes:
        """Return a file's bytes without secrets."""
        return content if self._redact is None else self._redact.data(content)

    def lacks(self, workspace: str, scope: str) -> bool:
        """Return whether Slack's last answer said what the bot may do there, and this scope was not in it."""
        granted = self._granted.get(workspace, "")
        return bool(granted) and scope not in {each.strip() for each in granted.split(",")}

    async def upload(self, url: str, content: bytes) -> None:
        """Send a file's bytes to the address that Slack gave for them; may be repeated.

        Raises:
            RetryLaterError: They did not arrive; the same may succeed later.
            SlackRefusedError: The file host never takes them.
        """
        headers = {"Content-Type": "application/octet-stream"}
        try:
            status, got, raw = await self._send("upload", URL(url), content, headers, UPLOADING)
        except ConnectionError as error:
            raise RetryLaterError("The upload to Slack's file host broke off.") from error
        # The host answers `OK - 123` in plain text; a page, JSON or a way elsewhere comes from something else.
        if status in _PASSING or status // 100 in (3, 5) or raw[:1] in (b"<", b"{"):
            raise RetryLaterError(f"Slack's file host answered {status}", retry_after=_seconds(got.get("Retry-After")))
        if status >= 300:
            raise SlackRefusedError("upload", f"http_{status}")

    async def _send(
        self,
        method: str,
        url: URL,
        body: bytes,
        headers: Mapping[str, str],
        within: aiohttp.ClientTimeout = CALLING,
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send one request and return status, headers and body; the one place that touches the network."""
        request = self._session.post(
            url, data=body, headers=headers, proxy=self._proxy, allow_redirects=False, timeout=within
        )
        try:
            async with request as got:
                return got.status, got.headers, await got.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError) as error:
            raise RetryLaterError(f"Slack cannot be reached for {method}: {type(error).__name__}") from error
        except (aiohttp.ClientError, OSError) as error:
            # No address in the sentence: an upload's is a secret.
            raise ConnectionError(f"{method} broke off: {type(error).__name__}; it may have been done") from error

    def _url(self, method: str) -> URL:
        url = self._urls.get(method)
        if url is None:
            url = self._urls[method] = URL(self._base + method)
        return url


def encode(method: str, arguments: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
    """Return a call's body and its content type: JSON where Slack takes it, else a form with JSON inside."""
    given = {name: value for name, value in arguments.items() if value is not None}
    if method.startswith(_JSON_FAMILIES) or method == "conversations.open":
        return json.dumps(given, separators=(",", ":")).encode(), _JSON
    return urlencode({name: _field(value) for name, value in given.items()}).encode(), _FORM


def _field(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, separators=(",", ":")) if isinstance(value, (dict, list, tuple)) else str(value)


def read_answer(method: str, status: int, raw: bytes) -> Json:
    """Read Slack's answer.

    Raises:
        RetryLaterError: A proxy on the way refused to pass the call on.
        ConnectionError: It is no answer of the Web API; whether the call was done is not known.
    """
    if status == 407:
        raise RetryLaterError(f"The proxy asks for a login; {method} did not reach Slack. Mend the proxy's address.")
    try:
        answer = json.loads(raw)
    except ValueError:
        answer = None
    # Slack's own word is the key `ok`. Anything else, whatever its status, comes from something on the way: a proxy, a
    # gateway, a login page; and nobody knows what Slack has made of the call.
    if isinstance(answer, dict) and "ok" in answer:
        return answer
    raise ConnectionError(f"{method} was answered with {status} and no JSON of Slack's; it may have been done")


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header is not None else None
    except ValueError:
        return None
