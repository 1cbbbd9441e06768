"""What a person does with buttons, menus, forms, commands and shortcuts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.slack_server import forms, hooks, interactions, modals
from tests.slack_server.accounts import Account, message_of
from tests.slack_server.deliveries import Delivery
from tests.slack_server.entities import Json, Message, View
from tests.slack_server.forms import NotThereError
from tests.slack_server.shown import Shown

if TYPE_CHECKING:
    from tests.slack_server.channels import Channel

Target = Message | Shown | View
_SELECTS = ("static_select", "multi_static_select", "radio_buttons", "checkboxes", "overflow", "users_select")


class Hands(Account):
    """An account that presses and fills in."""

    async def clicks(
        self,
        target: Target,
        button: str,
        *,
        nth: int = 1,
        value: str | None = None,
        stale: bool = False,
        values: Mapping[str, Any] | None = None,
        wait: bool = True,
    ) -> Delivery:
        """Press a button by its label or action id, and wait until the app has acknowledged or failed to.

        Args:
            target: The message or view with the button.
            button: Its label or action id.
            nth: Which one, where several have the same label or action id.
            value: Another value than the button's own, as somebody would forge it.
            stale: Press a button that is gone by now, as on a screen that was not refreshed.
            values: What was filled in into the message's inputs; keys as for `submits`.
            wait: False: do not wait for the acknowledgement.
        """
        block, element = self._find(target, button, ("button",), stale=stale, nth=nth)
        chosen = {} if value is None else {"value": value}
        return await self._acts(target, interactions.action(self, block, element, **chosen), values=values, wait=wait)

    async def selects(self, target: Target, menu: str, choice: Any, *, wait: bool = True) -> Delivery:
        """Choose in a menu (by action id or placeholder) an option (by its text or value)."""
        block, element = self._find(target, menu, _SELECTS, stale=False)
        chosen = forms.chosen(element, choice)
        return await self._acts(target, interactions.action(self, block, element, **chosen), wait=wait)

    async def submits(self, view: View | None = None, values: Mapping[str, Any] | None = None) -> Delivery:
        """Fill in a modal (the topmost one) and submit it; what the app answers is done, as Slack does it."""
        view = view or self.modal
        view.values, view.errors = forms.fill(view.body["blocks"], values or {}), {}
        delivery = await self.delivers("interactive", interactions.submission(self, view))
        if delivery.acknowledged:
            modals.answer(self, view, delivery.response)
        else:
            self.notices.append("We had some trouble connecting. Try again?")
        return delivery

    async def closes(self, view: View | None = None) -> None:
        """Close a modal without submitting it."""
        view = view or self.modal
        self.modals.remove(view)
        view.open = False
        if view.body.get("notify_on_close"):
            await self.delivers("interactive", interactions.closed(self, view))

    async def commands(self, channel: Channel | str, line: str, *, wait: bool = True) -> Delivery:
        """Type a slash command; a text that comes with the acknowledgement is shown."""
        place = self.place(channel)
        name, _, text = line.partition(" ")
        fields = interactions.command(self, place, name, text.strip())
        delivery = await self.delivers("slash_commands", fields, wait=wait)
        if not wait:
            return delivery
        if not delivery.acknowledged:
            failure = "operation_timeout" if delivery.attempts[-1].reason == "timeout" else "dispatch_failed"
            self.notices.append(f'{name} failed with the error "{failure}"')
        elif delivery.response:
            hub = self.workspace.hub
            hooks.show(hub, hub.response_urls[fields["response_url"].rsplit("/", 1)[-1]], delivery.response)
        return delivery

    async def shortcut(self, message: Message | Shown | None, callback_id: str) -> Delivery:
        """Use a shortcut from a message's menu; None: one that belongs to no message."""
        if message is None:
            return await self.delivers("interactive", interactions.global_shortcut(self, callback_id))
        return await self.delivers("interactive", interactions.message_action(self, message_of(message), callback_id))

    def _find(
        self, target: Target, wanted: str, kinds: tuple[str, ...], *, stale: bool, nth: int = 1
    ) -> tuple[Json, Json]:
        if isinstance(target, View):
            return forms.find(target.body["blocks"], wanted, kinds, nth)
        message = message_of(target)
        versions = [version["blocks"] for version in reversed(message.versions)] if stale else []
        for blocks in [message.blocks, *versions]:
            try:
                return forms.find(blocks, wanted, kinds, nth)
            except NotThereError:
                continue
        return forms.find(message.blocks, wanted, kinds, nth)

    async def _acts(
        self, target: Target, action: Json, *, wait: bool, values: Mapping[str, Any] | None = None
    ) -> Delivery:
        if isinstance(target, View):
            payload = interactions.on_view(self, target, action)
        else:
            message = message_of(target)
            state = forms.fill(message.blocks, values or {}, strict=False)
            payload = interactions.on_message(self, message, action, state)
        delivery = await self.delivers("interactive", payload, wait=wait)
        if wait and not delivery.acknowledged:
            self.notices.append("The action failed; the app did not answer.")
        return delivery
