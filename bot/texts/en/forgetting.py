"""What people are told when they want what they began deleted."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "chat_forget_asks": (
        "Conversations that you began here: {count}. They are deleted for good, with everything that anybody said in "
        "them, their files and their results; what still works is ended.\n"
        "What stands in the threads stays there until it is deleted there. Who did what and when stays in the audit "
        "log, without a word of it."
    ),
    "chat_forget_button": "Delete for good",
    "chat_forget_nothing": "There is no conversation here that you began.",
    "chat_forget_begun": "Being deleted: {count}. It takes some seconds.",
    "discord_command_forget": "forget",
    "discord_command_forget_does": "Delete the conversations that you began here",
}
