"""What the wire-level servers for tests share: being served, what goes wrong, what is seen, and remote control."""

from __future__ import annotations
