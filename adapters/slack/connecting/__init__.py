"""How deliveries come in, and what the bot is installed with."""
