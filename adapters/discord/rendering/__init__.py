"""Messages, cards and forms as Discord takes them: pure."""
