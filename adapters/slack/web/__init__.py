"""What is asked of Slack's Web API, and how it is asked."""
