"""The English sentences about operating: how the model hosts are, and models that are pulled."""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "denied_operate": "You may not have a model pulled here. Who may: {who}.",
    "hosts_ollama": "`{host}`: Ollama {version}, models: {count}.",
    "hosts_openai": "`{host}`: a model server, models: {count}.",
    "hosts_embedded": "`{host}`: the embedded demo model answers, for no model host is set up or found.",
    "hosts_away": "`{host}` cannot be used: {error}",
    "hosts_under_way": "Calls under way there: {busy} of {slots}.",
    "hosts_under_way_any": "Calls under way there: {busy}.",
    "hosts_loaded": "In its memory: {models}.",
    "hosts_loaded_none": "There is no model in its memory.",
    "hosts_model": "`{model}` ({size}, context {context})",
    "hosts_model_plain": "`{model}` ({size})",
    "hosts_waiting": "Waiting for `{model}`: {count}.",
    "hosts_missing": "Wanted by teams or settings, and on no host: {models}.",
    "hosts_join": ", ",
    "pull_button": "Pull {model}",
    "pull_name": (
        "That is no model's name: it has at most {most} letters, digits, dots, dashes, underscores, slashes and a "
        "colon, such as `qwen2:7b`."
    ),
    "pull_cloud": "`{model}` runs in a cloud, and the settings allow no such models (`allow_cloud`).",
    "pull_begins": "`{model}` is being pulled; how far that is stands in a message here.",
    "pull_runs": "`{model}` is being pulled already; a message here says how far that is.",
    "pull_unseen": "Nothing is pulled: how far it is could not be shown here. {reason}",
    "pull_at": "Pulling `{model}` onto {host}: {bar} {percent} % of {size}.",
    "pull_starts": "Pulling `{model}`: the host is asked for it.",
    "pull_starts_at": "Pulling `{model}` onto {host}.",
    "pull_restart": "If Threadfast is restarted meanwhile, this ends; pulling it again goes on where it stopped.",
    "pull_there": "`{model}` is there: {hosts}.",
    "pull_failed": "`{model}` was not pulled: {error}",
    "pull_nowhere": "Nothing is known of model hosts here.",
    "bytes_gb": "{number} GB",
    "bytes_mb": "{number} MB",
    "bytes_unknown": "size not told",
    "slack_pull_offer": "An operator can have it pulled: `/threadfast pull {model}`",
    "discord_pull_offer": "An operator can have it pulled: `/pull {model}`",
    "console_pull_offer": "This has it pulled: threadfast model pull {model}",
}
