"""What every chat platform needs: handling what was received, the content of what is shown, files, and sending."""
