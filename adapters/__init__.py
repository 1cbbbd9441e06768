"""Chat platforms. Each has `adapter` (connects and posts), `events` (payload to domain) and `render` (domain to payload)."""
