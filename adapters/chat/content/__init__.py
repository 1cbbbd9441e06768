"""What cards, turns and lists say, whatever platform shows them: pure."""
