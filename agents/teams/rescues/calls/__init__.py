"""Tool calls of small models: found in what they write, checked against the tool's schema, and put right. Pure."""

from __future__ import annotations
