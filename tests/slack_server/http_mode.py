"""HTTP mode: signed requests to the app's request URL."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.slack_server.deliveries import Answer, Delivery
from tests.slack_server.hub import Hub

RIGHT, WRONG, OLD, MISSING = "right", "wrong", "old", "missing"
_REASONS = {"timeout": "http_timeout", "closed": "connection_failed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request as it went out."""

    url: str
    body: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the app answered to one request."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def payload(self) -> Any:
        """The body: JSON as such, text as a command's answer, nothing as None."""
        if not self.text:
            return None
        return json.loads(self.text) if self.text.startswith("{") else {"text": self.text}


class HttpMode:
    """Delivers to a request URL, signed with the app's secret."""

    def __init__(self, hub: Hub, url: str) -> None:
        self.hub = hub
        self.url = url
        """Where events go."""
        self.interactivity_url = url
        self.commands_url = url
        self.signature = RIGHT
        """How requests are signed: `right`, `wrong`, `old` (eleven minutes) or `missing`."""
        self.sent: list[Sent] = []
        self.replies: list[Reply] = []

    async def attempt(self, delivery: Delivery, number: int, reason: str) -> Answer:
        """Send one signed request; any 2xx within the time acknowledges."""
        url, body, kind = self._written(delivery)
        headers = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": _REASONS.get(reason, reason)}
        try:
            reply = await self.post(url, body, kind, headers if number else {})
        except TimeoutError:
            return Answer(ok=False, reason="timeout")
        except (aiohttp.ClientError, ConnectionError):
            return Answer(ok=False, reason="connection_failed")
        if not 200 <= reply.status < 300:
            return Answer(ok=False, reason="http_error", again=reply.headers.get("x-slack-no-retry") != "1")
        return Answer(ok=True, payload=reply.payload if delivery.accepts_response else None)

    async def post(self, url: str, body: str, kind: str, headers: dict[str, str] | None = None) -> Reply:
        """Send a signed request and return the answer, whatever it is."""
        all_headers = {"Content-Type": kind, "User-Agent": "Slackbot 1.0"} | self.signed(body) | (headers or {})
        return await self.send(Sent(url=url, body=body, headers=all_headers))

    async def send(self, request: Sent) -> Reply:
        """Send a request; one of `sent` once more is what somebody does who listened in."""
        self.sent.append(request)
        timeout = aiohttp.ClientTimeout(total=self.hub.deliveries.knobs.ack_timeout)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            async with session.post(request.url, data=request.body.encode(), headers=request.headers) as response:
                text = await response.text()
                lowered = {name.lower(): value for name, value in response.headers.items()}
                reply = Reply(status=response.status, text=text, headers=lowered)
        self.replies.append(reply)
        return reply

    async def verifies(self) -> bool:
        """Ask as the settings page does when a request URL is entered: is the challenge sent back."""
        token = self.hub.app.verification_token
        body = json.dumps({"token": token, "challenge": "3eZbrw1aB", "type": "url_verification"})
        reply = await self.post(self.url, body, "application/json")
        return reply.status == 200 and "3eZbrw1aB" in reply.text

    def signed(self, body: str) -> dict[str, str]:
        """Return the headers that sign a body."""
        if self.signature == MISSING:
            return {}
        moment = str(int(time.time()) - (660 if self.signature == OLD else 0))
        secret = self.hub.app.signing_secret + ("x" if self.signature == WRONG else "")
        digest = hmac.new(secret.encode(), f"v0:{moment}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={digest}"}

    def _written(self, delivery: Delivery) -> tuple[str, str, str]:
        form = "application/x-www-form-urlencoded"
        if delivery.kind == "events_api":
            return self.url, json.dumps(delivery.payload), "application/json"
        if delivery.kind == "slash_commands":
            return self.commands_url, urlencode(delivery.payload), form
        return self.interactivity_url, urlencode({"payload": json.dumps(delivery.payload)}), form
