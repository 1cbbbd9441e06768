"""The agents: AutoGen under the journal, team files, models and the sandbox. Nothing else knows AutoGen."""
