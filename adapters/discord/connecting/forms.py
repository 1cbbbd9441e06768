"""Forms as the library opens them. What is sent comes back by its custom id, so it may outlive the process."""

from __future__ import annotations

import discord

from adapters.discord.rendering.forms import Field, Form


def modal_of(form: Form) -> discord.ui.Modal:
    """Return a form as the library opens it. Needs a running event loop."""
    modal = discord.ui.Modal(title=form.title, custom_id=form.custom_id)
    for field in form.fields:
        item = _menu(field) if field.kind == "menu" else _text(field)
        modal.add_item(discord.ui.Label(text=field.label, component=item))
    return modal


def _text(field: Field) -> discord.ui.TextInput[discord.ui.Modal]:
    return discord.ui.TextInput(
        custom_id=field.name,
        style=discord.TextStyle.paragraph,
        default=field.value or None,
        required=field.required,
        max_length=field.most,
    )


def _menu(field: Field) -> discord.ui.Select[discord.ui.Modal]:
    options = [
        discord.SelectOption(label=label, value=value, default=value == field.value) for label, value in field.options
    ]
    return discord.ui.Select(custom_id=field.name, options=options, required=field.required)
