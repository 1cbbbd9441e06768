"""Slack: `events` understands what arrives, `handling` acts on it, `posting` shows; `adapter` holds them together."""
