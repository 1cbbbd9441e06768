"""The model hosts of one installation: what is known of each, which one a call goes to, and how long it waits."""
