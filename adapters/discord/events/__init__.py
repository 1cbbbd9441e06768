"""What Discord delivers, as intents: pure."""
