"""What a person does with commands, buttons, menus and modals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.discord_server import commands, components
from tests.discord_server.commands import NotOfferedError
from tests.discord_server.entities import App, Channel, Guild, User
from tests.discord_server.invoking import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, invoke
from tests.discord_server.messages import Message
from tests.discord_server.modals import Modal
from tests.discord_server.outcomes import Outcome
from tests.discord_server.permissions import Permission
from tests.discord_server.shown import Shown
from tests.discord_server.world import World


class Hands:
    """An account that uses commands, buttons, menus and modals."""

    def __init__(self, world: World, user: User, *, app: App | None = None, guild: Guild | None = None) -> None:
        self.world = world
        self.user = user
        self.app = app or world.app
        """The app whose commands are used and whose direct messages are written."""
        self.guild = guild
        """Where channels are looked up by name; None: in every guild."""
        self.outcomes: list[Outcome] = []
        """What became of everything so far."""

    @property
    def id(self) -> int:
        """The user's id."""
        return self.user.id

    @property
    def name(self) -> str:
        """What people see."""
        return self.user.shown

    @property
    def dm(self) -> Channel:
        """The direct messages with the bot."""
        return self.world.dm(self.user, self.app)

    def place(self, channel: Channel | str) -> Channel:
        """Return a channel or thread by its name; a name that begins with `#` is a channel's.

        Raises:
            NotOfferedError: There is none, or more than one.
        """
        if isinstance(channel, Channel):
            return channel
        guilds = [self.guild] if self.guild is not None else [*self.world.guilds.values()]
        found = [one for guild in guilds for one in guild.channels.values() if one.name == channel.removeprefix("#")]
        if len(found) != 1:
            raise NotOfferedError(f"{len(found)} channels are called {channel!r}")
        return found[0]

    async def slash(self, channel: Channel | str, command: str, /, **options: Any) -> Outcome:
        """Use a slash command: `ask`, or `team list` with a subcommand; a file is a pair of name and bytes.

        Raises:
            NotOfferedError: Discord does not offer this person such a command, option or value there.
        """
        place = self._viewed(channel)
        registered = commands.find(self.world, self.app, self.user, place, command)
        data = commands.filled(self.world, registered, command, place, options)
        return self._begins(place, COMMAND, data)

    async def autocompletes(
        self, channel: Channel | str, command: str, /, option: str, typed: str = "", **others: Any
    ) -> Outcome:
        """Type into an option that suggests; the suggestions are the outcome's `choices`."""
        place = self._viewed(channel)
        registered = commands.find(self.world, self.app, self.user, place, command)
        options = others | {option: typed}
        data = commands.filled(self.world, registered, command, place, options, focused=option)
        data.pop("resolved", None)
        return self._begins(place, AUTOCOMPLETE, data)

    async def menu(self, message: Message | Shown, name: str) -> Outcome:
        """Use a command of a message's menu."""
        target = message_of(message)
        place = self._viewed(self.world.channels[target.channel_id])
        registered = commands.find(self.world, self.app, self.user, place, name, commands.ON_MESSAGE)
        data = {"id": str(registered["id"]), "name": name, "type": commands.ON_MESSAGE, "target_id": str(target.id)}
        data |= {"guild_id": registered["guild_id"]} if registered.get("guild_id") else {}
        return self._begins(place, COMMAND, data | {"resolved": {"messages": {str(target.id): target.as_json()}}})

    async def presses(self, message: Message | Shown, button: str, *, nth: int = 1, stale: bool = False) -> Outcome:
        """Press a button by its label or custom id.

        Args:
            message: The message with the button.
            button: Its label or custom id.
            nth: Which one, where several have the same label.
            stale: `button` is a custom id that the message need not show any more, as when a press and an edit cross.

        Raises:
            NotOfferedError: There is no such button, or it cannot be pressed.
        """
        target = self._there(message)
        if stale:
            pressed: dict[str, Any] = {"custom_id": button, "id": 0}
        else:
            pressed = components.find_button(target.components, button, nth)
        data = {"component_type": components.BUTTON, "custom_id": pressed["custom_id"], "id": pressed["id"]}
        return self._begins(self._of(target), COMPONENT, data, target)

    async def chooses(self, message: Message | Shown, choice: Any, *, menu: str | None = None) -> Outcome:
        """Choose in a menu, by its custom id or placeholder where there are several.

        Args:
            message: The message with the menu.
            choice: An option's label or value; a User, Channel or Role; or a list of such.
            menu: Which menu.

        Raises:
            NotOfferedError: There is no such menu or option.
        """
        target = self._there(message)
        found = components.find_menu(target.components, menu)
        data = {"component_type": found["type"], "custom_id": found["custom_id"], "id": found["id"]}
        data["values"] = components.chosen(found, choice)
        resolved = components.resolved(choice)
        data |= {"resolved": resolved} if resolved else {}
        return self._begins(self._of(target), COMPONENT, data, target)

    async def fills(self, modal: Modal | Outcome, values: Mapping[str, Any] | None = None, /, **fields: Any) -> Outcome:
        """Fill in a modal and submit it; inputs by custom id or label, the rest stays as it came.

        Raises:
            NotOfferedError: There is no such input, or Discord does not let it be submitted so.
        """
        opened = modal.modal if isinstance(modal, Outcome) else modal
        place = self.world.channels[opened.opener.channel_id]

        def attach(file: tuple[str, bytes]) -> Any:
            return self.world.attachment(place, *file)

        data = opened.submitted({**(values or {}), **fields}, attach)
        return self._begins(place, MODAL, data, opened.opener.message)

    def _begins(self, place: Channel, kind: int, data: dict[str, Any], message: Message | None = None) -> Outcome:
        interaction = invoke(self.world, self.app, self.user, place, kind, data, message=message)
        self.outcomes.append(Outcome(self.world, interaction))
        return self.outcomes[-1]

    def _there(self, message: Message | Shown) -> Message:
        target = message_of(message)
        if target.deleted:
            raise NotOfferedError("the message was deleted")
        if target.ephemeral_for not in (None, self.user.id):
            raise NotOfferedError(f"{self.name} does not see this message")
        self._viewed(self._of(target))
        return target

    def _of(self, message: Message) -> Channel:
        return self.world.channels[message.channel_id]

    def _viewed(self, channel: Channel | str) -> Channel:
        place = self.place(channel)
        if not self.world.permissions(self.user.id, place) & Permission.VIEW_CHANNEL:
            raise NotOfferedError(f"{self.name} does not see {place.name!r}")
        return place


def message_of(target: Message | Shown) -> Message:
    """Return the message itself."""
    return target.message if isinstance(target, Shown) else target
