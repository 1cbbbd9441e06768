"""The picture that stands for an agent where none of its own can be had: the same for the same name. Pure.

A message of a webhook gets its picture by a public address only, which Discord fetches: bytes can be given to a webhook
as a whole, and all agents of a channel share one. Discord's own default pictures are public, are there for everybody,
and tell nobody outside of Discord anything about an agent. They are six, so two agents may look alike; their names
differ. Pictures that differ, too, are drawn in rendering/pictures.py and kept with Discord by web/avatars.py.
"""

from __future__ import annotations

from adapters.discord.rendering.pictures import digest_of

PICTURES = 6
_ADDRESS = "https://cdn.discordapp.com/embed/avatars/{number}.png"


def avatar_of(agent: str) -> str:
    """Return the address of one of Discord's own pictures."""
    return _ADDRESS.format(number=digest_of(agent)[0] % PICTURES)
