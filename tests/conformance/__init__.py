"""The conformance suite: programs of plain AutoGen, run plainly and under the journal, interrupted, and compared."""

from __future__ import annotations
