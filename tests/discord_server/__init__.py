"""A Discord of our own for tests: HTTP and WebSockets on loopback, with people, limits, faults and a transcript."""

from __future__ import annotations
