"""The picture of an agent: the same for the same name. Pure.

A message of a webhook gets its picture by a public address only, which Discord fetches; the bytes of a picture can be
given to a webhook as a whole, and all agents of a channel share one. So nothing is drawn here: a picture of ours would
need a public host. Discord's own default pictures are public, are there for everybody, and tell nobody outside of
Discord anything about an agent. They are six, so two agents may look alike; their names differ.
"""

from __future__ import annotations

import hashlib

PICTURES = 6
_ADDRESS = "https://cdn.discordapp.com/embed/avatars/{number}.png"


def avatar_of(agent: str) -> str:
    """Return the address of an agent's picture."""
    digest = hashlib.sha256(agent.encode("utf-8", "surrogatepass")).digest()
    return _ADDRESS.format(number=int.from_bytes(digest[:4], "big") % PICTURES)
