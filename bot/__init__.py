"""The core: conversations, runs, what messages mean, the outbox. It knows no platform and no agent library."""
