"""What every chat platform needs: handling what was received, and the content of cards, turns and lists."""
