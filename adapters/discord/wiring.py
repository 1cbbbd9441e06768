"""The adapter's parts, put together: those that speak to Discord."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp

from adapters.chat.background import Background
from adapters.chat.files.public import PublicOnly, hosts_of
from adapters.chat.recent import Recent
from adapters.chat.sending.live import Live
from adapters.chat.sending.previewing import Previewing
from adapters.discord.connecting import described
from adapters.discord.connecting.buttons import view_of
from adapters.discord.connecting.client import GatewayClient, make_client
from adapters.discord.events.intents import Me
from adapters.discord.sending.direct import Direct
from adapters.discord.sending.live import LiveMessages
from adapters.discord.sending.looking import Looking
from adapters.discord.sending.posting import Posting
from adapters.discord.sending.reactions import Reactions
from adapters.discord.sending.reconciling import Us
from adapters.discord.sending.sender import Sender
from adapters.discord.sending.working import Signs, Working
from adapters.discord.settings import DiscordSettings
from adapters.discord.web.answers import Answers
from adapters.discord.web.api import DiscordApi
from adapters.discord.web.cleaning import clean_requests
from adapters.discord.web.files import Files
from adapters.discord.web.pacing import Pacer, paced
from adapters.discord.web.tracing import no_repetition
from adapters.discord.web.webhooks import Webhooks
from bot.ports import Clock, Redact


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """What speaks to Discord."""

    client: GatewayClient
    session: aiohttp.ClientSession
    """For people's files."""
    api: DiscordApi
    background: Background
    posting: Posting
    previews: Previewing[Live]
    reactions: Reactions
    working: Working
    files: Files
    answers: Answers

    def me(self) -> Me:
        """Return who the bot is; it must be logged in."""
        user, application = self.client.user, self.client.application_id
        assert user is not None
        assert application is not None
        return Me(user=str(user.id), application=str(application))


def wired(settings: DiscordSettings, *, clock: Clock, redact: Redact | None = None) -> Wired:
    """Put together what speaks to Discord; nothing is opened yet. Needs a running event loop.

    Whoever calls it closes the client and the session.
    """
    pacer = Pacer(settings.requests_a_second)
    client = make_client(settings, trace=paced(no_repetition(), pacer, settings.api_url))
    if redact is not None:
        clean_requests(client, redact)
    resolver = PublicOnly(hosts_of(settings.api_url, settings.proxy))
    connector = aiohttp.TCPConnector(resolver=resolver)
    session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
    api = DiscordApi(client, views=view_of, describe=described.message)
    background = Background()
    sender, direct = Sender(api, Webhooks(client, clock=clock)), Direct(api)
    signs: Signs = Recent()
    screen = LiveMessages(api, sender=sender, clock=clock, background=background, signs=signs)
    previews = Previewing(screen, screen, clock=clock, background=background)

    def us() -> Us:
        me = parts.me()
        return Us(user=me.user, application=me.application)

    looking = Looking(api, sender=sender, previews=previews, direct=direct, us=us)
    parts = Wired(
        client=client,
        session=session,
        api=api,
        background=background,
        posting=Posting(sender=sender, looking=looking, previews=previews, direct=direct, clock=clock),
        previews=previews,
        reactions=Reactions(api),
        working=Working(api, clock=clock, background=background, signs=signs),
        files=Files(session, api_url=settings.api_url, proxy=settings.proxy),
        answers=Answers(client),
    )
    return parts
