"""What is tested the same way on every platform, with the real adapter at a wire-level server of its own."""

from __future__ import annotations
